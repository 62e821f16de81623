"""Periods and age groups, without a database."""

from __future__ import annotations

from datetime import date

import pytest

from portal.privacy.rules import (
    UNKNOWN_YEAR,
    is_over,
    last_day_kept,
    require_months,
    year_of_same_group,
)
from portal.reports.programme.rules import Period, counted_in
from portal.scorecards.comparing.rules import MIX
from portal.shared.errors import RuleBroken


class Somebody:
    """What the programme's table and the case mix look at."""

    state = "completed"
    status_at_start = status_at_end = "unemployed"
    started_on = ended_on = date(2026, 3, 16)
    education, sex, units, qualifications = "basic", "woman", 1, 0

    def __init__(self, birth_year: int) -> None:
        self.birth_year = birth_year


def test_data_is_kept_to_the_same_day_of_the_month_and_goes_on_the_next() -> None:
    assert last_day_kept(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert not is_over(date(2026, 8, 31), 6, date(2027, 2, 28))
    assert is_over(date(2026, 8, 31), 6, date(2027, 3, 1))


def test_nothing_is_over_before_somebody_has_set_a_period() -> None:
    assert not is_over(date(1990, 1, 1), None, date(2027, 3, 1))


@pytest.mark.parametrize("months", [0, -1, 601])
def test_a_period_is_a_month_at_least_and_fifty_years_at_most(months: int) -> None:
    with pytest.raises(RuleBroken, match="retention_out_of_range"):
        require_months(months, "participants")


def test_every_figure_counts_the_year_that_is_left_like_the_year_that_was() -> None:
    for age in range(100):
        before = Somebody(2026 - age)
        after = Somebody(year_of_same_group(before.birth_year, before.started_on))
        whole = Period(None, None)
        assert list(counted_in(before, whole)) == list(counted_in(after, whole)), age  # type: ignore[arg-type]
        assert MIX["over_55"](before) == MIX["over_55"](after), age  # type: ignore[arg-type]


def test_of_whoever_never_started_no_year_is_left() -> None:
    assert year_of_same_group(1988, None) == UNKNOWN_YEAR


def test_few_years_are_left_so_that_an_age_group_has_many_people() -> None:
    started = date(2026, 3, 16)
    assert len({year_of_same_group(2026 - age, started) for age in range(100)}) == 6
