"""The second envelope: when the prices may be opened, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from portal.documents import store
from portal.documents.models import StoredDocument
from portal.evaluation.comparison import (
    LotComparison,
    PricedOffer,
    all_scored,
    compare_lots,
    sort_key,
)
from portal.evaluation.queries.part import Part, seeing_part
from portal.offers.queries import OpenersStanding, openers_standing
from portal.offers.rules import OpeningStage
from portal.organisations.models import Person
from portal.procurement.models import Lot
from portal.shared.errors import NotFound


@dataclass(frozen=True)
class PricesPage:
    """The opening of the prices as it stands; the prices themselves once it is done."""

    part: Part
    ready: bool
    openers: OpenersStanding
    lots: list[tuple[Lot, list[PricedOffer]]]
    document: StoredDocument | None


def prices_page(
    session: Session, procurement_id: UUID, person: Person, window: timedelta, at: datetime
) -> PricesPage:
    """Raises NotFound where there is one envelope only, and what `Part.require_open` raises."""
    part = seeing_part(session, procurement_id, person)
    procurement = part.procurement
    if not procurement.two_envelopes:
        raise NotFound
    compared = compare_lots(session, procurement)
    ready = all_scored(compared)
    openers = openers_standing(
        session,
        procurement,
        OpeningStage.PRICES,
        person,
        openable=ready and part.under_way,
        window=window,
        at=at,
    )
    opening = openers.opening if openers.opened else None
    return PricesPage(
        part=part,
        ready=ready,
        openers=openers,
        lots=[(lot.lot, _by_provider(lot)) for lot in compared.values()] if opening else [],
        document=store.find(session, "opening_record", opening.id) if opening else None,
    )


def _by_provider(compared: LotComparison) -> list[PricedOffer]:
    return sorted(compared.offers.values(), key=lambda row: sort_key(row.provider))
