from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.evaluation.rules import (
    ComparedOffer,
    Comparing,
    Points,
    comparison_price,
    rank,
    require_first,
    require_points,
    require_separate_duties,
    tie_settled_by,
)
from portal.shared.errors import RuleBroken
from portal.shared.numbers import rounded, shown
from tests.evaluation.conftest import KEYS, PRICES, RIVER, SHORE, WEIGHTS

COMPARING = Comparing(price_weight=Decimal(40), weights=WEIGHTS, scale_top=3)


def offer(provider: str, price: Decimal, values: tuple[int, ...]) -> ComparedOffer:
    return ComparedOffer(provider, price, None, dict(zip(KEYS, values, strict=True)))


EXAMPLE = [offer("river", PRICES["river"], RIVER), offer("shore", PRICES["shore"], SHORE)]

scores = st.tuples(*[st.integers(0, 3)] * 4)
prices = st.decimals("0.01", "9999", places=2)
compared = st.lists(st.tuples(prices, scores), min_size=1, max_size=8).map(
    lambda made: [offer(f"p{n}", price, values) for n, (price, values) in enumerate(made)]
)


def test_the_example_is_ranked_as_reckoned_by_hand() -> None:
    # River 40 × 52.50 / 58.00 = 36.2069 and 20 + 10 + 15 + 20/3 = 51.6667, together 87.8736.
    # Shore 40 and 40/3 + 10 + 5 + 10 = 38.3333, together 78.3333.
    assert [placing.as_reported() for placing in rank(EXAMPLE, COMPARING)] == [
        {
            "provider": "river",
            "rank": 1,
            "price_points": "36.21",
            "quality_points": "51.67",
            "total": "87.87",
        },
        {
            "provider": "shore",
            "rank": 2,
            "price_points": "40.00",
            "quality_points": "38.33",
            "total": "78.33",
        },
    ]


def test_a_total_is_rounded_once_and_not_added_up_from_rounded_parts() -> None:
    first = rank(EXAMPLE, COMPARING)[0]
    parts = rounded(first.price_points) + rounded(first.quality_points)
    assert (shown(first.total), parts) == ("87.87", Decimal("87.88"))


@given(compared, st.randoms(use_true_random=False))
def test_the_order_of_the_offers_has_no_influence(
    offers: list[ComparedOffer], random: object
) -> None:
    mixed = list(offers)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert rank(mixed, COMPARING) == rank(offers, COMPARING)


@given(compared, st.permutations(KEYS))
def test_the_order_of_the_criteria_has_no_influence(
    offers: list[ComparedOffer], keys: list[str]
) -> None:
    turned = Comparing(
        price_weight=Decimal(40), weights={key: WEIGHTS[key] for key in keys}, scale_top=3
    )
    told = [placing.as_reported() for placing in rank(offers, turned)]
    assert told == [placing.as_reported() for placing in rank(offers, COMPARING)]


@given(compared)
def test_totals_are_the_sum_of_their_parts_and_within_bounds(offers: list[ComparedOffer]) -> None:
    placings = rank(offers, COMPARING)
    for placing in placings:
        assert placing.total == placing.price_points + placing.quality_points
        assert placing.quality_points == sum(
            (Fraction(step.weight) * step.points / 3 for step in placing.criteria), Fraction(0)
        )
        assert 0 < placing.price_points <= 40
        assert 0 <= placing.quality_points <= 60
    assert max(placing.price_points for placing in placings) == 40
    totals = [placing.total for placing in placings]
    assert totals == sorted(totals, reverse=True)
    assert placings[0].rank == 1
    assert sorted(placing.provider for placing in placings) == sorted(o.provider for o in offers)


@given(compared)
def test_a_place_is_shared_only_by_those_who_are_alike_in_everything(
    offers: list[ComparedOffer],
) -> None:
    placings = rank(offers, COMPARING)
    for one in placings:
        for other in placings:
            if one.provider != other.provider and one.rank == other.rank:
                assert (one.total, one.quality_points) == (other.total, other.quality_points)
                assert one.tied
                assert other.tied


@given(compared)
def test_a_whole_draw_settles_every_tie(offers: list[ComparedOffer]) -> None:
    draw = sorted((o.provider for o in offers), reverse=True)
    placings = rank(offers, COMPARING, draw)
    assert [placing.rank for placing in placings] == list(range(1, len(offers) + 1))
    assert tie_settled_by(placings) != "open"


def test_zero_points_and_full_points() -> None:
    nothing, everything = rank(
        [offer("a", Decimal(10), (0, 0, 0, 0)), offer("b", Decimal(10), (3, 3, 3, 3))], COMPARING
    )[::-1]
    assert (nothing.provider, nothing.quality_points, nothing.total) == ("a", 0, 40)
    assert (everything.provider, everything.quality_points, everything.total) == ("b", 60, 100)


def test_no_offers_are_no_ranking() -> None:
    assert rank([], COMPARING) == []


def test_equal_totals_are_settled_by_quality() -> None:
    # 40 + 40 and 20 + 60 are both 80.
    comparing = Comparing(Decimal(40), {"k": Decimal(60)}, 3)
    cheap = ComparedOffer("cheap", Decimal(50), None, {"k": 2})
    dear = ComparedOffer("dear", Decimal(100), None, {"k": 3})
    placings = rank([cheap, dear], comparing)
    assert [(p.provider, p.rank, p.total) for p in placings] == [("dear", 1, 80), ("cheap", 2, 80)]
    assert tie_settled_by(placings) == "quality"


def test_a_full_tie_is_open_until_lots_are_drawn() -> None:
    alike = [offer("a", Decimal(50), RIVER), offer("b", Decimal(50), RIVER)]
    tied = rank(alike, COMPARING)
    assert [(p.rank, p.tied) for p in tied] == [(1, True), (1, True)]
    assert tie_settled_by(tied) == "open"
    for provider in ("a", "b"):
        with pytest.raises(RuleBroken, match="not_first"):
            require_first(tied, provider)
    drawn = rank(alike, COMPARING, ["b", "a"])
    assert [(p.provider, p.rank) for p in drawn] == [("b", 1), ("a", 2)]
    assert tie_settled_by(drawn) == "draw"
    require_first(drawn, "b")


def test_the_comparison_price_may_be_the_total_at_the_estimate() -> None:
    dear_start = ComparedOffer("a", Decimal("58.50"), Decimal(1200), {})
    assert comparison_price(dear_start, Comparing(Decimal(40), {}, 3, Decimal(1000))) == 59_700
    assert comparison_price(dear_start, Comparing(Decimal(40), {}, 3)) == Fraction("58.5")


def test_an_estimate_of_nothing_makes_every_price_alike() -> None:
    comparing = replace(COMPARING, estimated=Decimal(0))
    assert {placing.price_points for placing in rank(EXAMPLE, comparing)} == {Fraction(40)}


@pytest.mark.parametrize(
    ("points", "rule"),
    [
        ({"a": Points(4, "Miksi"), "b": Points(1, "")}, "points_off_scale"),
        ({"a": Points(-1, "Miksi"), "b": Points(1, "Miksi")}, "points_off_scale"),
        ({"a": Points(3, "  "), "b": Points(1, "Miksi")}, "reason_missing"),
        ({"a": Points(3, "Miksi")}, "reason_missing"),
        ({"a": Points(3, "Miksi"), "b": Points(None, "Miksi")}, "reason_missing"),
    ],
)
def test_points_are_on_the_scale_and_have_reasons(points: dict[str, Points], rule: str) -> None:
    with pytest.raises(RuleBroken, match=rule):
        require_points(points, ["a", "b"], 3)


def test_two_duties_of_one_person_need_the_installations_leave() -> None:
    held = {"preparing": {"olli"}}
    with pytest.raises(RuleBroken, match="duties_combined"):
        require_separate_duties("deciding", "olli", held, set())
    require_separate_duties("deciding", "paula", held, set())
    require_separate_duties("deciding", "olli", held, {frozenset({"preparing", "deciding"})})
