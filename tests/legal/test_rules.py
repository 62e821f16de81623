"""Deadlines and the standstill, on days worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.legal.parameters import parameter
from portal.legal.rules import (
    Milestone,
    MovingDay,
    Step,
    first_signing_day,
    is_working_day_for_deadlines,
    standstill_last_day,
    standstill_steps,
    why_deadlines_move,
)

DAY = timedelta(days=1)

BY_HAND = {
    # received, counted to (weekday), why it moves, last day, first signing day
    "an ordinary fortnight: Monday": ("2026-02-16", "2026-03-02", "2026-03-03"),
    "Saturday 28 February to Monday": ("2026-02-14", "2026-03-02", "2026-03-03"),
    "Sunday 1 March to Monday": ("2026-02-15", "2026-03-02", "2026-03-03"),
    "Friday: signing may be on Saturday": ("2026-02-13", "2026-02-27", "2026-02-28"),
    # Thursday 24 December, Christmas Day Friday, St Stephen's Saturday, Sunday
    "Christmas": ("2026-12-10", "2026-12-28", "2026-12-29"),
    # Friday 1 January 2027, Saturday, Sunday
    "New Year": ("2026-12-18", "2027-01-04", "2027-01-05"),
    # Tuesday 6 January
    "Epiphany": ("2025-12-23", "2026-01-07", "2026-01-08"),
    # Good Friday 3 April, Saturday, Easter Sunday, Easter Monday
    "Easter": ("2026-03-20", "2026-04-07", "2026-04-08"),
    # Friday 1 May, Saturday, Sunday
    "1 May": ("2026-04-17", "2026-05-04", "2026-05-05"),
    # Thursday 14 May
    "Ascension Day": ("2026-04-30", "2026-05-15", "2026-05-16"),
    # Midsummer Eve Friday 19 June, Midsummer Day Saturday, Sunday
    "Midsummer": ("2026-06-05", "2026-06-22", "2026-06-23"),
    # All Saints' Day is a Saturday, 31 October, then Sunday
    "All Saints' Day": ("2026-10-17", "2026-11-02", "2026-11-03"),
    # 6 December 2027 is a Monday
    "Independence Day": ("2027-11-22", "2027-12-07", "2027-12-08"),
    # 6 December 2026 is a Sunday: it does not move a day of its own to Monday
    "Independence Day on a Sunday": ("2026-11-22", "2026-12-07", "2026-12-08"),
}


@pytest.mark.parametrize("kind", BY_HAND)
def test_the_standstill_ends_as_reckoned_by_hand(kind: str) -> None:
    received, last, signing = (date.fromisoformat(day) for day in BY_HAND[kind])
    assert standstill_last_day(received, 14) == last
    assert first_signing_day(received, 14) == signing


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-03-02", None),
        ("2026-12-24", MovingDay.CHRISTMAS_EVE),
        ("2022-12-24", MovingDay.CHRISTMAS_EVE),
        ("2026-12-25", MovingDay.PUBLIC_HOLIDAY),
        ("2026-12-31", None),
        ("2026-06-19", MovingDay.MIDSUMMER_EVE),
        ("2027-06-25", MovingDay.MIDSUMMER_EVE),
        ("2026-06-26", None),
        ("2026-06-12", None),
        ("2026-05-01", MovingDay.MAY_DAY),
        ("2027-12-06", MovingDay.INDEPENDENCE_DAY),
        ("2026-04-03", MovingDay.PUBLIC_HOLIDAY),
        ("2026-04-02", None),
        ("2026-04-04", MovingDay.SATURDAY),
        ("2026-03-01", MovingDay.SUNDAY),
    ],
)
def test_a_day_moves_a_deadline_for_the_reason_named(day: str, why: MovingDay | None) -> None:
    assert why_deadlines_move(date.fromisoformat(day)) is why
    assert is_working_day_for_deadlines(date.fromisoformat(day)) is (why is None)


def test_an_ordinary_standstill_is_explained_in_three_steps() -> None:
    assert standstill_steps(date(2026, 2, 16), 14) == [
        Step(date(2026, 2, 16), Milestone.RECEIVED),
        Step(date(2026, 3, 2), Milestone.LAST_DAY),
        Step(date(2026, 3, 3), Milestone.FIRST_SIGNING_DAY),
    ]


def test_every_day_passed_over_is_explained() -> None:
    assert standstill_steps(date(2026, 12, 10), 14) == [
        Step(date(2026, 12, 10), Milestone.RECEIVED),
        Step(date(2026, 12, 24), Milestone.COUNTED_TO),
        Step(date(2026, 12, 24), MovingDay.CHRISTMAS_EVE),
        Step(date(2026, 12, 25), MovingDay.PUBLIC_HOLIDAY),
        Step(date(2026, 12, 26), MovingDay.PUBLIC_HOLIDAY),
        Step(date(2026, 12, 27), MovingDay.SUNDAY),
        Step(date(2026, 12, 28), Milestone.LAST_DAY),
        Step(date(2026, 12, 29), Milestone.FIRST_SIGNING_DAY),
    ]


def test_a_standstill_of_less_than_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="-1 days"):
        standstill_last_day(date(2026, 2, 16), -1)


def test_the_rules_reckon_with_the_days_that_the_parameters_name() -> None:
    named = parameter("deadline_moving_days", date(2026, 2, 16)).value
    assert named == tuple(kind.value for kind in MovingDay)


@given(
    received=st.dates(date(2017, 1, 1), date(2099, 11, 1)),
    days=st.integers(min_value=0, max_value=60),
)
def test_the_last_day_is_the_first_working_day_from_the_count_on(received: date, days: int) -> None:
    counted_to = received + timedelta(days=days)
    last = standstill_last_day(received, days)
    assert is_working_day_for_deadlines(last)
    assert last >= counted_to
    between = (counted_to + DAY * n for n in range((last - counted_to).days))
    assert not any(is_working_day_for_deadlines(day) for day in between)
    assert first_signing_day(received, days) == last + DAY


@given(received=st.dates(date(2017, 1, 1), date(2099, 11, 1)))
def test_who_receives_later_never_waits_less_long(received: date) -> None:
    assert first_signing_day(received, 14) <= first_signing_day(received + DAY, 14)
    steps = standstill_steps(received, 14)
    assert [step.day for step in steps] == sorted(step.day for step in steps)


@given(year=st.integers(min_value=2017, max_value=2099))
def test_both_eves_move_deadlines_every_year(year: int) -> None:
    days = [date(year, 1, 1) + DAY * n for n in range(366)]
    kinds = [why_deadlines_move(day) for day in days if day.year == year]
    assert kinds.count(MovingDay.CHRISTMAS_EVE) == 1
    assert kinds.count(MovingDay.MIDSUMMER_EVE) == 1
    assert not is_working_day_for_deadlines(date(year, 12, 6))
    assert not is_working_day_for_deadlines(date(year, 5, 1))
