from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.contracts.rules import (
    ENDED,
    TRANSITIONS,
    ContractState,
    Side,
    after_approval,
    after_refusal,
    free_reference,
    moved,
    require_standstill_over,
)
from portal.legal.rules import first_signing_day, standstill_last_day
from portal.shared.clock import HELSINKI, day_in_helsinki
from portal.shared.errors import RuleBroken

DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))


def refusal(today: date, first: date) -> str | None:
    try:
        require_standstill_over(today, first)
    except RuleBroken as broken:
        return f"{broken.rule} until {broken.facts['first_signing_day']}"
    return None


@given(DAYS, DAYS)
def test_nobody_signs_before_the_first_signing_day(today: date, first: date) -> None:
    assert refusal(today, first) == (f"standstill_running until {first}" if today < first else None)


@settings(deadline=None)  # a year's holidays are reckoned when they are first asked for
@given(DAYS, st.sampled_from([14, 10, 21]), st.integers(0, 60))
def test_no_day_of_a_standstill_is_a_day_of_signing(received: date, days: int, later: int) -> None:
    last = standstill_last_day(received, days)
    today = received + timedelta(days=later)
    assert (refusal(today, first_signing_day(received, days)) is not None) == (today <= last)


@given(DAYS, st.integers(0, 86_399))
def test_the_first_signing_day_begins_at_midnight_in_helsinki(first: date, second: int) -> None:
    begins = datetime.combine(first, time(), HELSINKI).astimezone(UTC)
    before, after = begins - timedelta(seconds=second + 1), begins + timedelta(seconds=second)
    assert refusal(day_in_helsinki(before), first) is not None
    assert refusal(day_in_helsinki(after), first) is None


@pytest.mark.parametrize("order", list(permutations(Side)))
def test_a_contract_is_in_force_from_the_second_side_on(order: tuple[Side, Side]) -> None:
    first, second = order
    waiting = ContractState.AWAITING_APPROVAL
    assert after_approval(waiting, set(), first) == waiting
    assert after_approval(waiting, {first}, second) == ContractState.IN_FORCE


@given(st.sampled_from(Side), st.sampled_from(ContractState), st.sets(st.sampled_from(Side)))
def test_no_side_approves_twice_nor_what_does_not_wait_for_it(
    side: Side, state: ContractState, approved: set[Side]
) -> None:
    if state != ContractState.AWAITING_APPROVAL or side in approved:
        with pytest.raises(RuleBroken) as broken:
            after_approval(state, approved, side)
        assert broken.value.rule == "wrong_state"
    else:
        both = len(approved) == 1
        assert (after_approval(state, approved, side) == ContractState.IN_FORCE) == both


@pytest.mark.parametrize("act", TRANSITIONS)
def test_nothing_moves_out_of_what_has_ended_or_is_in_force(act: str) -> None:
    for state in (*ENDED, ContractState.IN_FORCE):
        with pytest.raises(RuleBroken) as broken:
            moved(state, act)
        assert broken.value.rule == "wrong_state"


def test_a_hold_is_left_by_a_release_a_refusal_or_becoming_void() -> None:
    leave = {act: table.get(ContractState.ON_HOLD) for act, table in TRANSITIONS.items()}
    assert leave == {
        "approve_contract": None,
        "enter_into_force": None,
        "hold_contract": None,
        "release_contract": "awaiting_approval",
        "refuse_contract": "refused",
        "void_contracts": "void",
    }


@given(st.sampled_from(Side), st.sampled_from(ContractState), st.sets(st.sampled_from(Side)))
def test_a_side_that_has_approved_is_bound_and_refuses_no_more(
    side: Side, state: ContractState, approved: set[Side]
) -> None:
    waits = state in (ContractState.AWAITING_APPROVAL, ContractState.ON_HOLD)
    if waits and side not in approved:
        assert after_refusal(state, approved, side) == ContractState.REFUSED
    else:
        with pytest.raises(RuleBroken) as broken:
            after_refusal(state, approved, side)
        assert broken.value.rule == "wrong_state"


@given(st.text(max_size=3), st.text(max_size=3), st.integers(0, 5))
def test_every_new_contract_of_a_lot_has_a_reference_of_its_own(
    procurement: str, lot: str, before: int
) -> None:
    taken: list[str] = []
    for _n in range(before):
        taken.append(free_reference(procurement, lot, taken))
    assert len(set(taken)) == before
    assert free_reference(procurement, lot, taken) not in taken


def test_the_second_contract_of_a_lot_is_numbered() -> None:
    assert free_reference("ESIM/7/2026", "coast", []) == "ESIM/7/2026/coast"
    assert free_reference("ESIM/7/2026", "coast", ["ESIM/7/2026/coast"]) == "ESIM/7/2026/coast/2"
