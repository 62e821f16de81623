"""What comes of accepting several records at once, said before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.shared.errors import RuleBroken
from portal.workdays.rules.records import (
    NOTHING,
    Amounts,
    RecordState,
    moved,
    require_committed,
)


@dataclass(frozen=True)
class Chosen:
    """What of a record decides whether its sponsor can accept it.

    ``draws`` is what it draws on each call-off, in the lot's unit, below zero where a correction
    gives back; ``closed`` whether the training is, so that nobody can use what is given back.
    """

    state: RecordState
    draws: Amounts
    closed: bool = False
    permitted: bool = True


def foreseen(chosen: Sequence[Chosen], left: Amounts) -> list[RuleBroken | None]:
    """For each, the refusal that it would meet were all accepted one after the other, or None.

    ``left`` is what each call-off has committed before the first. What is refused moves nothing,
    so what comes after it is held to what is left without it. The rules are those of
    ``accept_workdays``, in its order: ``not_permitted``, ``changed_meanwhile``, ``wrong_state``,
    ``capacity_exceeded``.
    """
    remaining = dict(left)
    found: list[RuleBroken | None] = []
    for one in chosen:
        try:
            _require_acceptable(one, remaining)
        except RuleBroken as broken:
            found.append(broken)
            continue
        found.append(None)
        for call_off, amount in one.draws.items():
            if amount > 0 or not one.closed:
                remaining[call_off] = remaining.get(call_off, NOTHING) - amount
    return found


def _require_acceptable(one: Chosen, left: Amounts) -> None:
    if not one.permitted:
        raise RuleBroken("not_permitted")
    if one.state == RecordState.REPLACED:
        raise RuleBroken("changed_meanwhile")
    moved(one.state, "accept_workdays")
    require_committed(one.draws, left)
