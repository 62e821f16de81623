"""What the points of a winning offer were worth: its gap in euros to the second place."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from portal.evaluation.rules import Comparing, Placing


def gap_to_second(
    placings: Sequence[Placing], comparing: Comparing, without: str | None = None
) -> Fraction | None:
    """How many euros the winner's offered price for one unit is from losing the first place.

    The price is sought at which the winner and somebody else have the same total, everybody's
    quality points and the other prices staying as they are; where the winner would be the cheapest
    or cease to be it, the lowest price of the formula moves with it. The gap is that price less
    the winner's own: so many euros dearer the offer could have been and still have been first.

    ``without`` leaves out the points that the winner earned for one criterion. Then a gap below
    zero says by how many euros the offer would have had to be cheaper to be first all the same; it
    is never below the price itself with a minus, although even a free offer might not have won.

    None where there is no second place, or the price has no bearing on the first one.
    """
    winner = next((one for one in placings if one.rank == 1), None)
    others = [one for one in placings if one is not winner]
    units = Fraction(1 if comparing.estimated is None else comparing.estimated)
    if winner is None or not others or not units or not comparing.price_weight:
        return None
    quality = winner.quality_points
    if without is not None:
        quality -= sum(step.value for step in winner.criteria if step.key == without)
    weight = Fraction(comparing.price_weight)
    lowest = min(other.comparison_price for other in others)
    found = [_equal_at(quality, other, lowest, weight) for other in others]
    limits = [limit for limit in found if limit is not None]
    return (min(limits) - winner.comparison_price) / units if limits else None


def _equal_at(
    quality: Fraction, other: Placing, lowest: Fraction, weight: Fraction
) -> Fraction | None:
    """The comparison price at which the totals are equal; None where the winner leads at any."""
    price = other.comparison_price
    if not price:
        return None
    # Dearer than the cheapest of the others: weight × lowest / p + quality = the other's total.
    needed = weight * lowest / price + other.quality_points - quality
    if needed <= 0:
        return None
    if needed <= weight:
        return weight * lowest / needed
    # Cheaper than all others: weight + quality = weight × p / price + the other's quality points.
    return max(Fraction(0), price * (weight + quality - other.quality_points) / weight)
