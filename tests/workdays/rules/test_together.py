"""What several records come to, accepted one after the other."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from portal.workdays.rules import Chosen, RecordState, foreseen

FIRST, SECOND = UUID(int=1), UUID(int=2)


def waits(amount: str, call_off: UUID = FIRST, *, closed: bool = False) -> Chosen:
    return Chosen(RecordState.RECORDED, {call_off: Decimal(amount)}, closed)


def names(chosen: list[Chosen], **left: str) -> list[str | None]:
    """The names of the refusals; ``first`` and ``second`` are what the call-offs have left."""
    given = {"first": FIRST, "second": SECOND}
    found = foreseen(chosen, {given[name]: Decimal(amount) for name, amount in left.items()})
    return [None if one is None else one.rule for one in found]


def test_what_fits_is_accepted_and_each_is_held_to_what_those_before_it_leave() -> None:
    chosen = [waits("6"), waits("5"), waits("4"), waits("5", SECOND)]
    assert names(chosen, first="10", second="5") == [None, "capacity_exceeded", None, None]


def test_what_a_correction_gives_back_can_be_used_by_what_comes_after_it() -> None:
    assert names([waits("-2"), waits("2")], first="0") == [None, None]
    assert names([waits("2"), waits("-2")], first="0") == ["capacity_exceeded", None]


def test_nobody_can_use_what_is_given_back_to_a_closed_training() -> None:
    assert names([waits("-2", closed=True), waits("2")], first="0") == [None, "capacity_exceeded"]


def test_only_what_still_waits_can_be_accepted() -> None:
    chosen = [
        Chosen(state, {})
        for state in (
            RecordState.RECORDED,
            RecordState.DISPUTED,
            RecordState.ACCEPTED,
            RecordState.REPLACED,
        )
    ]
    assert names(chosen) == [None, "wrong_state", "wrong_state", "changed_meanwhile"]


def test_who_may_not_accept_is_told_so_before_anything_else() -> None:
    refused = Chosen(RecordState.REPLACED, {FIRST: Decimal(9)}, permitted=False)
    assert names([refused]) == ["not_permitted"]


def test_a_training_package_draws_on_nothing() -> None:
    assert names([Chosen(RecordState.RECORDED, {})]) == [None]
