"""The states of a monthly record, the month it is of, and what may be recorded in it."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from portal.procurement.rules import Unit
from portal.shared.errors import RuleBroken
from portal.shared.transitions import status_after

NOTHING = Decimal(0)
Amounts = Mapping[UUID, Decimal]
_PERIOD = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")

HALF_DAY, QUARTER_HOUR = Decimal("0.5"), Decimal("0.25")
"""What the pages split days and hours into; quarters are a proposal, the study is silent."""


class RecordState(StrEnum):
    """A record waits for the sponsor, who accepts or disputes it; a later one replaces it."""

    RECORDED = "recorded"
    DISPUTED = "disputed"
    ACCEPTED = "accepted"
    REPLACED = "replaced"


TRANSITIONS: dict[str, tuple[RecordState, RecordState]] = {
    "accept_workdays": (RecordState.RECORDED, RecordState.ACCEPTED),
    "dispute_workdays": (RecordState.RECORDED, RecordState.DISPUTED),
}
"""The one table that moves a record; what is disputed is recorded anew, not accepted as it was."""

UNACCEPTED = frozenset({RecordState.RECORDED, RecordState.DISPUTED})
"""What a later record replaces, and what counts against the committed capacity meanwhile."""


def moved(state: str, act: str) -> RecordState:
    """The state after an act. Raises ``wrong_state`` where the table has no such move."""
    return status_after(TRANSITIONS, RecordState(state), act)


def step_of(unit: str) -> Decimal:
    """The smallest amount that the pages take: half a day, or a quarter of an hour."""
    return QUARTER_HOUR if unit == Unit.HOUR else HALF_DAY


def is_period(text: str) -> bool:
    """Whether a text is a month, ``YYYY-MM``."""
    return _PERIOD.fullmatch(text) is not None


def period_of(day: date) -> str:
    """The month that a day is in."""
    return f"{day.year:04}-{day.month:02}"


def first_day(period: str) -> date:
    """The first day of a month. Raises ValueError for anything but ``YYYY-MM``."""
    if not is_period(period):
        raise ValueError(f"{period!r} is not a month")
    return date(int(period[:4]), int(period[5:]), 1)


def last_day(period: str) -> date:
    """The last day of a month. Raises ValueError for anything but ``YYYY-MM``."""
    first = first_day(period)
    return first.replace(day=monthrange(first.year, first.month)[1])


def next_period(period: str) -> str:
    """The month after a month."""
    first = first_day(period)
    return period_of(date(first.year + first.month // 12, first.month % 12 + 1, 1))


def periods_between(first: str, last: str) -> list[str]:
    """Every month from one to another, both included."""
    found = []
    while first <= last:
        found.append(first)
        first = next_period(first)
    return found


@dataclass(frozen=True)
class Attended:
    """What the rules need of a person: from which day, and until which, they can have days.

    ``since`` is None for somebody who has not started.
    """

    since: date | None
    ended_on: date | None = None


def require_not_ended(people: Mapping[UUID, Attended], days: Amounts, period: str) -> None:
    """Refuses by ``wrong_state`` days in a month after a person's end.

    Days may be recorded after the end, for days before it (cases/FORMAT.md).
    """
    first = first_day(period)
    for key, amount in days.items():
        ended = people[key].ended_on if key in people else None
        if amount > 0 and ended is not None and ended < first:
            raise RuleBroken("wrong_state", field=f"days-{key}")


def require_started(people: Mapping[UUID, Attended], days: Amounts, period: str) -> None:
    """Refuses by ``not_started`` days of somebody who has not started, or not by that month."""
    last = last_day(period)
    for key in days:
        since = people[key].since if key in people else None
        if since is None or since > last:
            raise RuleBroken("not_started", field=f"days-{key}")


def sums(amounts: Iterable[tuple[UUID, Decimal]]) -> dict[UUID, Decimal]:
    """What comes to each key together."""
    total: dict[UUID, Decimal] = {}
    for key, amount in amounts:
        total[key] = total.get(key, NOTHING) + amount
    return total


def require_committed(draws: Amounts, left: Amounts) -> None:
    """Refuses by ``capacity_exceeded`` more than some call-off still has committed.

    Both are by call-off, in the lot's unit; a draw below zero gives back and is never too much.
    """
    for call_off, amount in draws.items():
        remaining = left.get(call_off, NOTHING)
        if amount > max(remaining, NOTHING):
            raise RuleBroken("capacity_exceeded", remaining=remaining)


def differences(accepted: Amounts, right: Amounts) -> dict[UUID, Decimal]:
    """What a correction adds for each person, below zero where too much was accepted.

    Whoever is not named keeps what was accepted. Raises ``nothing_changed``, ValueError for an
    amount below zero.
    """
    if any(amount < 0 for amount in right.values()):
        raise ValueError("an amount below zero")
    found = {key: amount - accepted.get(key, NOTHING) for key, amount in right.items()}
    changed = {key: amount for key, amount in found.items() if amount != 0}
    if not changed:
        raise RuleBroken("nothing_changed")
    return changed
