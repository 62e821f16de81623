"""The amendments of a published call, as pages and documents print them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.procurement.models import CallAmendment, Procurement

Names = Mapping[str, str]


@dataclass(frozen=True)
class DifferenceShown:
    """One changed term before and after, in the types that pages print; its lot's title, if any."""

    name: str
    lot: Names | None
    unit: str | None
    before: datetime | date | Decimal | str
    after: datetime | date | Decimal | str


@dataclass(frozen=True)
class AmendmentShown:
    """An amendment with what it changed."""

    n: int
    amended_at: datetime
    reason: str
    sha256_before: str
    differences: list[DifferenceShown]


def amendments_of(session: Session, procurement: Procurement) -> list[CallAmendment]:
    """The amendments of a published call in their order."""
    if not procurement.amended:
        return []
    return list(
        session.scalars(
            select(CallAmendment)
            .where(CallAmendment.procurement_id == procurement.id)
            .order_by(CallAmendment.n)
        )
    )


def differences_shown(amendment: CallAmendment, procurement: Procurement) -> list[DifferenceShown]:
    """What an amendment changed."""
    lots = {lot.key: lot for lot in procurement.lots}
    found = []
    for row in amendment.differences:
        lot = lots[row["lot"]] if row["lot"] else None
        typed = _TYPED[row["name"]]
        found.append(
            DifferenceShown(
                row["name"],
                None if lot is None else lot.title,
                None if lot is None else lot.unit,
                typed(row["before"]),
                typed(row["after"]),
            )
        )
    return found


_TYPED: dict[str, Callable[[Any], Any]] = {
    "questions_due": datetime.fromisoformat,
    "offers_due": datetime.fromisoformat,
    "contract_start": date.fromisoformat,
    "contract_end": date.fromisoformat,
    "unit": str,
    "capacity_minimum": Decimal,
    "capacity_estimated": Decimal,
    "capacity_maximum": Decimal,
    "minimum_group": Decimal,
}


def amendments_shown(session: Session, procurement: Procurement) -> list[AmendmentShown]:
    """The amendments of a call with their differences, in their order."""
    return [
        AmendmentShown(
            one.n,
            one.amended_at,
            one.reason,
            one.sha256_before,
            differences_shown(one, procurement),
        )
        for one in amendments_of(session, procurement)
    ]
