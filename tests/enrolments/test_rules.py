"""The rules of people in trainings, without a database."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.enrolments.rules import (
    ENDED,
    TRANSITIONS,
    EnrolmentState,
    due_follow_ups,
    moved,
    require_both_sides,
    require_ends_after_start,
    require_group,
    require_room,
    require_state,
)
from portal.shared.errors import RuleBroken
from portal.shared.identity_codes import require_no_identity_code

ACTS = sorted(TRANSITIONS)


@given(st.lists(st.sampled_from(ACTS), max_size=12))
def test_a_participant_is_in_one_state_after_any_acts_and_nothing_moves_what_has_ended(
    acts: list[str],
) -> None:
    state = EnrolmentState.APPLIED
    done = []
    for act in acts:
        before = state
        with suppress(RuleBroken):
            state = moved(state, act)
            done.append(act)
            assert before not in ENDED | {EnrolmentState.REJECTED, EnrolmentState.TRANSFERRED}
        assert state in EnrolmentState
    if state in ENDED:
        # Nobody ends without an interview, a selection and a start, in that order, once each.
        assert [act for act in done if act != "interview"][:2] == ["select", "start"]
        assert done[0] == "interview"
        assert done.count("start") == 1


@pytest.mark.parametrize(
    ("act", "state", "rule"),
    [
        ("select", "applied", "selection_incomplete"),
        ("select", "selected", "wrong_state"),
        ("select", "rejected", "wrong_state"),
        ("start", "interviewed", "not_selected"),
        ("start", "rejected", "not_selected"),
        ("start", "started", "wrong_state"),
        ("complete", "selected", "not_started"),
        ("leave_early", "rejected", "not_started"),
        ("interrupt", "completed", "wrong_state"),
        ("interview", "selected", "wrong_state"),
        ("transfer", "completed", "wrong_state"),
    ],
)
def test_the_rule_that_names_why_comes_before_the_general_one(
    act: str, state: str, rule: str
) -> None:
    with pytest.raises(RuleBroken, match=f"^{rule}$"):
        moved(state, act)


def test_of_several_people_one_in_a_wrong_state_comes_first() -> None:
    require_state("start", ["applied", "selected"])
    with pytest.raises(RuleBroken, match="wrong_state"):
        require_state("start", ["applied", "started"])


def test_paper_alone_or_one_side_alone_selects_nobody() -> None:
    require_both_sides(interviewed=True, trainer=True, sponsor=True)
    for missing in ("interviewed", "trainer", "sponsor"):
        sides = {"interviewed": True, "trainer": True, "sponsor": True, missing: False}
        with pytest.raises(RuleBroken, match="selection_incomplete"):
            require_both_sides(**sides)


def test_as_many_as_there_are_places_are_selected_and_no_more() -> None:
    require_room(3, 2, 5)
    with pytest.raises(RuleBroken, match="training_full"):
        require_room(3, 3, 5)


def test_nobody_ends_before_their_first_day() -> None:
    require_ends_after_start(date(2026, 3, 16), date(2026, 3, 16))
    with pytest.raises(RuleBroken, match="ends_before_start"):
        require_ends_after_start(date(2026, 3, 16), date(2026, 3, 15))


def test_counts_of_sensitive_groups_are_kept_for_five_who_started() -> None:
    require_group(5, [5, 0, 1, 2])
    with pytest.raises(RuleBroken, match="group_too_small"):
        require_group(4, [0, 0, 0, 0])
    with pytest.raises(RuleBroken, match="more_than_started"):
        require_group(5, [6, 0, 0, 0])


@pytest.mark.parametrize("text", ["010190-123A", "avain 311299A901X.", "010190-123a"])
def test_a_personal_identity_code_is_found_inside_a_text(text: str) -> None:
    with pytest.raises(RuleBroken, match="identity_code"):
        require_no_identity_code(("external_key", text))


@pytest.mark.parametrize("text", ["", "A-1042", "ESIM/12/2026/a", "2026-03-16", "0401234567"])
def test_an_office_s_own_key_is_none(text: str) -> None:
    require_no_identity_code(("external_key", text))


def test_a_follow_up_waits_from_its_day_until_it_is_recorded() -> None:
    ended, months = date(2026, 8, 31), (3, 6, 12)
    assert due_follow_ups(ended, [], months, date(2026, 11, 29)) == []
    # The last day of November: a month has no 31st.
    assert [one.months for one in due_follow_ups(ended, [], months, date(2026, 11, 30))] == [3]
    assert [one.months for one in due_follow_ups(ended, [3], months, date(2027, 8, 31))] == [6, 12]
