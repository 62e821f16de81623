"""The decision: what it still waits for, and what it says once it is issued."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.evaluation.access import handles_offers
from portal.evaluation.comparison import sort_key
from portal.evaluation.decided import Outcome, Plan, plan
from portal.evaluation.models import Award, AwardDecision, BidderLetter, Discontinuation
from portal.evaluation.queries.part import Part, part_of
from portal.evaluation.secrets import Clear, secrets_of
from portal.jobs.mail import Told, fates
from portal.legal.rules import Step, standstill_steps
from portal.offers.access import opened
from portal.offers.models import LotOffer, Offer
from portal.organisations.models import Person
from portal.permissions import Role
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import State
from portal.shared.errors import NotFound


@dataclass(frozen=True)
class DecidedLot:
    """A lot and how it ended, with the result sheet for those who handle the offers.

    ``reason`` is cleared of trade secrets for a bidder; None while nothing is decided.
    """

    lot: Lot
    award: Award | None
    discontinued: Discontinuation | None
    reason: str | None
    price: LotOffer | None
    sheet: StoredDocument | None


@dataclass(frozen=True)
class Notice:
    """A bidder's letter, whether its PDF has been made, and what became of its announcement."""

    letter: BidderLetter
    made: bool
    told: list[Told]


@dataclass(frozen=True)
class OwnLetter:
    """A letter to a bidder that the reader represents."""

    letter: BidderLetter
    document: StoredDocument | None


@dataclass(frozen=True)
class DecisionPage:
    """The decision as its reader may see it; a bidder has no ``part`` in the evaluation.

    ``plan`` is the next decision, while there is one to make, and ``bidders`` how many it goes to;
    ``limit`` is the reader's, in euros.
    """

    procurement: Procurement
    part: Part | None
    decision: AwardDecision | None
    document: StoredDocument | None
    lots: list[DecidedLot]
    letters: list[OwnLetter]
    notices: list[Notice]
    steps: list[Step]
    plan: Plan | None
    bidders: int
    limit: Decimal | None

    @property
    def within_limit(self) -> bool:
        """Whether the reader's limit is large enough for the decision."""
        return self.plan is None or self.limit is None or self.plan.value <= self.limit

    @property
    def may_issue(self) -> bool:
        """Whether the reader is a decision maker who has a decision to issue."""
        return self.part is not None and self.part.decides and self.plan is not None

    @property
    def may_conclude(self) -> bool:
        """Whether the reader makes the contracts of this decision."""
        return self.part is not None and self.part.officer and self.decision is not None


def decision_page(
    session: Session, procurement_id: UUID, person: Person, *, language: str, at: datetime
) -> DecisionPage:
    """For who handles the offers at any time after the opening, for bidders once it is issued.

    Raises NotFound, and for the former what `Part.require_open` raises.
    """
    procurement = session.get(Procurement, procurement_id)
    if procurement is None or procurement.state == State.DRAFT:
        raise NotFound
    decision = session.scalar(
        select(AwardDecision).where(
            AwardDecision.procurement_id == procurement.id, AwardDecision.voided_at.is_(None)
        )
    )
    letters = _own_letters(session, decision, person)
    part = None
    if handles_offers(session, procurement, person):
        part = part_of(session, procurement_id, person)
        part.require_open()
    elif not letters:
        raise NotFound
    document, planned = None, None
    steps: list[Step] = []
    if decision is not None:
        document = store.find(session, "award_decision", decision.id, language)
        if decision.standstill_days:
            steps = standstill_steps(decision.received_on, decision.standstill_days)
    if part is not None and part.under_way:
        planned = plan(session, procurement, person, at)
    clear: Clear = str
    if part is None:
        owner = letters[0].letter.offer_id if len(letters) == 1 else None
        clear = secrets_of(session, procurement).clear(language, owner)
    return DecisionPage(
        procurement=procurement,
        part=part,
        decision=decision,
        document=document,
        lots=_lots(session, procurement, clear, with_sheets=part is not None),
        letters=letters,
        notices=_notices(session, decision) if part is not None and decision is not None else [],
        steps=steps,
        plan=planned,
        bidders=_bidders(session, procurement) if planned is not None else 0,
        limit=settings_of(session).decision_limit_of(person.email),
    )


def planned_decision_of(
    session: Session, procurement_id: UUID, person: Person, at: datetime
) -> Plan:
    """The next decision, for those who may read it before it is issued.

    Raises NotFound where there is none to make, and what `Part.require_open` raises.
    """
    part = part_of(session, procurement_id, person)
    part.require_open()
    if not part.under_way:
        raise NotFound
    return plan(session, part.procurement, person, at)


def _bidders(session: Session, procurement: Procurement) -> int:
    return session.scalar(select(func.count()).select_from(Offer).where(opened(procurement))) or 0


def _notices(session: Session, decision: AwardDecision) -> list[Notice]:
    letters = session.scalars(
        select(BidderLetter).where(BidderLetter.decision_id == decision.id)
    ).all()
    keys = [letter.id for letter in letters]
    made = set(
        session.scalars(
            select(StoredDocument.subject).where(
                StoredDocument.kind == "bidder_letter", StoredDocument.subject.in_(keys)
            )
        )
    )
    told = fates(session, keys)
    return sorted(
        (Notice(letter, letter.id in made, told.get(letter.id, [])) for letter in letters),
        key=lambda notice: sort_key(notice.letter.offer.provider),
    )


def _own_letters(
    session: Session, decision: AwardDecision | None, person: Person
) -> list[OwnLetter]:
    if decision is None:
        return []
    letters = session.scalars(
        select(BidderLetter).where(BidderLetter.decision_id == decision.id)
    ).all()
    return [
        OwnLetter(letter, store.find(session, "bidder_letter", letter.id, person.language))
        for letter in letters
        if person.holds({Role.REPRESENTATIVE}, letter.offer.provider_id)
    ]


def _lots(
    session: Session, procurement: Procurement, clear: Clear, *, with_sheets: bool
) -> list[DecidedLot]:
    lots = list(procurement.lots)
    keys = [lot.id for lot in lots]
    awards = {
        award.lot_id: award
        for award in session.scalars(
            select(Award).where(Award.lot_id.in_(keys), Award.voided_at.is_(None))
        )
    }
    discontinued = {
        one.lot_id: one
        for one in session.scalars(
            select(Discontinuation).where(
                Discontinuation.lot_id.in_(keys), Discontinuation.voided_at.is_(None)
            )
        )
    }
    outcomes: dict[UUID, Outcome] = {**discontinued, **awards}
    prices = {
        (row.lot_id, row.offer_id): row
        for row in session.scalars(
            select(LotOffer).where(
                LotOffer.lot_id.in_(list(awards)),
                LotOffer.offer_id.in_([award.offer_id for award in awards.values()]),
            )
        )
    }
    sheets = _sheets(session, [award.id for award in awards.values()]) if with_sheets else {}
    return [
        DecidedLot(
            lot=lot,
            award=awards.get(lot.id),
            discontinued=discontinued.get(lot.id),
            reason=clear(outcomes[lot.id].reason) if lot.id in outcomes else None,
            price=prices.get((lot.id, awards[lot.id].offer_id)) if lot.id in awards else None,
            sheet=sheets.get(awards[lot.id].id) if lot.id in awards else None,
        )
        for lot in lots
    ]


def _sheets(session: Session, awards: Collection[UUID]) -> dict[UUID, StoredDocument]:
    found = session.scalars(
        select(StoredDocument).where(
            StoredDocument.kind == "result_sheet", StoredDocument.subject.in_(awards)
        )
    )
    return {stored.subject: stored for stored in found}
