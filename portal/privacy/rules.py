"""How long data about people is kept, and what is left of it then. Plain Python."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from enum import StrEnum

from portal.shared.clock import months_later
from portal.shared.errors import RuleBroken


class Retention(StrEnum):
    """A kind of data with a period of its own, which its controller sets."""

    PARTICIPANTS = "participants"
    FEEDBACK = "feedback"
    LOGINS = "logins"


class Held(StrEnum):
    """What a hold is on."""

    PARTICIPANT = "participant"
    TRAINING = "training"
    CONTRACT = "contract"
    PROCUREMENT = "procurement"


MASK = "***"
"""What stands in the place of a name; no language is needed to read it."""

MOST_MONTHS = 600
"""A period longer than fifty years is a typing error (proposal)."""

UNKNOWN_YEAR = 1900
"""The year of birth of whoever never started and so counts in no age group."""

_AGE_GROUPS = (0, 15, 25, 55, 56, 65)
"""The youngest of each age group that any figure tells apart: those of the programme's table
(15 to 24, 55 to 64) and of the case mix (over 55). A test holds it against both."""


def last_day_kept(event: date, months: int) -> date:
    """The last day on which what ended with the event is kept; from the next on it goes."""
    return months_later(event, months)


def is_over(event: date, months: int | None, today: date) -> bool:
    """Whether the period has ended; never, where nobody has set one."""
    return months is not None and last_day_kept(event, months) < today


def year_of_same_group(birth_year: int, started_on: date | None) -> int:
    """A year of birth that every figure counts alike, and that tells the age group only."""
    if started_on is None:
        return UNKNOWN_YEAR
    age = max(0, started_on.year - birth_year)
    return started_on.year - _AGE_GROUPS[bisect_right(_AGE_GROUPS, age) - 1]


def require_months(months: int, field: str) -> None:
    """Refuses by ``retention_out_of_range`` what is not a whole number of months in sight."""
    if not 1 <= months <= MOST_MONTHS:
        raise RuleBroken("retention_out_of_range", field=field, most=MOST_MONTHS)


def require_hold_ahead(until: date | None, today: date) -> None:
    """Refuses by ``hold_over_already`` a hold whose last day is behind."""
    if until is not None and until < today:
        raise RuleBroken("hold_over_already", field="until")
