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


def low_prices(prices: Mapping[str, Fraction], limit: Decimal | None) -> dict[str, LowPrice]:
    """The offers whose comparison price is under ``limit`` percent of the mean of the others'.

    A flag asks for an explanation and excludes nobody (act 1397/2016, section 96). Without a
    limit, or with fewer than two others, nothing is flagged.
    """
    if limit is None or len(prices) <= LEAST_OTHERS:
        return {}
    flagged = {}
    total = sum(prices.values(), Fraction(0))
    for key, price in prices.items():
        mean = (total - price) / (len(prices) - 1)
        share = price * 100 / mean
        if share < Fraction(limit):
            flagged[key] = LowPrice(price, mean, share, limit)
    return flagged


def require_prices_sealed(*, opened: bool) -> None:
    """Once sealed prices are known, nothing may change that could be bent to them.

    Raises ``prices_opened``.
    """
    if opened:
        raise RuleBroken("prices_opened")
