"""What is asked, and what may be shown without anybody being recognised."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.feedback.items import ALWAYS_ASKED, asked_of, faults_of, items
from portal.feedback.rules import (
    EMPLOYERS_QUESTIONS,
    Giver,
    answer_day,
    is_overdue,
    large_enough,
    may_say_whose,
    require_items,
)
from portal.shared.errors import RuleBroken

WORDS = {"fi": "a", "sv": "b", "en": "c"}
SOUND = {"key": "one", "name": WORDS, "asked": {"participant": WORDS}, "source": {"study": "1"}}


def test_the_study_s_items_are_asked_and_the_employer_s_form_is_short() -> None:
    assert {item.key for item in asked_of(Giver.PARTICIPANT)} >= {
        "caring",
        "individual",
        "group_size",
        "as_promised",
        "workplace_found",
        "coach_visits",
        "guidance_after",
        "skills",
        "changed",
        "useful",
        "quick",
    }
    assert len(asked_of(Giver.EMPLOYER)) + ALWAYS_ASKED <= EMPLOYERS_QUESTIONS
    assert all(item.source for item in items())


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([SOUND, SOUND], "one: the key stands twice"),
        ([{**SOUND, "name": {"fi": "a"}}], "one: name has no sv"),
        ([{**SOUND, "asked": {"teacher": WORDS}}], "one: nobody is called teacher"),
        ([{**SOUND, "asked": {"employer": {**WORDS, "en": " "}}}], "one: employer has no en"),
        ([{**SOUND, "source": {}}], "one: its source is missing"),
        ([{**SOUND, "source": {"by": "me"}}], "one: its source names lines of the study,"),
        (
            [{**SOUND, "key": key, "asked": {"employer": WORDS}} for key in "abc"],
            "the form of an employer may have 5 questions",
        ),
    ],
)
def test_a_fault_of_the_file_is_told(rows: list[object], fault: str) -> None:
    assert any(line.startswith(fault) for line in faults_of({"items": rows}))
    assert faults_of({"items": [SOUND]}) == []
    assert faults_of(rows) == ["expected a list of items"]


def test_points_off_the_scale_and_items_that_are_not_asked_are_refused() -> None:
    require_items({"skills": 1, "caring": 5}, ["skills", "caring", "quick"])
    for wrong in ({"skills": 0}, {"skills": 6}, {"hours": 3}):
        with pytest.raises(RuleBroken, match="item_unknown"):
            require_items(wrong, ["skills"])


@given(counts=st.lists(st.integers(0, 12), min_size=3, max_size=3), least=st.integers(2, 8))
def test_words_stand_beside_their_kind_only_where_no_kind_is_small(
    counts: list[int], least: int
) -> None:
    said = may_say_whose(counts, least)
    small = [count for count in counts if 0 < count < least]
    assert said == (not small)
    assert not any(large_enough(count, least) for count in small)


def test_a_proposal_is_answered_in_days_of_helsinki() -> None:
    late = datetime(2026, 3, 9, 22, 30, tzinfo=UTC)  # the 10th in Helsinki
    assert answer_day(late, 14) == date(2026, 3, 24)
    assert not is_overdue(date(2026, 3, 24), date(2026, 3, 24))
    assert is_overdue(date(2026, 3, 24), date(2026, 3, 25))
    assert not is_overdue(None, date(2026, 3, 25))
