"""What one more euro, or one more point, is worth to an offer: read off the formula itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from portal.evaluation.rules.ranking import Comparing, Placing


@dataclass(frozen=True)
class Worth:
    """What a step from one offer's place is worth, the lowest comparison price staying as it is.

    ``one_euro`` is what an offer dearer by one euro of the offered price would lose in price
    points. ``in_euros`` is, by criterion, how many euros dearer an offer with one more point
    could be at the same total; None where no price would outweigh the point. Both are None and
    empty where the price of a lot has no influence: a total at an estimate of nothing.
    """

    one_euro: Fraction | None
    in_euros: Mapping[str, Fraction | None]


def one_point(weight: Decimal, scale_top: int) -> Fraction:
    """What one more point for a criterion adds to a total."""
    return Fraction(weight) / scale_top


def worth_at(placing: Placing, comparing: Comparing) -> Worth:
    """What steps from this offer are worth (the formula of the brief, Rank)."""
    units = Fraction(1 if comparing.estimated is None else comparing.estimated)
    own, points = placing.comparison_price, placing.price_points
    if not units or not own:
        return Worth(None, {})
    best = Fraction(comparing.price_weight) * placing.lowest_price
    in_euros: dict[str, Fraction | None] = {}
    for key, weight in comparing.weights.items():
        left = points - one_point(weight, comparing.scale_top)
        in_euros[key] = (best / left - own) / units if left > 0 else None
    return Worth(points - best / (own + units), in_euros)
