"""What an amendment of a published call may change, and how the difference is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.procurement.rules import CallTerms, LotTerms, Unit, missing_from_call
from portal.shared.clock import in_time
from portal.shared.errors import RuleBroken

CALL_PARTS = ("questions_due", "offers_due", "contract_start", "contract_end")
LOT_PARTS = (
    "unit",
    "capacity_minimum",
    "capacity_estimated",
    "capacity_maximum",
    "minimum_group",
)


@dataclass(frozen=True)
class LotChanges:
    """What changes in one lot; None leaves a term as it is."""

    unit: Unit | None = None
    capacity_minimum: Decimal | None = None
    capacity_estimated: Decimal | None = None
    capacity_maximum: Decimal | None = None
    minimum_group: int | None = None


@dataclass(frozen=True)
class CallChanges:
    """What an amendment changes; None leaves a term as it is. Lots by their key.

    Criteria, weights, price formula and options are what offers are judged by and stay as they
    were frozen.
    """

    questions_due: datetime | None = None
    offers_due: datetime | None = None
    contract_start: date | None = None
    contract_end: date | None = None
    lots: Mapping[str, LotChanges] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """One term before and after; ``lot`` is the key of the lot it is of, None for the call's."""

    name: str
    before: Any
    after: Any
    lot: str | None = None


def amended(call: CallTerms, changes: CallChanges) -> CallTerms:
    """The call as it will be."""
    return replace(
        call,
        **_given(changes, CALL_PARTS),
        lots=tuple(
            replace(lot, **_given(changes.lots[lot.key], LOT_PARTS))
            if lot.key in changes.lots
            else lot
            for lot in call.lots
        ),
    )


def _given(changes: CallChanges | LotChanges, parts: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(changes, name) for name in parts}
    return {name: value for name, value in values.items() if value is not None}


def differences(before: CallTerms, after: CallTerms) -> list[Difference]:
    """Every term that an amendment may change and that differs, the call's own first."""
    found = [
        Difference(name, getattr(before, name), getattr(after, name))
        for name in CALL_PARTS
        if getattr(before, name) != getattr(after, name)
    ]
    for old, new in zip(before.lots, after.lots, strict=True):
        found += [
            Difference(name, getattr(old, name), getattr(new, name), old.key)
            for name in LOT_PARTS
            if getattr(old, name) != getattr(new, name)
        ]
    return found


def require_amendable(before: CallTerms, after: CallTerms, at: datetime) -> None:
    """Refuse an amendment that would leave a call which could not have been published.

    Raises ``nothing_changed``, ``call_incomplete`` with what is missing (a deadline moved to the
    past, a contract that ends before it starts), ``capacity_disordered``. A deadline for questions
    that has passed and is not moved stays passed.
    """
    if not differences(before, after):
        raise RuleBroken("nothing_changed")
    missing = missing_from_call(after, at)
    if after.questions_due == before.questions_due and "questions_due" in missing:
        missing.remove("questions_due")
    if missing:
        raise RuleBroken("call_incomplete", field=missing[0], missing=missing)
    for lot in after.lots:
        require_ordered_capacity(lot)


def require_ordered_capacity(lot: LotTerms) -> None:
    """Refuse by ``capacity_disordered``: minimum, estimated, maximum in order, above zero."""
    ordered = lot.capacity_minimum <= lot.capacity_estimated <= lot.capacity_maximum
    if not ordered or lot.capacity_maximum <= 0:
        raise RuleBroken("capacity_disordered", field=f"capacity_maximum-{lot.key}")


def require_before_deadline(offers_due: datetime | None, at: datetime) -> None:
    """Refuse by ``deadline_passed``: an amendment is of a call that can still be answered."""
    if offers_due is None or not in_time(at, offers_due):
        raise RuleBroken("deadline_passed")
