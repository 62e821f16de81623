"""Steps of an improvement plan: what may be added, when one is late, and which comes first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.scorecards.plans.rules import (
    TRANSITIONS,
    Side,
    StepState,
    in_order,
    is_overdue,
    is_told,
    require_review,
    require_step,
    return_of,
)
from portal.shared.errors import RuleBroken
from portal.shared.transitions import status_after

TODAY = date(2026, 9, 1)
STEP: dict[str, Any] = {
    "what": "Käynnit kahdesti kuussa",
    "named": True,
    "due": TODAY,
    "about": "indicator:completed_share",
    "known": {"indicator:completed_share"},
    "today": TODAY,
}


@pytest.mark.parametrize(
    ("changed", "rule", "field"),
    [
        ({"what": "  "}, "text_missing", "what"),
        ({"named": False}, "who_missing", "role"),
        ({"due": TODAY - timedelta(1)}, "due_passed", "due"),
        ({"about": "indicator:best"}, "about_unknown", "about"),
    ],
)
def test_a_step_says_what_who_by_when_and_about_what(
    changed: dict[str, Any], rule: str, field: str
) -> None:
    require_step(**STEP)
    with pytest.raises(RuleBroken) as refused:
        require_step(**{**STEP, **changed})
    assert (refused.value.rule, refused.value.field) == (rule, field)


@pytest.mark.parametrize(
    ("note", "day", "due", "rule"),
    [
        (" ", TODAY, None, "text_missing"),
        ("Kyllä", TODAY + timedelta(1), None, "day_ahead"),
        ("Kyllä", TODAY, TODAY - timedelta(1), "due_passed"),
    ],
)
def test_a_review_needs_a_note_and_a_day_that_has_come(
    note: str, day: date, due: date | None, rule: str
) -> None:
    require_review(note="Kyllä", day=TODAY, today=TODAY, due=TODAY)
    with pytest.raises(RuleBroken) as refused:
        require_review(note=note, day=day, today=TODAY, due=due)
    assert refused.value.rule == rule


def test_only_what_was_reported_is_given_back() -> None:
    for state in (StepState.DONE, StepState.NOT_DONE):
        assert status_after(TRANSITIONS, state, return_of(state)) == StepState.PLANNED
    with pytest.raises(RuleBroken):
        status_after(TRANSITIONS, StepState.PLANNED, return_of(StepState.PLANNED))
    assert {Side.BUYER.other, Side.PROVIDER.other} == set(Side)


@given(st.sampled_from(StepState), st.integers(-40, 40), st.integers(0, 30))
def test_a_step_is_told_of_only_when_it_is_overdue_by_more_than_the_days(
    state: StepState, late: int, days: int
) -> None:
    due = TODAY - timedelta(late)
    assert is_told(state, due, TODAY, days) == (state == StepState.PLANNED and late > days)
    if is_told(state, due, TODAY, days):
        assert is_overdue(state, due, TODAY)


@given(
    st.lists(st.tuples(st.sampled_from(StepState), st.integers(-9, 9), st.booleans()), max_size=8)
)
def test_the_overdue_come_first_and_the_closed_last(
    steps: list[tuple[StepState, int, bool]],
) -> None:
    rows = [
        (state, TODAY + timedelta(days), closed and state != StepState.PLANNED)
        for state, days, closed in steps
    ]
    ranks = [
        in_order(*row, TODAY)[0] for row in sorted(rows, key=lambda row: in_order(*row, TODAY))
    ]
    assert ranks == sorted(ranks)
    assert ranks.count(0) == sum(is_overdue(state, due, TODAY) for state, due, _closed in rows)
