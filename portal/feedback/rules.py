"""Who gives feedback, and what the points of several come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

LEAST, MOST = 1, 5
"""The scale of the national survey Opal (study, 4918-4920)."""

HAVE_STARTED = frozenset({"started", "completed", "left_early", "interrupted"})
"""The states of an enrolment whose participant has something to answer about."""


class Giver(StrEnum):
    """Whose answer it is; conditions of options look at the participants' own only."""

    PARTICIPANT = "participant"
    SPONSOR = "sponsor"
    EMPLOYER = "employer"


@dataclass(frozen=True)
class Points:
    """The answers of one kind of giver: how many, and the sum of their points."""

    answers: int = 0
    total: int = 0

    @property
    def mean(self) -> Fraction | None:
        """The exact mean; None without an answer, since no data is no score."""
        return Fraction(self.total, self.answers) if self.answers else None


def points_of(given: Iterable[int]) -> Points:
    """The points of several answers together."""
    points = list(given)
    return Points(len(points), sum(points))


def link_works(at: datetime, expires_at: datetime) -> bool:
    """Whether a personal link still lets its holder answer; its last moment is in time."""
    return at <= expires_at
