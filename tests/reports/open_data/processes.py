"""A procurement with one of everything that is told, as plain facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from portal.procurement.rules import OptionKind, OptionTerms, frozen_call
from portal.reports.open_data.extensions import addresses
from portal.reports.open_data.rules import (
    Accepted,
    Amended,
    Awarded,
    Changed,
    Contracted,
    Extended,
    Frozen,
    House,
    Invoiced,
    Opened,
    Ordered,
    Party,
    Passed,
    Process,
    Revised,
    Trained,
    Undone,
    Withdrawn,
)
from tests.procurement.calls import CALL, LOT

HOUSE = House(
    ocid_prefix="ocds-abc123",
    address="https://portaali.example",
    licence="https://creativecommons.org/licenses/by/4.0/",
    extensions=addresses(),
    small_group=5,
)
BUYER = Party(UUID(int=1), {"fi": "Esimerkkilän hankinta", "sv": "Exempelby"}, "1234567-1")
NEXT_BUYER = Party(UUID(int=2), {"fi": "Uusi hankinta"}, None)
RIVER = Party(UUID(int=3), {"fi": "Jokiopisto"}, "7654321-2")
SHORE = Party(UUID(int=4), {"fi": "Rantaopisto"}, None)
KEY = UUID(int=9)
MORE = OptionTerms(
    key="more",
    kind=OptionKind.ADDITIONAL_CAPACITY,
    amount=Decimal(100),
    times=2,
    notice_by=date(2026, 12, 31),
)
TERMS = replace(
    CALL,
    lots=(
        replace(LOT, options=(*LOT.options, MORE)),
        replace(LOT, key="hill", title={"fi": "Vaarat"}, options=(), result_bonus=None),
    ),
)
TEXTS = {
    one.key: {"question": one.question or {"fi": "Kuka opettaa?"}, "title": {"fi": "Osaaminen"}}
    for one in TERMS.criteria
}
K1, K2 = "ESIM/12/2026/sea", "ESIM/12/2026/hill"


def at(month: int, day: int, year: int = 2026) -> datetime:
    """A morning."""
    return datetime(year, month, day, 7, 0, tzinfo=UTC)


FROZEN = frozen_call(TERMS, TEXTS)
LATER = frozen_call(replace(TERMS, offers_due=at(2, 13)), TEXTS)
PUBLISHED = at(1, 12)
WHOLE = Process(
    key=KEY,
    buyer=BUYER,
    opened=Opened(at(2, 16), 3),
    facts=(
        Frozen(PUBLISHED, FROZEN),
        Amended(at(1, 20), 1, "Aikaa annettiin lisää", LATER),
        Awarded(at(2, 20), 1, "sea", SHORE, Decimal("52.50"), None),
        Awarded(at(2, 20), 1, "hill"),
        Undone(at(2, 27), 1, "sea", corrected=True),
        Undone(at(2, 27), 1, "hill", corrected=True),
        Awarded(at(3, 1), 2, "sea", RIVER, Decimal("58.00"), Decimal(200)),
        Awarded(at(3, 1), 2, "hill", SHORE, Decimal(60), None),
        Contracted(at(3, 16), K1, 2, "sea", RIVER, date(2026, 3, 9), date(2027, 3, 8)),
        Contracted(at(3, 17), K2, 2, "hill", SHORE, date(2026, 3, 9), date(2027, 3, 8)),
        Ordered(at(3, 20), K1, 1, "siivous", Decimal(300), None),
        Ordered(at(3, 20), K1, 2, "siivous", Decimal(10), Decimal(50)),
        Withdrawn(at(3, 21), K1, 2, "siivous"),
        Trained(at(4, 1), K1, 1, "siivous", closed=False),
        Accepted(at(5, 4), K1, 1, "siivous", "2026-04", 1, Decimal("61.5"), 5),
        Accepted(at(6, 4), K1, 1, "siivous", "2026-05", 1, Decimal("17.25"), 4),
        Invoiced(at(5, 5), K1, "2026-04", Decimal("61.5"), Decimal("3567.00"), 5),
        Invoiced(at(6, 5), K1, "2026-05", Decimal("17.25"), Decimal("1000.50"), 4),
        Extended(at(7, 1), K1, "more", 1, Decimal(100), None),
        Extended(at(8, 1), K1, "year", 1, Decimal(12), date(2028, 3, 8)),
        Changed(at(9, 1), K1, 1, "Vähäinen muutos", "136 § 5 mom.", Decimal(1000)),
        Passed(at(10, 1), K1, 1, NEXT_BUYER),
        Revised(at(3, 1, 2027), K1, date(2027, 3, 9), Decimal("59.16")),
        Trained(at(10, 20), K1, 1, "siivous", closed=True),
    ),
)
END = at(1, 1, 2030)
