"""Plans without a database: steps, reviews, portfolios."""

from __future__ import annotations

from datetime import date

import pytest

from portal.enrolments.plans.rules import (
    TRANSITIONS,
    ReviewWindow,
    moved,
    portfolio_due,
    require_not_ahead,
    review_window,
)
from portal.shared.errors import RuleBroken


def test_a_step_that_is_done_or_withdrawn_does_not_move_again() -> None:
    assert moved("open", "finish_step") == "done"
    assert moved("open", "withdraw_step") == "withdrawn"
    assert moved("open", "change_step") == "open"
    for act in TRANSITIONS:
        for state in ("done", "withdrawn"):
            with pytest.raises(RuleBroken, match="wrong_state"):
                moved(state, act)


def test_the_joint_review_is_two_to_three_months_after_the_start() -> None:
    assert review_window(date(2026, 3, 16), 2, 3) == ReviewWindow(
        date(2026, 5, 16), date(2026, 6, 16)
    )
    assert review_window(date(2025, 12, 31), 2, 3) == ReviewWindow(
        date(2026, 2, 28), date(2026, 3, 31)
    )


def test_a_portfolio_is_due_two_months_after_the_start_and_after_each_review() -> None:
    start = date(2026, 3, 16)
    assert portfolio_due(start, [], 2) == date(2026, 5, 16)
    reviewed = [date(2026, 5, 4), date(2026, 7, 31)]
    assert portfolio_due(start, reviewed, 2) == date(2026, 9, 30)


def test_what_has_been_done_has_not_its_day_ahead() -> None:
    require_not_ahead(date(2026, 3, 16), date(2026, 3, 16))
    with pytest.raises(RuleBroken, match="day_ahead"):
        require_not_ahead(date(2026, 3, 17), date(2026, 3, 16))
