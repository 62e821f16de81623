"""The second envelope: when the prices may be opened, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from portal.documents import store
from portal.documents.models import StoredDocument
from portal.evaluation.comparison import LotComparison, compare_lots, sort_key
from portal.evaluation.queries.part import Part, seeing_part
from portal.offers.access import is_opener, is_shut_out
from portal.offers.models import LotOffer, Opening
from portal.offers.usecases.openers import opening_of
from portal.organisations.models import Person
from portal.procurement.models import Lot
from portal.shared.errors import NotFound


@dataclass(frozen=True)
class PricesPage:
    """The opening of the prices as it stands; the prices themselves once it is done."""

    part: Part
    opening: Opening | None
    opened: bool
    ready: bool
    expires_at: datetime | None
    may_request: bool
    may_confirm: bool
    waits_for_other: bool
    lots: list[tuple[Lot, list[LotOffer]]]
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
    opening = opening_of(session, procurement, "prices")
    opened = opening is not None and opening.opened_at is not None
    ready = not opened and all(lot.quality_complete for lot in compared.values())
    openable = ready and part.under_way and is_opener(person, procurement)
    running = (
        opening is not None
        and not opened
        and at - opening.first_at <= window
        and not is_shut_out(session, procurement, opening.first)
    )
    first = opening is not None and opening.first_id == person.id
    return PricesPage(
        part=part,
        opening=opening,
        opened=opened,
        ready=ready,
        expires_at=opening.first_at + window if opening is not None and running else None,
        may_request=openable and not running,
        may_confirm=openable and running and not first,
        waits_for_other=running and first,
        lots=[(lot.lot, _by_provider(lot)) for lot in compared.values()] if opened else [],
        document=store.find(session, "opening_record", opening.id) if opening and opened else None,
    )


def _by_provider(compared: LotComparison) -> list[LotOffer]:
    return sorted(compared.offers.values(), key=lambda row: sort_key(row.offer.provider))
