"""Prices: which are unusually low, and when sealed ones may be opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from portal.shared.errors import RuleBroken

LEAST_OTHERS = 2
"""So many other offers it takes for a mean to say anything (proposal)."""


@dataclass(frozen=True)
class LowPrice:
    """An unusually low comparison price, with the measure that says so.

    ``share`` is the price in percent of the others' mean; ``limit`` is the percentage of the call
    under which a price is flagged.
    """

    price: Fraction
    mean_of_others: Fraction
    share: Fraction
    limit: Decimal


def measurable(prices: Mapping[str, Fraction]) -> bool:
    """Whether each price has enough others beside it for their mean to say anything."""
    return len(prices) > LEAST_OTHERS


def low_prices(prices: Mapping[str, Fraction], limit: Decimal | None) -> dict[str, LowPrice]:
    """The offers whose comparison price is under ``limit`` percent of the mean of the others'.

    A flag asks for an explanation and excludes nobody (act 1397/2016, section 96). Without a
    limit, or with fewer than two others, nothing is flagged.
    """
    if limit is None or not measurable(prices):
        return {}
    flagged = {}
    others, percent = len(prices) - 1, Fraction(limit)
    total = sum(prices.values(), Fraction(0))
    # The same for all: price × 100 < percent × (total - price) / others, solved for the price.
    bound = percent * total / (100 * others + percent)
    for key, price in prices.items():
        if price < bound:
            mean = (total - price) / others
            flagged[key] = LowPrice(price, mean, price * 100 / mean, limit)
    return flagged


def require_prices_sealed(*, opened: bool) -> None:
    """Once sealed prices are known, nothing may change that could be bent to them.

    Raises ``prices_opened``.
    """
    if opened:
        raise RuleBroken("prices_opened")
