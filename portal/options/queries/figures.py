"""Means and shares as they are printed, with their numbers beside them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from portal.options.rules import (
    Quality,
)
from portal.shared.numbers import rounded


@dataclass(frozen=True)
class Figure:
    """A share or a mean, as it is printed, with its numbers beside it; None without data."""

    value: Decimal | None
    numerator: int
    denominator: int


def share(value: Fraction | None, numerator: int, denominator: int) -> Figure:
    """In percent, with one decimal."""
    shown = None if value is None else rounded(value * 100, 1)
    return Figure(shown, numerator, denominator)


def mean(value: Fraction | None, points: int, answers: int) -> Figure:
    """With two decimals."""
    return Figure(None if value is None else rounded(value), points, answers)


@dataclass(frozen=True)
class Compared:
    """How a contract has gone: the mean of the feedback and the shares, in percent."""

    feedback: Figure
    open_market: Figure
    completed: Figure
    started: int


def compared(quality: Quality) -> Compared:
    """A contract's quality as it is printed."""
    return Compared(
        feedback=mean(quality.feedback_mean, quality.points, quality.answers),
        open_market=share(quality.open_market_share, quality.open_market, quality.ended),
        completed=share(quality.completed_share, quality.completed, quality.ended),
        started=quality.started,
    )
