"""What a euro and a point are worth, read off the formula."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.evaluation.rules import ComparedOffer, Comparing, one_point, rank, worth_at

BY_UNIT = Comparing(price_weight=Decimal(40), weights={"one": Decimal(60)}, scale_top=3)
CHEAP = ComparedOffer("cheap", Decimal(50), None, {"one": 1})
DEAR = ComparedOffer("dear", Decimal(60), None, {"one": 3})


def test_the_example_by_hand() -> None:
    # Dear has 40 × 50/60 = 33.33 price points. At 61 it would have 40 × 50/61 = 32.79. A point
    # is worth 60/3 = 20, so with one more it could do with 13.33, which is 2000/13.33 = 150.
    dear, cheap = rank([CHEAP, DEAR], BY_UNIT)
    worth = worth_at(dear, BY_UNIT)
    assert worth.one_euro == Fraction(100, 3) - Fraction(2000, 61)
    assert worth.in_euros == {"one": Fraction(150 - 60)}
    # Beside cheap: 40 − 2000/51 for a euro; 2000/(40 − 20) = 100 with a point more.
    worth = worth_at(cheap, BY_UNIT)
    assert worth.one_euro == 40 - Fraction(2000, 51)
    assert worth.in_euros == {"one": Fraction(100 - 50)}
    assert one_point(Decimal(60), 3) == 20


def test_by_the_total_a_euro_is_of_the_offered_price() -> None:
    total = replace(BY_UNIT, estimated=Decimal(1000))
    fee = replace(DEAR, coordination_fee=Decimal(2000))
    dear = next(one for one in rank([CHEAP, fee], total) if one.provider == "dear")
    # 62 000 against 50 000 has 32.26; 12.26 would be left, which is a total of 163 157.89.
    worth = worth_at(dear, total)
    assert (
        worth.in_euros["one"]
        == (Fraction(2_000_000) / (Fraction(2_000_000, 62_000) - 20) - 62_000) / 1000
    )
    assert worth.one_euro == Fraction(2_000_000, 62_000) - Fraction(2_000_000, 63_000)


def test_a_point_that_is_worth_more_than_the_price_points_outweighs_any_price() -> None:
    far = replace(DEAR, price=Decimal(100))
    placing = next(one for one in rank([CHEAP, far], BY_UNIT) if one.provider == "dear")
    assert worth_at(placing, BY_UNIT).in_euros == {"one": None}


def test_at_an_estimate_of_nothing_the_price_has_no_influence() -> None:
    nothing = replace(BY_UNIT, estimated=Decimal(0))
    for placing in rank([CHEAP, DEAR], nothing):
        worth = worth_at(placing, nothing)
        assert (worth.one_euro, worth.in_euros) == (None, {})


PRICES = st.decimals(min_value=1, max_value=1000, places=2)


@pytest.mark.parametrize("estimated", [None, Decimal(250)])
@given(
    prices=st.lists(PRICES, min_size=2, max_size=4),
    scores=st.lists(st.integers(0, 2), min_size=4, max_size=4),
)
def test_an_offer_dearer_by_so_much_and_better_by_a_point_has_the_same_total(
    prices: list[Decimal], scores: list[int], estimated: Decimal | None
) -> None:
    how = replace(BY_UNIT, estimated=estimated)
    offers = [
        ComparedOffer(str(n), price, None, {"one": score})
        for n, (price, score) in enumerate(zip(prices, scores, strict=False))
    ]
    for placing in rank(offers, how):
        more = worth_at(placing, how).in_euros["one"]
        if more is None:
            continue
        own = offers[int(placing.provider)]
        beside = replace(
            own,
            provider="beside",
            price=Fraction(own.price) + more,  # type: ignore[arg-type]  # exact, not rounded
            points={"one": own.points["one"] + 1},
        )
        again = next(one for one in rank([*offers, beside], how) if one.provider == "beside")
        assert again.total == placing.total
