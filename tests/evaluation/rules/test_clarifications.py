"""An answer is given once, in time, and a bidder that lets its time pass has been heard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.evaluation.rules.clarifications import (
    heard,
    moved,
    require_due_ahead,
    require_time_left,
)
from portal.shared.errors import RuleBroken

DUE = datetime(2026, 2, 13, 14, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_the_last_moments_own_second_is_in_time() -> None:
    require_time_left(DUE, DUE)
    require_time_left(DUE + SECOND / 2, DUE)
    with pytest.raises(RuleBroken, match="answer_time_passed"):
        require_time_left(DUE + SECOND, DUE)


def test_a_question_leaves_time_to_answer() -> None:
    require_due_ahead(DUE, DUE - SECOND)
    with pytest.raises(RuleBroken, match="due_not_ahead"):
        require_due_ahead(DUE, DUE)


def test_an_answer_stands() -> None:
    assert moved("asked", "answer_clarification") == "answered"
    with pytest.raises(RuleBroken, match="wrong_state"):
        moved("answered", "answer_clarification")


def test_who_has_answered_or_let_the_time_pass_has_been_heard() -> None:
    assert heard("answered", DUE, DUE - SECOND)
    assert heard("asked", DUE, DUE + SECOND)
    assert not heard("asked", DUE, DUE)
