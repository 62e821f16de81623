"""Workplaces without a database: their states, who is there when, numbers of decisions."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.enrolments.workplaces.rules import (
    Period,
    WorkplaceTerms,
    moved,
    require_decision_number,
    require_period,
    require_workplace,
)
from portal.shared.errors import RuleBroken

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
FROM_APRIL = Period(date(2026, 4, 1))


def rule_of(call: object, *arguments: object) -> str:
    with pytest.raises(RuleBroken) as refused:
        call(*arguments)  # type: ignore[operator]
    return refused.value.rule


def test_a_workplace_is_found_then_confirmed_and_ends_for_good() -> None:
    assert moved("found", "confirm_workplace") == "confirmed"
    assert moved("found", "end_workplace") == moved("confirmed", "end_workplace") == "ended"
    for state, act in [
        ("confirmed", "confirm_workplace"),
        ("ended", "confirm_workplace"),
        ("ended", "end_workplace"),
    ]:
        assert rule_of(moved, state, act) == "wrong_state"


def test_one_person_is_at_a_workplace_and_at_one_workplace_at_a_time() -> None:
    require_period(FROM_APRIL, [MARCH], [MARCH])
    assert rule_of(require_period, MARCH, [MARCH], []) == "workplace_taken"
    assert rule_of(require_period, MARCH, [], [MARCH]) == "placed_elsewhere"
    last_day = Period(date(2026, 3, 31), date(2026, 5, 1))
    assert rule_of(require_period, last_day, [MARCH], []) == "workplace_taken"
    backwards = Period(date(2026, 3, 2), date(2026, 3, 1))
    assert rule_of(require_period, backwards, [], []) == "ends_before_start"


days = st.dates(date(2026, 1, 1), date(2026, 3, 1))
periods = st.tuples(days, st.none() | days).map(
    lambda ends: Period(ends[0], None if ends[1] is None else max(ends[0], ends[1]))
)


@given(periods, periods, days)
def test_two_periods_overlap_when_some_day_is_in_both(
    one: Period, other: Period, day: date
) -> None:
    assert one.overlaps(other) == other.overlaps(one)
    in_both = all(
        period.starts <= day and (period.ends is None or day <= period.ends)
        for period in (one, other)
    )
    if in_both:
        assert one.overlaps(other)


@pytest.mark.parametrize("number", ["PT-2026-1234", "123/456", " 2026.77 ", ""])
def test_a_decisions_own_number_is_kept(number: str) -> None:
    assert require_decision_number(number) == number.strip()


@pytest.mark.parametrize(
    "number", ["ei päätöstä", "myönnetty 50 %", "PT", "päätös", "131052-308T", "120390A123B", "1;2"]
)
def test_anything_but_a_number_of_a_decision_is_refused(number: str) -> None:
    assert rule_of(require_decision_number, number) == "decision_number_wrong"


def test_a_workplace_has_a_name_an_instructor_and_a_right_business_id() -> None:
    known = require_workplace(WorkplaceTerms(" Kahvila ", " Ilona Ohjaaja ", "", "12345671"))
    assert known == WorkplaceTerms("Kahvila", "Ilona Ohjaaja", "", "1234567-1")
    assert rule_of(require_workplace, WorkplaceTerms("", "Ilona")) == "name_missing"
    assert rule_of(require_workplace, WorkplaceTerms("Kahvila", " ")) == "instructor_missing"
    wrong = WorkplaceTerms("Kahvila", "Ilona", "", "1234567-2")
    assert rule_of(require_workplace, wrong) == "business_id_wrong"
