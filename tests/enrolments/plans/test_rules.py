"""Plans without a database: steps, reviews, portfolios."""

from __future__ import annotations

from datetime import date

import pytest

from portal.enrolments.plans.rules import (
    TRANSITIONS,
    moved,
    require_not_ahead,
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


def test_what_has_been_done_has_not_its_day_ahead() -> None:
    require_not_ahead(date(2026, 3, 16), date(2026, 3, 16))
    with pytest.raises(RuleBroken, match="day_ahead"):
        require_not_ahead(date(2026, 3, 17), date(2026, 3, 16))
