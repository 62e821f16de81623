"""How far a weight could move is exact: at the turn the totals are equal, beyond it they swap."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.evaluation.rules import ComparedOffer, Comparing, Placing, Stability, rank, stability
from tests.evaluation.conftest import KEYS
from tests.evaluation.rules.test_ranking import COMPARING, EXAMPLE, compared, offer

WEIGHTS: dict[str | None, Decimal] = {None: COMPARING.price_weight, **COMPARING.weights}


def moved(key: str | None, to: Fraction) -> Comparing:
    """The comparison with one weight moved and the others in their proportions."""
    own = WEIGHTS[key]
    factor = (100 - to) / (100 - Fraction(own))
    weights = {name: Fraction(weight) * factor for name, weight in WEIGHTS.items()} | {key: to}
    return Comparing(
        price_weight=weights.pop(None),  # type: ignore[arg-type]  # exact fractions serve as well
        weights=weights,  # type: ignore[arg-type]
        scale_top=3,
    )


def order(offers: list[ComparedOffer], comparing: Comparing) -> list[Placing]:
    return rank(offers, comparing)


def test_the_example_by_hand() -> None:
    # River leads by 87.8736 − 78.3333. With the weight w of the price and the rest in proportion,
    # river has w × 52.5/58 + (100 − w) × 51.6667/60, shore w + (100 − w) × 38.3333/60:
    # equal where w × 5.5/58 = (100 − w) × 13.3333/60, so w = 22.2222 / (0.094828 + 0.222222).
    price = next(row for row in stability(order(EXAMPLE, COMPARING), WEIGHTS) if row.key is None)
    assert price.first_down is None
    assert price.first_up is not None
    assert price.first_up.rival == "shore"
    assert price.first_up.weight == Fraction(2000, 90) / (Fraction(55, 580) + Fraction(20, 90))
    assert round(float(price.first_up.weight), 2) == 70.09


def test_nothing_divides_by_an_estimate_of_nothing() -> None:
    placings = order(EXAMPLE, replace(COMPARING, estimated=Decimal(0)))
    assert len(stability(placings, WEIGHTS)) == len(WEIGHTS)


@pytest.mark.parametrize("points", [[(3, 0, 3, 0), (0, 3, 0, 3)], [(0, 3, 0, 3), (3, 0, 3, 0)]])
def test_whoever_shares_a_rank_is_held_against_everybody_of_the_next(
    points: list[tuple[int, ...]],
) -> None:
    # Two are alike, 60 + 20, and c stands at 60 + 10. With the weight w of the first criterion,
    # the one without points there has (100 − w) × 80/90, c has w + (100 − w) × 60/90.
    offers = [offer(name, Decimal(50), given) for name, given in zip("ab", points, strict=True)]
    comparing = Comparing(Decimal(60), dict.fromkeys(KEYS, Decimal(10)), 3)
    placings = order([*offers, offer("c", Decimal(50), (3, 0, 0, 0))], comparing)
    assert [placing.rank for placing in placings] == [1, 1, 3]
    rows = stability(placings, {None: Decimal(60), **comparing.weights})
    (row,) = [one for one in rows if one.key == KEYS[0]]
    assert row.order_up is not None
    assert (row.order_up.rival, row.order_up.weight) == ("c", Fraction(2000, 110))


def test_one_offer_alone_stays_first_with_any_weight() -> None:
    for row in stability(order(EXAMPLE[:1], COMPARING), WEIGHTS):
        assert (row.first_down, row.first_up, row.order_down, row.order_up) == (None,) * 4


def test_a_weight_of_the_whole_hundred_cannot_be_moved() -> None:
    all_price = Comparing(Decimal(100), {}, 3)
    assert stability(order(EXAMPLE, all_price), {None: Decimal(100)}) == []


@given(compared, st.sampled_from(sorted(WEIGHTS, key=str)))
def test_between_the_turns_the_first_place_stays_and_beyond_them_it_does_not(
    offers: list[ComparedOffer], key: str | None
) -> None:
    placings = order(offers, COMPARING)
    (row,) = [one for one in stability(placings, WEIGHTS) if one.key == key]
    low = row.first_down.weight if row.first_down else Fraction(0)
    high = row.first_up.weight if row.first_up else Fraction(100)
    assert low <= row.weight <= high
    first = placings[0].provider
    for weight in between(low, high):
        totals = totals_at(offers, key, weight)
        assert totals[first] == max(totals.values())
    for turn, step in ((row.first_down, -1), (row.first_up, 1)):
        if turn is None:
            continue
        at = totals_at(offers, key, turn.weight)
        assert at[first] == at[turn.rival]
        beyond = turn.weight + Fraction(step, 1_000_000)
        if 0 <= beyond <= 100:
            totals = totals_at(offers, key, beyond)
            assert totals[turn.rival] > totals[first]


@given(compared)
def test_the_whole_order_is_never_steadier_than_the_first_place(
    offers: list[ComparedOffer],
) -> None:
    placings = order(offers, COMPARING)
    if any(placing.tied for placing in placings):
        return
    for row in stability(placings, WEIGHTS):
        assert reach(row, "order")[0] >= reach(row, "first")[0]
        assert reach(row, "order")[1] <= reach(row, "first")[1]


def reach(row: Stability, which: str) -> tuple[Fraction, Fraction]:
    down, up = getattr(row, f"{which}_down"), getattr(row, f"{which}_up")
    return (down.weight if down else Fraction(0), up.weight if up else Fraction(100))


def between(low: Fraction, high: Fraction) -> list[Fraction]:
    return [low + (high - low) * Fraction(n, 4) for n in range(5)]


def totals_at(
    offers: list[ComparedOffer], key: str | None, weight: Fraction
) -> dict[str, Fraction]:
    return {placing.provider: placing.total for placing in rank(offers, moved(key, weight))}
