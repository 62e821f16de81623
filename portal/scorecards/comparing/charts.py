"""Where the dots, lines and bars of a chart stand, in the units of its view box.

What has no data has no dot and no bar, and a line has a gap there: no data is never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil

WIDTH, APART = 640, 90
LEFT, RIGHT, TOP, BOTTOM = 60, 600, 30, 180
BAR_LEFT, BAR_RIGHT, BAR_ROW = 250, 560, 34


def scale_of(key: str, values: Sequence[Fraction | None]) -> tuple[Fraction, Fraction]:
    """The lowest and the highest value of an indicator's axis."""
    if key.endswith("_share"):
        return Fraction(0), Fraction(1)
    if key == "feedback_mean":
        return Fraction(1), Fraction(5)
    known = [value for value in values if value is not None]
    return Fraction(0), Fraction(max(1, ceil(max(known, default=Fraction(1)))))


@dataclass(frozen=True)
class Dot:
    """A value of a line; ``y`` is None where there is no data."""

    x: int
    y: int | None

    @property
    def label_y(self) -> int:
        """Where its value stands: above it."""
        return (self.y or 0) - 10


@dataclass(frozen=True)
class LineChart:
    """Dots from left to right, and lines between neighbours of one kind that both have a value."""

    width: int
    right: int
    dots: tuple[Dot, ...]
    lines: tuple[tuple[Dot, Dot], ...]


def _between(value: Fraction, scale: tuple[Fraction, Fraction], start: int, end: int) -> int:
    low, high = scale
    return round(start + (end - start) * (value - low) / (high - low))


def line_chart(
    values: Sequence[Fraction | None],
    scale: tuple[Fraction, Fraction],
    kinds: Sequence[str | None],
) -> LineChart:
    """The values in their order, evenly apart; one alone stands in the middle.

    No line leads from one kind to another: what is of different people is not one development.
    """
    right = max(RIGHT, LEFT + APART * len(values))
    step = Fraction(right - LEFT, max(1, len(values)))
    dots = tuple(
        Dot(
            round(LEFT + step * n + step / 2),
            None if value is None else _between(value, scale, BOTTOM, TOP),
        )
        for n, value in enumerate(values)
    )
    pairs = zip(pairwise(dots), pairwise(kinds), strict=True)
    return LineChart(
        right + WIDTH - RIGHT,
        right,
        dots,
        tuple(
            (one, next_one)
            for (one, next_one), (kind, next_kind) in pairs
            if kind == next_kind and one.y is not None and next_one.y is not None
        ),
    )


@dataclass(frozen=True)
class Bar:
    """A row of a bar chart: where it stands and how wide it is; no width without data."""

    y: int
    text_y: int
    width: int | None
    end: int


@dataclass(frozen=True)
class BarChart:
    """Bars from the top down."""

    height: int
    bars: tuple[Bar, ...]


def bar_chart(values: Sequence[Fraction | None], scale: tuple[Fraction, Fraction]) -> BarChart:
    """A bar for each value in its order."""
    bars = []
    for n, value in enumerate(values):
        width = None if value is None else _between(value, scale, 0, BAR_RIGHT - BAR_LEFT)
        y = n * BAR_ROW + 6
        bars.append(Bar(y, y + 17, width, BAR_LEFT + (width or 0) + 8))
    return BarChart(len(bars) * BAR_ROW + 8, tuple(bars))
