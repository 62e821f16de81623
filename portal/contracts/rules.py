"""When a contract may be approved, and when it is in force."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from portal.shared.errors import RuleBroken


class ContractState(StrEnum):
    """A contract waits for both approvals, then is in force without end.

    One that is not in force becomes void with its award.
    """

    AWAITING_APPROVAL = "awaiting_approval"
    IN_FORCE = "in_force"
    VOID = "void"


BEYOND_RECALL = frozenset({ContractState.IN_FORCE, ContractState.VOID})
"""States that a void award does not move."""


class Side(StrEnum):
    """The two parties."""

    BUYER = "buyer"
    PROVIDER = "provider"


def after_approval(state: str, approved: Collection[str], side: Side) -> ContractState:
    """The one transition of a contract: in force from the second side's approval.

    Raises ``wrong_state`` for a side that has approved, or a contract in force.
    """
    if state != ContractState.AWAITING_APPROVAL or side in approved:
        raise RuleBroken("wrong_state")
    both = {*approved, side} == set(Side)
    return ContractState.IN_FORCE if both else ContractState.AWAITING_APPROVAL


def require_standstill_over(today: date, first_signing_day: date) -> None:
    """Refuses by ``standstill_running`` before the first signing day."""
    if today < first_signing_day:
        raise RuleBroken("standstill_running", first_signing_day=first_signing_day)
