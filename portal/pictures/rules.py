"""What the pictures of the home page show of plain counts, and what they leave out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from portal.capacity.rules import Balance
from portal.enrolments.rules import EnrolmentState, Status
from portal.feedback.rules import Giver, large_enough
from portal.indicators.rules import too_small
from portal.shared.numbers import rounded

Names = Mapping[str, str]

AHEAD_DAYS = 84
"""The time line shows twelve weeks from today; what is later stands in its table alone."""

QUARTERS = 8
"""Feedback is shown over two years: a shorter time shows no direction, a longer one no detail."""

GIVERS = (Giver.PARTICIPANT, Giver.EMPLOYER)
"""Course sponsors answer once a training and office: too few in a quarter to be a line."""


class Deadline(StrEnum):
    """Days of the time line that are not somebody's task."""

    OFFERS_DUE = "offers_due"
    CONTRACT_ENDS = "contract_ends"


@dataclass(frozen=True)
class Due:
    """A day of the time line: what, on what, and the page on which it is seen to.

    ``what`` is a key that has words (``status_text``); ``subject`` a reference or a title.
    """

    day: date
    what: str
    subject: str | Names
    endpoint: str
    key: UUID
    count: int = 1

    def is_late(self, today: date) -> bool:
        """Whether its day has passed."""
        return self.day < today

    def is_near(self, today: date) -> bool:
        """Whether the picture has a place for it; late days share one."""
        return self.day <= today + timedelta(days=AHEAD_DAYS)


def in_order_of_days(found: Iterable[Due], most: int) -> list[Due]:
    """The first so many of them, the earliest first."""
    return sorted(found, key=lambda one: (one.day, one.what, str(one.key)))[:most]


@dataclass(frozen=True)
class Capacity:
    """A contract's ledger as it stands, in the lot's unit."""

    contract_id: UUID
    reference: str
    provider: Names
    unit: str
    balance: Balance

    @property
    def ordered(self) -> Decimal:
        """Called off and not delivered yet: reserved and committed together."""
        return self.balance.reserved + self.balance.committed


class Followed(StrEnum):
    """How people stand at a follow-up, in four groups that leave nobody out, and the unknown."""

    OPEN_MARKET = "open_market"
    OTHER_WORK = "other_work"
    UNEMPLOYED = "unemployed"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


_GROUP_OF = {
    Status.OPEN_MARKET: Followed.OPEN_MARKET,
    Status.OTHER_WORK: Followed.OTHER_WORK,
    Status.UNEMPLOYED: Followed.UNEMPLOYED,
    Status.LONG_TERM_UNEMPLOYED: Followed.UNEMPLOYED,
    Status.OUTSIDE: Followed.OUTSIDE,
    Status.IN_EDUCATION: Followed.OUTSIDE,
}
_S = EnrolmentState
_UNDECIDED = (_S.APPLIED, _S.INTERVIEWED, _S.SELECTED)
_STARTED = (_S.STARTED, _S.COMPLETED, _S.LEFT_EARLY, _S.INTERRUPTED)


@dataclass(frozen=True)
class Flow:
    """From referral to outcome, in people. What is None is withheld: too few to tell apart.

    ``followed`` are those who ended so many ``months`` ago or more, whichever way they ended.
    Whoever moved to another training counts there.
    """

    referred: int
    undecided: int
    rejected: int
    started: int
    ways: Mapping[EnrolmentState, int | None]
    months: int
    followed: int
    outcomes: Mapping[Followed, int | None]
    least: int

    @property
    def withheld(self) -> bool:
        """Whether anything is."""
        return None in self.ways.values() or None in self.outcomes.values()


def flow_of(
    states: Mapping[str, int], statuses: Mapping[str | None, int], months: int, least: int
) -> Flow:
    """The flow of people by the state that they are in, and by their status so long after the end.

    The started are broken down from ``least`` of them on. Of the outcomes those of fewer than
    ``least`` people are withheld, and the next smallest with them, since the whole is known.
    """
    count = {state: states.get(state, 0) for state in EnrolmentState}
    started = sum(count[state] for state in _STARTED)
    outcomes = dict.fromkeys(Followed, 0)
    for status, people in statuses.items():
        group = Followed.UNKNOWN if status is None else _GROUP_OF[Status(status)]
        outcomes[group] += people
    hidden = too_small(outcomes, least)
    shown = large_enough(started, least)
    return Flow(
        referred=sum(count.values()) - count[_S.TRANSFERRED],
        undecided=sum(count[state] for state in _UNDECIDED),
        rejected=count[_S.REJECTED],
        started=started,
        ways={state: count[state] if shown else None for state in _STARTED},
        months=months,
        followed=sum(outcomes.values()),
        outcomes={key: None if key in hidden else n for key, n in outcomes.items()},
        least=least,
    )


@dataclass(frozen=True)
class Quarter:
    """A quarter of a year, 1 to 4."""

    year: int
    n: int

    @property
    def first_day(self) -> date:
        """The day it begins on."""
        return date(self.year, 3 * self.n - 2, 1)

    @property
    def after(self) -> Quarter:
        """The next one."""
        return Quarter(self.year + 1, 1) if self.n == 4 else Quarter(self.year, self.n + 1)


def last_quarters(today: date, count: int = QUARTERS) -> list[Quarter]:
    """So many quarters, the one of today the last."""
    number = today.year * 4 + (today.month - 1) // 3
    return [Quarter(n // 4, n % 4 + 1) for n in range(number - count + 1, number + 1)]


@dataclass(frozen=True)
class Marks:
    """The answers of one kind of giver in a quarter: how many, and their mean by one decimal.

    No mean without answers, nor where they are too few to be shown apart.
    """

    answers: int
    mean: Decimal | None

    @property
    def withheld(self) -> bool:
        """Whether there are answers, but too few."""
        return self.mean is None and self.answers > 0


def marks_of(answers: int, total: int, least: int) -> Marks:
    """The mean of so many answers of ``total`` points together."""
    if not answers or not large_enough(answers, least):
        return Marks(answers, None)
    return Marks(answers, rounded(Fraction(total, answers), 1))


@dataclass(frozen=True)
class Feedback:
    """The marks of each kind of giver, quarter by quarter, the earliest first."""

    quarters: list[Quarter]
    marks: Mapping[Giver, list[Marks]]
    least: int

    @property
    def shown(self) -> bool:
        """Whether there is any answer at all."""
        return any(one.answers for row in self.marks.values() for one in row)

    @property
    def drawn(self) -> bool:
        """Whether there is any mean to draw."""
        return any(one.mean is not None for row in self.marks.values() for one in row)
