"""How large a market is, who is looked for in it, and how its rows are written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from portal.models import Base
from portal.offers.models import Offer, OfferVersion
from portal.offers.rules import OfferState

AT = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
"""The time at which the market is looked at."""

DAY = timedelta(days=1)
REGIONS = ("Uusimaa", "Pirkanmaa", "Pohjanmaa", "Kainuu", "Lappi")
FIELDS = ("Hitsaus", "Logistiikka", "Puhtauspalvelut", "Hoiva")
KINDS_OF_CALL = ("draft", "open", "closed", "opened", "decided")
CRITERIA = ("staff_competence", "planned_follow_up")


@dataclass(frozen=True)
class Size:
    """How many rows the market has in all; ``offers`` are spread over the published calls."""

    providers: int
    calls: int
    offers: int
    needs: int
    soundings: int
    letters: int
    cards: int
    evaluators: int = 2
    enrolments: int = 0


SMALL = Size(providers=6, calls=5, offers=12, needs=4, soundings=3, letters=3, cards=4)
LARGE = Size(
    providers=1_000,
    calls=200,
    offers=5_000,
    needs=500,
    soundings=60,
    letters=2_000,
    cards=5_000,
)
# As many as the goals of speed name, and a hundredth of it; a page of each list is full in both.
DISTRICT = Size(
    providers=60,
    calls=100,
    offers=100,
    needs=60,
    soundings=60,
    letters=60,
    cards=60,
    evaluators=50,
    enrolments=1_000,
)
COUNTRY = Size(
    providers=3_000,
    calls=400,
    offers=10_000,
    needs=1_000,
    soundings=200,
    letters=3_000,
    cards=5_000,
    evaluators=50,
    enrolments=100_000,
)


@dataclass
class Market:
    """The people whose pages are looked at, and the newest call of each kind."""

    people: dict[str, UUID] = field(default_factory=dict)
    organisations: dict[str, UUID] = field(default_factory=dict)
    providers: list[UUID] = field(default_factory=list)
    representatives: list[UUID] = field(default_factory=list)
    calls: dict[str, UUID] = field(default_factory=dict)
    evaluators: list[UUID] = field(default_factory=list)
    contracts: list[UUID] = field(default_factory=list)
    with_ledger: set[UUID] = field(default_factory=set)
    training: UUID | None = None
    sounding: UUID | None = None
    offer: UUID | None = None
    offers: dict[str, UUID] = field(default_factory=dict)
    size: Size = Size(0, 0, 0, 0, 0, 0, 0)
    waiting: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def put(self, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
        """Let rows wait until all of them are written at once."""
        self.waiting.setdefault(table.__tablename__, []).extend(rows)

    def write(self, session: Session) -> None:
        """Write what waits, each table after those that it refers to."""
        session.flush()
        for table in Base.metadata.sorted_tables:
            rows = self.waiting.pop(table.name, None)
            if rows:
                session.execute(insert(MAPPED[table.name]), rows)
        newest = select(OfferVersion.id).where(OfferVersion.offer_id == Offer.id)
        session.execute(
            update(Offer)
            .where(Offer.current_version_id.is_(None), Offer.state == OfferState.SUBMITTED)
            .values(current_version_id=newest.scalar_subquery())
            .execution_options(synchronize_session=False)
        )


MAPPED: dict[str, type[Base]] = {
    mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers
}
