"""Who gives feedback, and what the points of several come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken

LEAST, MOST = 1, 5
"""The scale of the national survey Opal (study, 4918-4920)."""

EMPLOYERS_QUESTIONS = 5
"""An employer's form is short, with one named assessor (study, 5210-5212)."""

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


def require_items(given: Mapping[str, int], asked: Iterable[str]) -> None:
    """Only what this giver is asked, each from 1 to 5. Raises ``item_unknown``."""
    known = set(asked)
    for key, points in given.items():
        if key not in known or not LEAST <= points <= MOST:
            raise RuleBroken("item_unknown", field=key)


def large_enough(answers: int, small_group: int) -> bool:
    """Whether so many answers may be shown apart from the others.

    Fewer are never pooled with another kind's either: who gave one of them would know the rest.
    """
    return answers >= small_group


def may_say_whose(answers: Iterable[int], small_group: int) -> bool:
    """Whether words may stand beside the kind of giver: every kind that answered is large enough.

    Were only some marked, the unmarked would be known to be of the kind left out.
    """
    return all(large_enough(count, small_group) for count in answers if count)


def answer_day(made_at: datetime, days: int) -> date:
    """The last day on which a proposal is answered in time, in Helsinki."""
    return day_in_helsinki(made_at) + timedelta(days=days)


def is_overdue(due: date | None, today: date) -> bool:
    """Whether its day has passed; the day itself is in time."""
    return due is not None and due < today
