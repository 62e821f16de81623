"""What is shown can be typed back, in every language."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.language import formats
from portal.shared.clock import day_in_helsinki, in_helsinki
from portal.shared.names import LANGUAGES

languages = st.sampled_from(LANGUAGES)
numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12)
instants = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 - the zone is given beside it
    datetime(2090, 1, 1),  # noqa: DTZ001 - the zone is given beside it
    timezones=st.just(UTC),
)
sums = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=2
)


@given(numbers, languages)
def test_a_number_shown_is_the_number_typed(value: Decimal, language: str) -> None:
    assert formats.parse_number(formats.number(value, language), language) == value


@given(sums, languages)
def test_money_shown_is_the_money_typed(value: Decimal, language: str) -> None:
    assert formats.parse_money(formats.money(value, language), language) == value


@given(st.dates(), languages)
def test_a_day_shown_is_the_day_typed(value: date, language: str) -> None:
    assert formats.parse_day(formats.day(value, language), language) == value
    assert formats.parse_day(value.isoformat(), language) == value


@given(st.times(), languages)
def test_a_clock_time_shown_is_the_time_typed(value: time, language: str) -> None:
    minute = value.replace(second=0, microsecond=0)
    assert formats.parse_clock(formats.clock(value, language), language) == minute
    second = value.replace(microsecond=0)
    assert formats.parse_clock(formats.clock(value, language, seconds=True), language) == second


@given(instants, languages)
def test_an_instant_shown_is_day_and_clock_time_in_helsinki(value: datetime, language: str) -> None:
    shown = formats.instant(value, language)
    first, last = shown.split()[0], shown.split()[-1]
    assert formats.parse_day(first, language) == day_in_helsinki(value)
    typed, local = formats.parse_clock(last, language), in_helsinki(value)
    assert (typed.hour, typed.minute) == (local.hour, local.minute)


def test_each_reader_sees_the_usual_form() -> None:
    value, noon = Decimal("1234.56"), datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    assert formats.money(value, "fi") == "1\xa0234,56\xa0€" == formats.money(value, "sv")
    assert formats.money(value, "en") == "€1,234.56"
    assert formats.money(-value, "en") == "-€1,234.56"
    assert formats.day(noon.date(), "fi") == "24.11.2026" == formats.day(noon.date(), "sv")
    assert formats.day(noon.date(), "en") == "24/11/2026"
    assert formats.clock(noon, "fi") == "12.00" == formats.clock(noon, "sv")
    assert formats.clock(noon, "en") == "12:00"
    assert formats.instant(noon, "fi") == "24.11.2026 klo 12.00"
    assert formats.instant(noon, "sv") == "24.11.2026 kl. 12.00"
    assert formats.instant(noon, "en", seconds=True) == "24/11/2026 12:00:00"
    assert formats.number(Fraction(2, 3), "fi", 2) == "0,67"
    assert formats.number(Decimal("58.00"), "en") == "58"
    assert formats.number(Decimal("-0.001"), "fi", 2) == "0,00"


def test_a_day_that_comes_every_year_is_shown_in_words() -> None:
    assert formats.day_of_year(1, 3, "fi") == "1. maaliskuuta"
    assert formats.day_of_year(1, 3, "sv") == "1 mars"
    assert formats.day_of_year(1, 3, "en") == "1 March"
    with pytest.raises(ValueError):
        formats.day_of_year(31, 4, "fi")


def test_the_day_of_an_instant_is_that_of_helsinki() -> None:
    assert formats.day(datetime(2026, 1, 1, 22, 30, tzinfo=UTC), "fi") == "2.1.2026"


@pytest.mark.parametrize("typed", ["1 234,50", "1\xa0234,50", "1\u202f234,50", "1234,50", "1234.5"])
def test_finnish_numbers_are_read_with_any_space(typed: str) -> None:
    assert formats.parse_number(typed, "fi") == Decimal("1234.50")


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("1.234", "fi"),
        ("1.234,50", "fi"),
        ("12 34", "fi"),
        ("", "fi"),
        ("kaksi", "fi"),
        ("1,2,3", "sv"),
        ("1,23", "en"),
        ("NaN", "en"),
        ("1e5", "en"),
        ("--1", "fi"),
        ("Infinity", "sv"),
    ],
)
def test_what_could_be_two_numbers_is_none(typed: str, language: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        formats.parse_number(typed, language)


@pytest.mark.parametrize("typed", ["12.00", "12:00", "12:00:00", "klo 12.00", "kl. 12.00"])
def test_a_clock_time_is_read_with_point_or_colon(typed: str) -> None:
    assert formats.parse_clock(typed, "fi") == time(12)


@pytest.mark.parametrize("typed", ["24.00", "12", "12.60", "12.0", "noon"])
def test_a_time_that_no_clock_shows_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        formats.parse_clock(typed, "fi")


@pytest.mark.parametrize("typed", ["31.2.2026", "2026-13-01", "24.11.26", "24-11-2026", ""])
def test_a_day_that_no_calendar_has_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        formats.parse_day(typed, "fi")
