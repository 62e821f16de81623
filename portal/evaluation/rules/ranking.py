"""Points and ranking in exact fractions, rounded only where shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

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

    @property
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
    prices = {offer.provider: comparison_price(offer, comparing) for offer in offers}
    lowest = min(prices.values())
    reckoned = []
    for offer in offers:
        criteria = tuple(
            CriterionPoints(
                key, weight, offer.points[key], Fraction(offer.points[key], comparing.scale_top)
            )
            for key, weight in comparing.weights.items()
        )
        own = prices[offer.provider]
        # A total at an estimate of nothing is nothing, and nothing is cheaper than it.
        price_points = Fraction(comparing.price_weight) * (lowest / own if own else 1)
        quality = sum((criterion.value for criterion in criteria), Fraction(0))
        reckoned.append((offer.provider, price_points, criteria, quality))

    names = {offer.provider: offer.name for offer in offers}
    groups: dict[tuple[Fraction, Fraction], list[str]] = {}
    for provider, price_points, _, quality in reckoned:
        groups.setdefault((price_points + quality, quality), []).append(provider)
    drawn = {provider: place for place, provider in enumerate(draw)}
    settled = {
        key: len(tied) == 1 or all(provider in drawn for provider in tied)
        for key, tied in groups.items()
    }

    def order(item: tuple[str, Fraction, tuple[CriterionPoints, ...], Fraction]) -> Any:
        provider, price_points, _, quality = item
        key = (price_points + quality, quality)
        place = drawn[provider] if settled[key] and len(groups[key]) > 1 else 0
        return (-key[0], -key[1], place, names[provider], provider)

    placings: list[Placing] = []
    for place, item in enumerate(sorted(reckoned, key=order), start=1):
        provider, price_points, criteria, quality = item
        key = (price_points + quality, quality)
        shares = (
            bool(placings)
            and not settled[key]
            and provider in groups[key]
            and (
                placings[-1].total,
                placings[-1].quality_points,
            )
            == key
        )
        placings.append(
            Placing(
                provider=provider,
                rank=placings[-1].rank if shares else place,
                comparison_price=prices[provider],
                lowest_price=lowest,
                price_points=price_points,
                criteria=criteria,
                quality_points=quality,
                total=price_points + quality,
                tied=not settled[key],
            )
        )
    return placings


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
