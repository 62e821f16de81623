"""Assessments move once and for all, and how far apart assessors are is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.evaluation.rules import AssessmentState, spread
from portal.evaluation.rules.points import TRANSITIONS, moved
from portal.shared.errors import RuleBroken


@pytest.mark.parametrize("state", [AssessmentState.HANDED_IN, AssessmentState.ABSTAINED])
@pytest.mark.parametrize("act", sorted(TRANSITIONS))
def test_nothing_moves_what_has_been_handed_in(state: AssessmentState, act: str) -> None:
    with pytest.raises(RuleBroken, match="handed_in"):
        moved(state, act)


def test_a_draft_is_handed_in_or_abstained_from() -> None:
    assert moved("draft", "hand_in") is AssessmentState.HANDED_IN
    assert moved("draft", "abstain") is AssessmentState.ABSTAINED


def test_the_spread_is_between_the_highest_and_the_lowest() -> None:
    assert spread([3, 1, 2]) == 2
    assert spread([2, 2]) == 0


def test_an_abstention_is_never_a_zero_in_the_spread() -> None:
    assert spread([3, None, 3]) == 0
    assert spread([3, None]) is None
    assert spread([]) is None


@given(st.lists(st.none() | st.integers(0, 3)))
def test_the_order_of_the_assessors_has_no_influence(points: list[int | None]) -> None:
    assert spread(points) == spread(points[::-1])
