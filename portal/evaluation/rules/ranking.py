"""Points and ranking in exact fractions, rounded only where shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from itertools import groupby
from math import lcm
from typing import Any, NamedTuple

from portal.shared.errors import RuleBroken
from portal.shared.numbers import shown


@dataclass(frozen=True)
class ComparedOffer:
    """What ranking needs of one offer. ``provider`` is a key of any kind.

    ``name`` only settles in which order those who share a rank are listed, so that the same
    inputs give the same list whatever the keys are.
    """

    provider: str
    price: Decimal
    coordination_fee: Decimal | None
    points: Mapping[str, int]
    name: str = ""


@dataclass(frozen=True)
class Comparing:
    """How a lot's offers are compared: frozen with the call."""

    price_weight: Decimal
    weights: Mapping[str, Decimal]
    scale_top: int
    estimated: Decimal | None = None
    """Set when the total at the estimated capacity is compared, else unit prices are."""


@dataclass(frozen=True)
class CriterionPoints:
    """How a criterion's points came about: weight × points / top."""

    key: str
    weight: Decimal
    points: int
    share: Fraction
    """Of the top of the scale."""

    @cached_property
    def value(self) -> Fraction:
        """What the points are worth."""
        return Fraction(self.weight) * self.share


@dataclass(frozen=True)
class Placing:
    """One offer's place, with every step that led to it, exact."""

    provider: str
    rank: int
    comparison_price: Fraction
    lowest_price: Fraction
    price_points: Fraction
    criteria: tuple[CriterionPoints, ...]
    quality_points: Fraction
    total: Fraction
    tied: bool

    def as_reported(self) -> dict[str, Any]:
        """Rounded once, for reports and for the record of the award."""
        return {
            "provider": self.provider,
            "rank": self.rank,
            "price_points": shown(self.price_points),
            "quality_points": shown(self.quality_points),
            "total": shown(self.total),
        }


def comparison_price(offer: ComparedOffer, comparing: Comparing) -> Fraction:
    """The unit price, or unit price × estimated capacity + coordination fee."""
    price = Fraction(offer.price)
    if comparing.estimated is None:
        return price
    return price * Fraction(comparing.estimated) + Fraction(offer.coordination_fee or 0)


def rank(
    offers: Sequence[ComparedOffer], comparing: Comparing, draw: Sequence[str] = ()
) -> list[Placing]:
    """The offers in order of their totals (the brief, Rank).

    Equal totals are settled by quality points, then by the drawn order; those that neither
    settles share a rank. The order of ``offers`` has no influence.
    """
    if not offers:
        return []
    prices = [comparison_price(offer, comparing) for offer in offers]
    lowest = min(prices)
    drawn = {provider: place for place, provider in enumerate(draw)}
    reckoned = sorted(_reckoned(offers, prices, lowest, comparing), key=_order)
    placings: list[Placing] = []
    for _, group in groupby(reckoned, key=lambda one: (one.total, one.quality)):
        tied = list(group)
        settled = len(tied) == 1 or all(one.offer.provider in drawn for one in tied)
        if settled and len(tied) > 1:
            tied.sort(key=lambda one: drawn[one.offer.provider])
        first = len(placings) + 1
        placings += [
            Placing(
                provider=one.offer.provider,
                rank=place if settled else first,
                comparison_price=one.price,
                lowest_price=lowest,
                price_points=one.price_points,
                criteria=one.criteria,
                quality_points=one.quality,
                total=one.total,
                tied=not settled,
            )
            for place, one in enumerate(tied, first)
        ]
    return placings


class _Reckoned(NamedTuple):
    """What an offer's total came from."""

    offer: ComparedOffer
    price: Fraction
    price_points: Fraction
    criteria: tuple[CriterionPoints, ...]
    quality: Fraction
    total: Fraction


def _reckoned(
    offers: Sequence[ComparedOffer],
    prices: Sequence[Fraction],
    lowest: Fraction,
    comparing: Comparing,
) -> Iterator[_Reckoned]:
    """Each offer's points. What many offers share is reckoned once, and sums in whole numbers."""
    weights = {key: Fraction(weight) for key, weight in comparing.weights.items()}
    common = lcm(*(weight.denominator for weight in weights.values()))
    whole = {key: int(weight * common) for key, weight in weights.items()}
    price_weight = Fraction(comparing.price_weight)
    over = price_weight.numerator * lowest.numerator
    under = price_weight.denominator * lowest.denominator

    @cache
    def criterion(key: str, points: int) -> CriterionPoints:
        return CriterionPoints(
            key, comparing.weights[key], points, Fraction(points, comparing.scale_top)
        )

    for offer, price in zip(offers, prices, strict=True):
        # A total at an estimate of nothing is nothing, and nothing is cheaper than it.
        price_points = (
            Fraction(over * price.denominator, under * price.numerator) if price else price_weight
        )
        points = offer.points
        quality = Fraction(
            sum(weight * points[key] for key, weight in whole.items()),
            common * comparing.scale_top,
        )
        criteria = tuple(criterion(key, points[key]) for key in weights)
        total = price_points + quality
        yield _Reckoned(offer, price, price_points, criteria, quality, total)


_FINE = 10**24


def _order(one: _Reckoned) -> Any:
    """The best first. Whole numbers settle nearly all, and fractions what they leave open."""
    total, quality = one.total, one.quality
    return (
        -(total.numerator * _FINE // total.denominator),
        -total,
        -quality,
        one.offer.name,
        one.offer.provider,
    )


def tie_settled_by(placings: Sequence[Placing]) -> str:
    """What settled equal totals: ``none`` were equal, ``quality``, ``draw``, or it is ``open``."""
    totals: dict[Fraction, list[Placing]] = {}
    for placing in placings:
        totals.setdefault(placing.total, []).append(placing)
    groups = [group for group in totals.values() if len(group) > 1]
    if any(placing.tied for group in groups for placing in group):
        return "open"
    if any(len({placing.quality_points for placing in group}) < len(group) for group in groups):
        return "draw"
    return "quality" if groups else "none"


def require_first(placings: Sequence[Placing], provider: str) -> None:
    """Only an offer that stands first alone may win. Raises ``not_first``."""
    first = [placing.provider for placing in placings if placing.rank == 1]
    if first != [provider]:
        raise RuleBroken("not_first")
