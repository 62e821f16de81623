"""A price is flagged by a stated measure, and a flag excludes nobody."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.evaluation.rules.prices import low_prices, require_prices_sealed
from portal.shared.errors import RuleBroken

EIGHTY = Decimal(80)
amounts = st.lists(st.fractions(min_value=1, max_value=10_000), min_size=0, max_size=8)


def named(prices: list[Fraction]) -> dict[str, Fraction]:
    return {f"p{n}": price for n, price in enumerate(prices)}


def test_a_price_under_the_limit_is_flagged_with_its_measure() -> None:
    # The others' mean is (60 + 50) / 2 = 55; 39 is 70.909… percent of it.
    flagged = low_prices({"a": Fraction(39), "b": Fraction(60), "c": Fraction(50)}, EIGHTY)
    assert list(flagged) == ["a"]
    assert flagged["a"].mean_of_others == 55
    assert flagged["a"].share == Fraction(780, 11)
    assert flagged["a"].limit == EIGHTY


def test_a_price_at_the_limit_is_not_flagged() -> None:
    assert low_prices({"a": Fraction(44), "b": Fraction(60), "c": Fraction(50)}, EIGHTY) == {}


def test_fewer_than_two_others_say_nothing() -> None:
    assert low_prices({"a": Fraction(1), "b": Fraction(1000)}, EIGHTY) == {}
    assert low_prices({}, EIGHTY) == {}


def test_without_a_limit_nothing_is_flagged() -> None:
    assert low_prices({"a": Fraction(1), "b": Fraction(99), "c": Fraction(99)}, None) == {}


@given(amounts)
def test_the_dearest_is_never_flagged_and_alike_prices_never_are(prices: list[Fraction]) -> None:
    flagged = low_prices(named(prices), EIGHTY)
    if prices:
        dearest = max(prices)
        assert all(low.price < dearest for low in flagged.values())
    assert low_prices(named([Fraction(7)] * len(prices)), EIGHTY) == {}


@given(amounts, st.fractions(min_value=Fraction(1, 100), max_value=100))
def test_the_unit_of_the_prices_has_no_influence(prices: list[Fraction], factor: Fraction) -> None:
    scaled = named([price * factor for price in prices])
    assert set(low_prices(scaled, EIGHTY)) == set(low_prices(named(prices), EIGHTY))


def test_nothing_is_bent_to_prices_that_are_known() -> None:
    require_prices_sealed(opened=False)
    with pytest.raises(RuleBroken, match="prices_opened"):
        require_prices_sealed(opened=True)
