"""The opening of the offers, and what two openers have done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.documents import store
from portal.documents.models import StoredDocument
from portal.offers.access import (
    is_opener,
    is_shut_out,
    may_be_shown,
    may_see_opening,
)
from portal.offers.models import LotOffer, Offer, OfferVersion, OpenedContent, Opening
from portal.offers.queries.own import published_call
from portal.offers.rules import (
    OpeningStage,
    Partner,
    unpacked,
)
from portal.offers.usecases.openers import has_part, opening_of
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import State
from portal.shared.clock import in_time
from portal.shared.errors import NotFound
from portal.storage import custody


@dataclass(frozen=True)
class OpenersStanding:
    """Where two openers are with a stage of the opening, and what this reader may do next.

    ``asks_phrase`` where the procurement has a key; ``has_part``, whether the reader holds of it.
    """

    opening: Opening | None
    opened: bool
    expires_at: datetime | None
    may_request: bool
    may_confirm: bool
    waits_for_other: bool
    asks_phrase: bool = False
    has_part: bool = True


def openers_standing(
    session: Session,
    procurement: Procurement,
    stage: str,
    person: Person,
    *,
    openable: bool,
    window: timedelta,
    at: datetime,
) -> OpenersStanding:
    """The stage as it stands; ``openable`` says that nothing but the openers is waited for."""
    opening = opening_of(session, procurement, stage)
    opened = opening is not None and opening.opened_at is not None
    running = (
        opening is not None
        and not opened
        and at - opening.first_at <= window
        and not is_shut_out(session, procurement, opening.first)
    )
    first = opening is not None and opening.first_id == person.id
    sealed = custody.is_sealed(session, procurement.id)
    mine = openable and not opened and is_opener(person, procurement)
    return OpenersStanding(
        opening=opening,
        opened=opened,
        expires_at=opening.first_at + window if opening is not None and running else None,
        may_request=mine and not running,
        may_confirm=mine and running and not first,
        waits_for_other=running and first,
        asks_phrase=sealed,
        has_part=not sealed or has_part(session, procurement, person),
    )


@dataclass(frozen=True)
class OpeningPage:
    """What an opener sees. Before the opening there is nothing in it that tells of any offer.

    Nor is there after it while the reader has not done what is asked first (not ``shown``).
    """

    procurement: Procurement
    past_deadline: bool
    openers: OpenersStanding
    shown: bool
    rows: list[OpenedRow]
    document: StoredDocument | None


@dataclass(frozen=True)
class OpenedRow:
    """An offer of the opening record."""

    provider: Organisation
    version: OfferVersion
    lots: list[Lot]
    consortium: tuple[Partner, ...]


def opening_page(
    session: Session, procurement_id: UUID, person: Person, window: timedelta, at: datetime
) -> OpeningPage:
    """The opening as it stands. Raises NotFound for whoever takes no part in it."""
    procurement = published_call(session, procurement_id)
    if not may_see_opening(session, procurement, person):
        raise NotFound
    past = procurement.offers_due is not None and not in_time(at, procurement.offers_due)
    openers = openers_standing(
        session,
        procurement,
        OpeningStage.OFFERS,
        person,
        openable=past and procurement.state == State.PUBLISHED,
        window=window,
        at=at,
    )
    shown = openers.opened and may_be_shown(session, procurement, person)
    return OpeningPage(
        procurement=procurement,
        past_deadline=past,
        openers=openers,
        shown=shown,
        rows=opened_rows(session, procurement) if shown else [],
        document=store.find(session, "opening_record", procurement.id) if shown else None,
    )


def opened_rows(session: Session, procurement: Procurement) -> list[OpenedRow]:
    """What was opened, in the order in which it had arrived. Empty before the opening."""
    found = session.execute(
        select(Offer, OfferVersion, OpenedContent.content)
        .join(OpenedContent, OpenedContent.offer_id == Offer.id)
        .join(OfferVersion, OfferVersion.id == OpenedContent.version_id)
        .where(Offer.procurement_id == procurement.id)
        .order_by(OfferVersion.submitted_at, OfferVersion.reference)
    ).all()
    offered: dict[UUID, set[UUID]] = {}
    for offer_id, lot_id in session.execute(
        select(LotOffer.offer_id, LotOffer.lot_id).where(
            LotOffer.offer_id.in_([offer.id for offer, _version, _content in found])
        )
    ):
        offered.setdefault(offer_id, set()).add(lot_id)
    return [
        OpenedRow(
            offer.provider,
            version,
            [lot for lot in procurement.lots if lot.id in offered.get(offer.id, ())],
            unpacked(content).consortium,
        )
        for offer, version, content in found
    ]
