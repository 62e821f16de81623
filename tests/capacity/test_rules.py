"""The two-week clock and the pace, without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from portal.capacity.choices import forms_offered, grounds
from portal.capacity.rules import Balance, clock_of, pace_of
from portal.cases.format.call import FORMS
from portal.shared.names import LANGUAGES
from portal.training_forms.rules import load_forms

LAST = date(2026, 3, 23)


@pytest.mark.parametrize(
    ("state", "starts", "today", "days", "running", "late"),
    [
        ("reserved", None, date(2026, 3, 9), 14, True, False),
        ("reserved", None, date(2026, 3, 23), 0, True, False),
        ("reserved", None, date(2026, 3, 24), -1, True, True),
        ("confirmed", date(2026, 3, 23), date(2026, 6, 1), 0, False, False),
        ("confirmed", date(2026, 3, 25), date(2026, 3, 10), -2, False, True),
    ],
)
def test_the_clock_runs_until_the_training_starts(
    state: str, starts: date | None, today: date, days: int, running: bool, late: bool
) -> None:
    clock = clock_of(state, LAST, starts, today)
    assert clock is not None
    assert (clock.days, clock.running, clock.late) == (days, running, late)


@pytest.mark.parametrize("state", ["declined", "cancelled"])
def test_nothing_is_late_that_is_no_longer_waited_for(state: str) -> None:
    assert clock_of(state, LAST, None, date(2026, 12, 1)) is None


def balance(reserved: int = 0, committed: int = 0, delivered: int = 0) -> Balance:
    return Balance(Decimal(1000), Decimal(reserved), Decimal(committed), Decimal(delivered))


FIRST, END = date(2026, 1, 1), date(2026, 12, 31)


def test_there_is_no_projection_without_data() -> None:
    soon = date(2026, 1, 27)
    assert pace_of(balance(), FIRST, END, date(2026, 6, 1), least_days=28) is None
    assert pace_of(balance(100), FIRST, END, soon, least_days=28) is None
    assert pace_of(balance(100), FIRST, END, date(2025, 12, 1), least_days=28) is None


def test_the_pace_counts_all_that_is_drawn_and_projects_to_the_day() -> None:
    today = date(2026, 4, 10)  # the hundredth day
    pace = pace_of(balance(100, 200, 200), FIRST, END, today, least_days=28)
    assert pace is not None
    assert pace.per_month == 5 * Fraction(36525, 1200)
    assert pace.exhausted_on == date(2026, 7, 19)


def test_what_lasts_beyond_the_contract_is_not_projected() -> None:
    pace = pace_of(balance(1), FIRST, END, date(2026, 4, 10), least_days=28)
    assert pace is not None
    assert pace.exhausted_on is None


def test_what_is_used_up_is_so_today_and_the_pace_stops_with_the_contract() -> None:
    pace = pace_of(balance(1000), FIRST, END, date(2027, 6, 1), least_days=28)
    assert pace is not None
    assert pace.exhausted_on == date(2027, 6, 1)
    assert pace.per_month == Fraction(1000, 365) * Fraction(36525, 1200)


def test_what_a_call_off_is_chosen_from_is_whole_in_every_language() -> None:
    offered = forms_offered(load_forms())
    assert set(offered) == set(FORMS)
    for one in [*offered.values(), *grounds().values()]:
        assert set(one.name) == set(LANGUAGES)
    assert all(form.places > 0 and form.workdays > 0 for form in offered.values())
