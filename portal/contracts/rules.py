"""The states of a contract, when it may be approved, and what it is called."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from portal.shared.errors import RuleBroken


class ContractState(StrEnum):
    """A contract waits for both approvals, then is in force without end.

    Until then either party may refuse it, the buyer may hold it, and a correction of the decision
    or an appeal that annuls makes it void.
    """

    AWAITING_APPROVAL = "awaiting_approval"
    ON_HOLD = "on_hold"
    REFUSED = "refused"
    IN_FORCE = "in_force"
    VOID = "void"


ENDED = frozenset({ContractState.REFUSED, ContractState.VOID})
"""Nothing moves out of these; the lot may have a new contract beside one of them."""


class Side(StrEnum):
    """The two parties."""

    BUYER = "buyer"
    PROVIDER = "provider"


TRANSITIONS: dict[str, dict[ContractState, ContractState]] = {
    "approve_contract": {ContractState.AWAITING_APPROVAL: ContractState.AWAITING_APPROVAL},
    # What the second side's approval does.
    "enter_into_force": {ContractState.AWAITING_APPROVAL: ContractState.IN_FORCE},
    "hold_contract": {ContractState.AWAITING_APPROVAL: ContractState.ON_HOLD},
    "release_contract": {ContractState.ON_HOLD: ContractState.AWAITING_APPROVAL},
    "refuse_contract": {
        ContractState.AWAITING_APPROVAL: ContractState.REFUSED,
        ContractState.ON_HOLD: ContractState.REFUSED,
    },
    "void_contracts": {
        ContractState.AWAITING_APPROVAL: ContractState.VOID,
        ContractState.ON_HOLD: ContractState.VOID,
    },
}
"""The one table that moves a contract: act → from → to."""


def moved(state: str, act: str) -> ContractState:
    """The state after an act. Raises ``wrong_state`` where the table has no such move."""
    after = TRANSITIONS[act].get(ContractState(state))
    if after is None:
        raise RuleBroken("wrong_state")
    return after


def after_approval(state: str, approved: Collection[str], side: Side) -> ContractState:
    """The state after one side's approval: in force from the second side's.

    Raises ``wrong_state`` for a side that has approved, or a contract that waits for none.
    """
    if side in approved:
        raise RuleBroken("wrong_state")
    both = {*approved, side} == set(Side)
    return moved(state, "enter_into_force" if both else "approve_contract")


def after_refusal(state: str, approved: Collection[str], side: Side) -> ContractState:
    """The state after one side's refusal. An approval binds, so the side that gave it refuses none.

    Raises ``wrong_state``.
    """
    if side in approved:
        raise RuleBroken("wrong_state")
    return moved(state, "refuse_contract")


def require_standstill_over(today: date, first_signing_day: date) -> None:
    """Refuses by ``standstill_running`` before the first signing day."""
    if today < first_signing_day:
        raise RuleBroken("standstill_running", first_signing_day=first_signing_day)


def free_reference(procurement: str, lot: str, taken: Collection[str]) -> str:
    """What a new contract is called: ``PROCUREMENT/LOT``, with a number from the second on."""
    first, n = f"{procurement}/{lot}", 1
    reference = first
    while reference in taken:
        n += 1
        reference = f"{first}/{n}"
    return reference
