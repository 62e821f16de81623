"""Rules of organisations, accounts and guessing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.organisations.rules import (
    LONGEST_WAIT,
    TRIES_OF_PAIR,
    fits,
    hash_of,
    is_business_id,
    is_email,
    new_token,
    normal_business_id,
    normal_email,
    password_fault,
    place_of,
    wait_before_next_try,
)
from portal.permissions import KINDS_FOR_ROLE, Kind, Role

NOW = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


def with_check_digit(digits: str) -> str | None:
    """The id of seven digits, None where the remainder is 1 and none is given out."""
    remainder = sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11
    return None if remainder == 1 else f"{digits}-{0 if remainder == 0 else 11 - remainder}"


seven_digits = st.text("0123456789", min_size=7, max_size=7)


@pytest.mark.parametrize("real", ["0112038-9", "1234567-1", "0737546-2"])
def test_known_business_ids_are_right(real: str) -> None:
    assert is_business_id(real)


@given(seven_digits)
def test_exactly_the_computed_check_digit_is_right(digits: str) -> None:
    right = [f"{digits}-{check}" for check in range(10) if is_business_id(f"{digits}-{check}")]
    computed = with_check_digit(digits)
    assert right == ([computed] if computed else [])


@given(seven_digits.filter(lambda digits: with_check_digit(digits) is not None), st.data())
def test_one_wrong_digit_is_always_noticed(digits: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 6))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != digits[place]]))
    right = with_check_digit(digits)
    assert right is not None
    assert not is_business_id(right[:place] + other + right[place + 1 :])


@given(st.text())
def test_no_text_is_taken_for_a_business_id_by_mistake(text: str) -> None:
    assert not is_business_id(text) or with_check_digit(text[:7]) == text


@given(seven_digits.filter(lambda digits: with_check_digit(digits) is not None))
def test_a_business_id_may_be_typed_without_its_hyphen(digits: str) -> None:
    right = with_check_digit(digits)
    assert right is not None
    assert normal_business_id(f" {right.replace('-', '')} ") == right == normal_business_id(right)


@pytest.mark.parametrize("good", ["a@b.fi", "roope.rehtori+x@jokiopisto.example", "a@ääkköset.fi"])
def test_an_address_is_recognised(good: str) -> None:
    assert is_email(good)


@pytest.mark.parametrize(
    "bad",
    ["", "a", "a@b", "a b@c.fi", "a..b@c.fi", "ö@c.fi", "a@c.fi\nBcc: x@y.fi", "a@b.fi,c@d.fi"],
)
def test_what_is_no_address_is_not(bad: str) -> None:
    assert not is_email(bad)


@given(st.emails())
def test_one_address_has_one_form(address: str) -> None:
    normal = normal_email(f"  {address.upper()} ")
    assert normal_email(normal) == normal


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("yksitoista1", "password_short"),
        ("kaksitoista1", None),
        ("Salasana1234", "password_common"),
        ("aaaaaaaaaaaaaaaa", "password_common"),
        ("ababababababab", "password_common"),
        ("roope.rehtori@jokiopisto.example", "password_personal"),
        ("roope.rehtori12", "password_personal"),
        ("neljä sanaa peräkkäin", None),
        ("x1" * 600, "password_long"),
    ],
)
def test_a_password_is_long_and_neither_common_nor_the_address(
    password: str, fault: str | None
) -> None:
    assert password_fault(password, "Roope.Rehtori@jokiopisto.example") == fault


def failures(*minutes_ago: float) -> list[datetime]:
    return [NOW - timedelta(minutes=minutes) for minutes in minutes_ago]


def test_the_first_five_wrong_passwords_cost_no_wait() -> None:
    assert wait_before_next_try(failures(0, 0, 0, 0), NOW) == timedelta(0)


@pytest.mark.parametrize(
    ("wrong", "seconds"), [(5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (99, 900)]
)
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(wrong: int, seconds: int) -> None:
    assert wait_before_next_try([NOW] * wrong, NOW) == timedelta(seconds=seconds)


def test_the_wait_runs_from_the_last_wrong_password() -> None:
    recent = failures(5, 4, 3, 2, 0.25)
    assert wait_before_next_try(recent, NOW) == timedelta(seconds=15)


def test_what_was_wrong_an_hour_ago_counts_no_more() -> None:
    assert wait_before_next_try(failures(*[60] * 20), NOW) == timedelta(0)


@given(st.lists(st.integers(0, 7200), max_size=60))
def test_a_wait_is_never_negative_nor_longer_than_the_longest(ago: list[int]) -> None:
    wait = wait_before_next_try([NOW - timedelta(seconds=s) for s in ago], NOW)
    assert timedelta(0) <= wait <= LONGEST_WAIT


def test_a_patient_guesser_gets_at_most_twenty_tries_in_any_hour() -> None:
    tried: list[datetime] = []
    at = NOW
    while at < NOW + timedelta(hours=12):
        at += wait_before_next_try(tried, at)
        tried.append(at)
    assert len(tried) > TRIES_OF_PAIR
    for begin in tried:
        assert sum(begin <= one < begin + timedelta(hours=1) for one in tried) <= 20


def test_one_subscriber_of_ipv6_is_one_place() -> None:
    assert place_of("2001:db8:1:2:3::4") == place_of("2001:db8:1:2:ffff::1")
    assert place_of("2001:db8:1:2::1") != place_of("2001:db8:1:3::1")
    assert place_of("192.0.2.1") == place_of("::ffff:192.0.2.1")
    assert place_of(None) == place_of("")


def test_tokens_are_long_and_never_alike() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert min(map(len, tokens)) >= 43
    assert all(len(hash_of(token)) == 64 for token in tokens)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_fits_the_kinds_of_the_table(role: Role) -> None:
    for kind in Kind:
        assert fits(role, {kind}) == (kind in KINDS_FOR_ROLE[role])
    assert not fits(role, ())
    assert fits(role, Kind)
