"""What the points of a winning offer were worth in euros, worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from portal.evaluation.rules import ComparedOffer, Comparing, rank
from portal.meetings.rules import gap_to_second
from portal.shared.numbers import shown

UNIT = Comparing(
    Decimal(40),
    {
        "service_process": Decimal(20),
        "staff_competence": Decimal(15),
        "local_labour_market": Decimal(15),
        "support_through_transitions": Decimal(10),
    },
    3,
)


def offer(name: str, price: str, *points: int, fee: str | None = None) -> ComparedOffer:
    return ComparedOffer(
        name,
        Decimal(price),
        None if fee is None else Decimal(fee),
        dict(zip(UNIT.weights, points, strict=True)),
    )


RIVER, SHORE = offer("river", "58.00", 3, 2, 3, 2), offer("shore", "52.50", 2, 2, 1, 3)


def test_the_gap_is_the_price_at_which_the_totals_meet() -> None:
    # River has 51.67 for quality, shore 38.33 and 40 for the price: river may have as little as
    # 26.67 for its price, which is 40 × 52.50 / 78.75, 20.75 more than 58.00.
    assert gap_to_second(rank([RIVER, SHORE], UNIT), UNIT) == Fraction("20.75")


def test_without_points_that_decided_it_the_gap_is_below_zero() -> None:
    # Without the 20 points: 31.67 for quality, so the price must earn 46.67, more than all of 40.
    # River is then the cheapest and takes 40, shore 40 × p / 52.50: p = 52.50 × 33.33 / 40 = 43.75.
    placings = rank([RIVER, SHORE], UNIT)
    assert gap_to_second(placings, UNIT, without="service_process") == Fraction("-14.25")


def test_points_that_did_not_decide_it_leave_the_gap_above_zero() -> None:
    # Without the 6.67: 45 for quality, so 33.33 for the price: 40 × 52.50 / 33.33 = 63.
    placings = rank([RIVER, SHORE], UNIT)
    assert gap_to_second(placings, UNIT, without="support_through_transitions") == 5


def test_the_cheapest_winner_moves_the_lowest_price_with_it() -> None:
    # 40 + 40 against 60 × 2/3 of quality: equal to the dearer one's total above its price only.
    cheap, dear = offer("cheap", "50.00", 2, 2, 2, 2), offer("dear", "60.00", 2, 2, 2, 2)
    assert gap_to_second(rank([cheap, dear], UNIT), UNIT) == 10


def test_the_nearest_of_several_is_the_second_place() -> None:
    third = offer("third", "52.50", 3, 2, 2, 2)
    # 46.67 + 40: river may have as little as 35 for its price: 40 × 52.50 / 35 = 60.
    assert gap_to_second(rank([RIVER, SHORE, third], UNIT), UNIT) == 2


def test_a_total_at_the_estimate_is_told_for_one_unit() -> None:
    whole = Comparing(UNIT.price_weight, UNIT.weights, 3, estimated=Decimal(100))
    cheap = offer("cheap", "50.00", 2, 2, 2, 2, fee="500")
    dear = offer("dear", "60.00", 2, 2, 2, 2, fee="0")
    assert gap_to_second(rank([cheap, dear], whole), whole) == 5


def test_without_a_second_place_or_a_price_there_is_no_gap() -> None:
    assert gap_to_second(rank([RIVER], UNIT), UNIT) is None
    assert gap_to_second([], UNIT) is None
    quality_only = Comparing(Decimal(0), UNIT.weights, 3)
    assert gap_to_second(rank([RIVER, SHORE], quality_only), quality_only) is None
    nothing = Comparing(Decimal(40), UNIT.weights, 3, estimated=Decimal(0))
    assert gap_to_second(rank([RIVER, SHORE], nothing), nothing) is None


def test_a_lead_that_no_price_outweighs_has_no_gap() -> None:
    best, worst = offer("best", "90.00", 3, 3, 3, 3), offer("worst", "10.00", 0, 0, 0, 0)
    light = Comparing(Decimal(10), {key: Decimal(15) for key in UNIT.weights}, 3)
    assert gap_to_second(rank([best, worst], light), light) is None


points = st.tuples(*[st.integers(0, 3)] * 4)
prices = st.integers(100, 20000).map(lambda cents: Decimal(cents) / 100)


@given(st.lists(st.tuples(prices, points), min_size=2, max_size=4))
def test_at_the_price_that_the_gap_names_the_totals_are_equal(
    given_: list[tuple[Decimal, tuple[int, ...]]],
) -> None:
    offers = [offer(str(n), str(price), *won) for n, (price, won) in enumerate(given_)]
    placings = rank(offers, UNIT)
    gap = gap_to_second(placings, UNIT)
    if gap is None:
        return
    first = placings[0].provider
    if [one.rank for one in placings].count(1) == 1:
        assert gap >= 0, shown(gap)
    moved = [
        ComparedOffer(one.provider, Fraction(one.price) + gap, None, one.points)  # type: ignore[arg-type]
        if one.provider == first
        else one
        for one in offers
    ]
    if moved[int(first)].price <= 0:
        return
    totals = {one.provider: one.total for one in rank(moved, UNIT)}
    best = max(total for provider, total in totals.items() if provider != first)
    assert totals[first] == best
