"""A figure and the rows that it is the sum of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from uuid import UUID


@dataclass(frozen=True)
class Row:
    """One record behind an indicator, and what it adds above and below the line.

    ``kind`` says what ``id`` is the key of: a participation, a call-off, a practice, an answer, a
    visit, a proposal.
    """

    kind: str
    id: UUID
    contract_id: UUID
    above: int
    below: int = 1


NUMBERS = frozenset({"feedback_answers", "employer_answers", "units_completed", "qualifications"})
"""Indicators that are plain numbers: the sum of their rows, undivided."""


@dataclass(frozen=True)
class Figure:
    """An indicator's value: always with the numbers that it comes from.

    ``value`` is exact, and None without data: no data is neither 0 nor 100. ``cases`` is the number
    of its rows, where they are known; of most indicators it is the denominator.
    """

    key: str
    numerator: int
    denominator: int
    cases: int = field(default=0, compare=False)

    @property
    def value(self) -> Fraction | None:
        """The exact quotient; None where the denominator is zero."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


def figure_of(key: str, rows: Iterable[Row]) -> Figure:
    """The figure that these rows add up to; of a plain number, by one as soon as there is a row."""
    numerator = denominator = 0
    for row in rows:
        numerator += row.above
        denominator += row.below
    cases = denominator
    return Figure(key, numerator, min(cases, 1) if key in NUMBERS else denominator, cases)


MEANS_OF_ANSWERS = frozenset({"feedback_mean", "employer_feedback_mean"})
"""Means that tell of single answers where there are few of them."""


def tells_of_few(figure: Figure, least: int) -> bool:
    """Whether a figure is the mean of fewer answers than may be shown."""
    return figure.key in MEANS_OF_ANSWERS and 0 < figure.denominator < least
