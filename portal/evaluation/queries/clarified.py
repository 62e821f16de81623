"""Clarifications: those of the bidders for the handlers, and a bidder's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.evaluation.comparison import sort_key
from portal.evaluation.models import Clarification
from portal.evaluation.queries.part import Part, lot_of, seeing_part
from portal.evaluation.rules import ClarificationKind, ClarificationState
from portal.evaluation.rules.clarifications import heard
from portal.legal.rules import is_working_day_for_deadlines
from portal.offers.access import opened
from portal.offers.models import LotOffer, Offer
from portal.offers.queries import published_call
from portal.organisations.models import Organisation, Person
from portal.permissions import Role
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import State
from portal.shared.clock import day_in_helsinki, from_local, in_time
from portal.shared.errors import NotFound, RuleBroken

OFFICE_CLOSES = time(16, 15)


@dataclass(frozen=True)
class ClarificationRow:
    """A clarification and where its clock stands."""

    clarification: Clarification
    waits: bool
    lapsed: bool


@dataclass(frozen=True)
class ClarificationsPage:
    """Every clarification of a procurement, the newest first."""

    part: Part
    rows: list[ClarificationRow]

    @property
    def may_ask(self) -> bool:
        """Whether the reader puts questions to bidders."""
        return self.part.officer and self.part.under_way


def _row(clarification: Clarification, procurement: Procurement, at: datetime) -> ClarificationRow:
    asked = clarification.state == ClarificationState.ASKED
    waits = asked and in_time(at, clarification.due) and procurement.state == State.OPENED
    return ClarificationRow(clarification, waits, asked and not waits)


class Clarified(NamedTuple):
    """A clarification as it stands beside an offer."""

    kind: str
    state: str
    text: str
    answer: str | None
    due: datetime


def clarifications_of(session: Session, offer_id: UUID, lot: Lot | None = None) -> list[Clarified]:
    """What has been asked about an offer, in its order; with a lot, not about other lots."""
    asked = select(
        Clarification.kind,
        Clarification.state,
        Clarification.text,
        Clarification.answer,
        Clarification.due,
    ).where(Clarification.offer_id == offer_id)
    if lot is not None:
        asked = asked.where(or_(Clarification.lot_id.is_(None), Clarification.lot_id == lot.id))
    found = session.execute(asked.order_by(Clarification.asked_at, Clarification.id))
    return [Clarified(*row) for row in found]


def explained(session: Session, offer_id: UUID, lot: Lot, at: datetime) -> bool:
    """Whether the bidder has been heard on its unusually low price in this lot."""
    asked = [
        one
        for one in clarifications_of(session, offer_id, lot)
        if one.kind == ClarificationKind.LOW_PRICE
    ]
    return bool(asked) and all(heard(one.state, one.due, at) for one in asked)


def clarification_of(
    session: Session, procurement: Procurement, clarification_id: UUID
) -> Clarification:
    """A clarification of this procurement. Raises NotFound."""
    found = session.get(Clarification, clarification_id)
    if found is None or found.offer.procurement_id != procurement.id:
        raise NotFound
    return found


def clarifications_page(
    session: Session, procurement_id: UUID, person: Person, at: datetime
) -> ClarificationsPage:
    """For whoever may see the offers. Raises NotFound and what `Part.require_open` raises."""
    part = seeing_part(session, procurement_id, person)
    rows = session.scalars(
        select(Clarification)
        .join(Offer, Offer.id == Clarification.offer_id)
        .where(Offer.procurement_id == part.procurement.id)
        .order_by(Clarification.asked_at.desc(), Clarification.id)
    )
    return ClarificationsPage(part, [_row(row, part.procurement, at) for row in rows])


@dataclass(frozen=True)
class AskingPage:
    """To whom a clarification can be put, of one lot or of the whole, and the moment proposed."""

    part: Part
    lot: Lot | None
    providers: list[Organisation]
    proposed_due: datetime


def asking_page(
    session: Session, procurement_id: UUID, lot_key: str | None, person: Person, at: datetime
) -> AskingPage:
    """Raises NotFound, ``not_permitted``, and what `Part.require_open` raises."""
    part = seeing_part(session, procurement_id, person)
    if not part.officer:
        raise RuleBroken("not_permitted")
    lot = lot_of(part.procurement, lot_key) if lot_key else None
    offers = select(Offer).where(opened(part.procurement))
    if lot is not None:
        offers = offers.join(LotOffer, LotOffer.offer_id == Offer.id).where(
            LotOffer.lot_id == lot.id
        )
    providers = [offer.provider for offer in session.scalars(offers)]
    due = proposed_due(at, settings_of(session).clarification_days)
    return AskingPage(part, lot, sorted(providers, key=sort_key), due)


def proposed_due(at: datetime, days: int) -> datetime:
    """The end of office hours on the first working day that is so many days ahead."""
    day = day_in_helsinki(at) + timedelta(days=days)
    while not is_working_day_for_deadlines(day):
        day += timedelta(days=1)
    return from_local(datetime.combine(day, OFFICE_CLOSES))


@dataclass(frozen=True)
class OwnClarifications:
    """What the reader's own providers have been asked in a procurement."""

    procurement: Procurement
    rows: list[ClarificationRow]

    def row_of(self, clarification_id: UUID) -> ClarificationRow:
        """One of them. Raises NotFound, the same for none and for another's."""
        for row in self.rows:
            if row.clarification.id == clarification_id:
                return row
        raise NotFound


def own_clarifications(
    session: Session, procurement_id: UUID, person: Person, at: datetime
) -> OwnClarifications:
    """A bidder's own, the newest first. Raises NotFound where there is no such call."""
    procurement = published_call(session, procurement_id)
    own = [row.organisation_id for row in person.memberships if row.role == Role.REPRESENTATIVE]
    rows = session.scalars(
        select(Clarification)
        .join(Offer, Offer.id == Clarification.offer_id)
        .where(Offer.procurement_id == procurement.id, Offer.provider_id.in_(own))
        .order_by(Clarification.asked_at.desc(), Clarification.id)
    )
    return OwnClarifications(procurement, [_row(row, procurement, at) for row in rows])
