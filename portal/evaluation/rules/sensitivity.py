"""How far a weight could have been otherwise without another ranking.

Reckoned for the reader of a decision that has been issued, never before: a panel that sees which
weight would turn the result is not choosing points by the offers any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, pairwise

from portal.evaluation.rules.ranking import Placing

WHOLE = Fraction(100)


@dataclass(frozen=True)
class Turn:
    """The weight beyond which somebody else would come before somebody who now stands higher."""

    weight: Fraction
    rival: str


@dataclass(frozen=True)
class Stability:
    """For one weight, how far it could go down and up; None where it could go all the way.

    ``key`` is a criterion's, or None for the price. The other weights keep their proportions, so
    that all together stay 100. ``first`` is about the first place alone, ``order`` about the
    whole list.
    """

    key: str | None
    weight: Decimal
    first_down: Turn | None
    first_up: Turn | None
    order_down: Turn | None
    order_up: Turn | None


def stability(
    placings: Sequence[Placing], weights: Mapping[str | None, Decimal]
) -> list[Stability]:
    """The reach of every weight; ``weights`` has the price under None beside the criteria.

    Offers that share a rank, and a weight of 100, have no reach to tell and are left out.
    """
    ranked = sorted(placings, key=lambda placing: placing.rank)
    places = [list(alike) for _rank, alike in groupby(ranked, key=lambda placing: placing.rank)]
    found = []
    for key, weight in weights.items():
        own = Fraction(weight)
        if own == WHOLE:
            continue
        lines = {placing.provider: _line(placing, key, own) for placing in ranked}
        winner = ranked[0].provider if ranked else ""
        against = [(winner, placing.provider) for placing in ranked[1:]]
        # Whoever shares a rank is held against everybody of the next one.
        neighbours = [
            (upper.provider, lower.provider)
            for above, below in pairwise(places)
            for upper in above
            for lower in below
        ]
        first_down, first_up = _turns(lines, against, own)
        order_down, order_up = _turns(lines, neighbours, own)
        found.append(Stability(key, weight, first_down, first_up, order_down, order_up))
    return found


@dataclass(frozen=True)
class _Line:
    """An offer's total as the weight moves: ``at_nothing`` + weight × ``slope``."""

    at_nothing: Fraction
    slope: Fraction


def _line(placing: Placing, key: str | None, weight: Fraction) -> _Line:
    if key is None:
        own = placing.comparison_price
        share = placing.lowest_price / own if own else Fraction(1)
    else:
        share = next(step.share for step in placing.criteria if step.key == key)
    # All else takes the rest of the hundred, in the proportions that it has now.
    rest = (placing.total - weight * share) / (WHOLE - weight)
    return _Line(WHOLE * rest, share - rest)


def _turns(
    lines: Mapping[str, _Line], pairs: Sequence[tuple[str, str]], weight: Fraction
) -> tuple[Turn | None, Turn | None]:
    down: Turn | None = None
    up: Turn | None = None
    for upper, lower in pairs:
        lead = lines[upper].at_nothing - lines[lower].at_nothing
        slope = lines[upper].slope - lines[lower].slope
        if slope == 0:
            continue
        turn = Turn(-lead / slope, lower)
        if slope > 0 and 0 <= turn.weight <= weight and (down is None or turn.weight > down.weight):
            down = turn
        if slope < 0 and weight <= turn.weight <= WHOLE and (up is None or turn.weight < up.weight):
            up = turn
    return down, up
