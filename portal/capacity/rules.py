"""The arithmetic of the ledger, the states of call-offs and trainings, the two-week clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from portal.procurement.rules import Unit
from portal.shared.errors import RuleBroken

NOTHING = Decimal(0)


class EntryKind(StrEnum):
    """What an entry of the ledger does.

    ``returned`` is a correction of what was delivered: it is committed again.
    """

    OPENED = "opened"
    ADDED = "added"
    RESERVED = "reserved"
    COMMITTED = "committed"
    DELIVERED = "delivered"
    RETURNED = "returned"
    RELEASED = "released"
    RESERVATION_RELEASED = "reservation_released"


@dataclass(frozen=True)
class Balance:
    """Where a contract's capacity stands, in the lot's unit. Nothing in it is ever below zero."""

    maximum: Decimal = NOTHING
    reserved: Decimal = NOTHING
    committed: Decimal = NOTHING
    delivered: Decimal = NOTHING

    @property
    def remaining(self) -> Decimal:
        """What can still be called off (cases/FORMAT.md, "The ledger")."""
        return self.maximum - self.reserved - self.committed - self.delivered


# What each kind moves: maximum, reserved, committed, delivered.
_MOVES: dict[EntryKind, tuple[int, int, int, int]] = {
    EntryKind.OPENED: (1, 0, 0, 0),
    EntryKind.ADDED: (1, 0, 0, 0),
    EntryKind.RESERVED: (0, 1, 0, 0),
    EntryKind.COMMITTED: (0, -1, 1, 0),
    EntryKind.DELIVERED: (0, 0, -1, 1),
    EntryKind.RETURNED: (0, 0, 1, -1),
    EntryKind.RELEASED: (0, 0, -1, 0),
    EntryKind.RESERVATION_RELEASED: (0, -1, 0, 0),
}


def entered(balance: Balance, kind: EntryKind, amount: Decimal) -> Balance:
    """The balance after one more entry.

    Raises ``capacity_exceeded`` where anything would fall below zero, ValueError for an amount
    that is not above zero.
    """
    if amount <= 0:
        raise ValueError(f"an entry of {amount}")
    maximum, reserved, committed, delivered = _MOVES[kind]
    after = replace(
        balance,
        maximum=balance.maximum + maximum * amount,
        reserved=balance.reserved + reserved * amount,
        committed=balance.committed + committed * amount,
        delivered=balance.delivered + delivered * amount,
    )
    if min(after.reserved, after.committed, after.delivered, after.remaining) < 0:
        raise RuleBroken("capacity_exceeded", remaining=max(balance.remaining, NOTHING))
    return after


def replayed(entries: Iterable[tuple[EntryKind, Decimal]]) -> Balance:
    """The balance that all entries lead to, from nothing."""
    balance = Balance()
    for kind, amount in entries:
        balance = entered(balance, kind, amount)
    return balance


class CallOffState(StrEnum):
    """A call-off reserves; the provider confirms or declines; the caller may cancel."""

    RESERVED = "reserved"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class TrainingState(StrEnum):
    """A training runs until the buyer closes it."""

    OPEN = "open"
    CLOSED = "closed"


TRANSITIONS: dict[str, dict[CallOffState, CallOffState]] = {
    "confirm_call_off": {CallOffState.RESERVED: CallOffState.CONFIRMED},
    # A confirmed call-off can be declined or cancelled until somebody has started.
    "decline_call_off": {
        CallOffState.RESERVED: CallOffState.DECLINED,
        CallOffState.CONFIRMED: CallOffState.DECLINED,
    },
    "cancel_call_off": {
        CallOffState.RESERVED: CallOffState.CANCELLED,
        CallOffState.CONFIRMED: CallOffState.CANCELLED,
    },
}
"""The one table that moves a call-off: act → from → to."""


def moved(state: str, act: str) -> CallOffState:
    """The state after an act. Raises ``wrong_state`` where the table has no such move."""
    after = TRANSITIONS[act].get(CallOffState(state))
    if after is None:
        raise RuleBroken("wrong_state")
    return after


def drawn(unit: str, workdays: Decimal, places: int) -> Decimal:
    """What a call-off draws in the lot's unit: its places where that is the training package."""
    return Decimal(places) if unit == Unit.TRAINING_PACKAGE else workdays


def start_by(called_on: date, days: int) -> date:
    """The last day on which the training is to start (2306-2308 of the study: two weeks)."""
    return called_on + timedelta(days=days)


def require_group(places: int, minimum: int, reason: str) -> None:
    """Refuses by ``minimum_group`` a group under the lot's minimum without a reason."""
    if places < minimum and not reason.strip():
        raise RuleBroken("minimum_group", field="reason", minimum=minimum)


def drawn_by(kind: EntryKind) -> int:
    """Whether an entry draws from what remains (1), gives back to it (-1), or neither (0)."""
    _maximum, reserved, committed, delivered = _MOVES[kind]
    return 0 if _maximum else reserved + committed + delivered


def require_within(day: date, starts_on: date, ends_on: date) -> None:
    """Refuses by ``outside_contract`` a day before the contract's start or after its end."""
    if not starts_on <= day <= ends_on:
        raise RuleBroken("outside_contract", field="starts", starts_on=starts_on, ends_on=ends_on)


@dataclass(frozen=True)
class Clock:
    """The two-week clock of a call-off on a day: ``days`` left, below zero once it is late.

    It runs until the training starts: a call-off is late when it has not been confirmed by its
    last day, or when its confirmed start is after it.
    """

    last_day: date
    days: int
    running: bool
    late: bool


def clock_of(state: str, last_day: date, starts: date | None, today: date) -> Clock | None:
    """How the clock stands; None where nothing is waited for any more.

    ``today`` and all days are Helsinki's. Source: 2306-2308 of the study.
    """
    if state in (CallOffState.DECLINED, CallOffState.CANCELLED):
        return None
    if starts is not None:
        days = (last_day - starts).days
        return Clock(last_day, days, running=False, late=days < 0)
    days = (last_day - today).days
    return Clock(last_day, days, running=True, late=days < 0)


def start_in_time(starts: date | None, last_day: date) -> bool:
    """Whether a confirmed start is on its last day or before."""
    return starts is not None and starts <= last_day


@dataclass(frozen=True)
class Pace:
    """How fast capacity is used: in the lot's unit a month, and when it would run out.

    ``exhausted_on`` is None where it would not run out before the contract's last day.
    """

    per_month: Fraction
    exhausted_on: date | None


DAYS_A_MONTH = Fraction(36525, 1200)
"""Of an average year of 365.25 days."""


def pace_of(
    balance: Balance, starts_on: date, ends_on: date, today: date, *, least_days: int
) -> Pace | None:
    """The pace since the contract's first day, held to its end.

    What is used is all that has been drawn and not released. None, and so no projection, where
    nothing has been used or fewer than ``least_days`` days of the contract have passed.
    """
    passed = (min(today, ends_on) - starts_on).days + 1
    used = balance.maximum - balance.remaining
    if passed < least_days or used <= 0:
        return None
    a_day = Fraction(used) / passed
    if balance.remaining <= 0:
        return Pace(a_day * DAYS_A_MONTH, today)
    more = -(-Fraction(balance.remaining) // a_day)
    # A far day may be none that a calendar has.
    left = (ends_on - today).days
    return Pace(a_day * DAYS_A_MONTH, today + timedelta(days=int(more)) if more <= left else None)
