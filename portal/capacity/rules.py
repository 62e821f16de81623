"""The arithmetic of the ledger, the states of call-offs and trainings, the two-week clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

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


def require_within(day: date, starts_on: date, ends_on: date) -> None:
    """Refuses by ``outside_contract`` a day before the contract's start or after its end."""
    if not starts_on <= day <= ends_on:
        raise RuleBroken("outside_contract", field="starts", starts_on=starts_on, ends_on=ends_on)
