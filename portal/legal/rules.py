"""Working days for deadlines, and the standstill period.

Plain Python but for the `holidays` package: the movable feasts of Finland are a table that it keeps
and tests, and a second reckoning of Easter here would only be one more that can be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

_DAY = timedelta(days=1)
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6


class Regime(StrEnum):
    """The part of act 1397/2016 that a procurement follows."""

    EU = "eu"
    ANNEX_E = "annex_e"
    NATIONAL = "national"
    BELOW_THRESHOLD = "below_threshold"
    RESERVED = "reserved"


class MovingDay(StrEnum):
    """A kind of day that no deadline ends on."""

    SATURDAY = "saturday"
    SUNDAY = "sunday"
    PUBLIC_HOLIDAY = "public_holiday"
    INDEPENDENCE_DAY = "independence_day"
    MAY_DAY = "may_day"
    CHRISTMAS_EVE = "christmas_eve"
    MIDSUMMER_EVE = "midsummer_eve"


class Milestone(StrEnum):
    """A day that counts by itself in a standstill period."""

    RECEIVED = "received"
    COUNTED_TO = "counted_to"
    LAST_DAY = "last_day"
    FIRST_SIGNING_DAY = "first_signing_day"


@dataclass(frozen=True)
class Step:
    """One line of the explanation: a day, and why it is named."""

    day: date
    why: Milestone | MovingDay


def why_deadlines_move(day: date) -> MovingDay | None:
    """Why no deadline ends on that day, or None on a working day.

    Source: act 150/1930, section 5. A named day comes before a Saturday or a Sunday, since it is
    what the reader knows it by.
    """
    # Both eves are reckoned here: the law names them though they are not public holidays, and what
    # the package counts as public has changed between its versions.
    if (day.month, day.day) == (12, 24):
        return MovingDay.CHRISTMAS_EVE
    if day.month == 6 and 19 <= day.day <= 25 and day.weekday() == _FRIDAY:
        return MovingDay.MIDSUMMER_EVE
    if (day.month, day.day) == (12, 6):
        return MovingDay.INDEPENDENCE_DAY
    if (day.month, day.day) == (5, 1):
        return MovingDay.MAY_DAY
    if day in _public_holidays(day.year):
        return MovingDay.PUBLIC_HOLIDAY
    if day.weekday() == _SATURDAY:
        return MovingDay.SATURDAY
    if day.weekday() == _SUNDAY:
        return MovingDay.SUNDAY
    return None


def is_working_day_for_deadlines(day: date) -> bool:
    """Whether a deadline may end on that day."""
    return why_deadlines_move(day) is None


def standstill_last_day(received_on: date, days: int) -> date:
    """The last day of the standstill: so many days after receipt, or the next working day.

    The day of receipt is not counted. Raises ValueError for fewer than no days.
    """
    last = received_on + _length(days)
    while not is_working_day_for_deadlines(last):
        last += _DAY
    return last


def first_signing_day(received_on: date, days: int) -> date:
    """The day after the last day of the standstill, whatever day of the week it is."""
    return standstill_last_day(received_on, days) + _DAY


def standstill_steps(received_on: date, days: int) -> list[Step]:
    """The reckoning, day by day, for the pages to put in words.

    Receipt; the day that the count leads to and every day passed over, where there are such; the
    last day; the first signing day.
    """
    last = standstill_last_day(received_on, days)
    counted_to = received_on + _length(days)
    steps = [Step(received_on, Milestone.RECEIVED)]
    if counted_to != last:
        steps.append(Step(counted_to, Milestone.COUNTED_TO))
        steps.extend(_passed_over(counted_to, last))
    steps.append(Step(last, Milestone.LAST_DAY))
    steps.append(Step(last + _DAY, Milestone.FIRST_SIGNING_DAY))
    return steps


def _passed_over(start: date, end: date) -> Iterator[Step]:
    day = start
    while day < end:
        why = why_deadlines_move(day)
        if why is not None:
            yield Step(day, why)
        day += _DAY


def _length(days: int) -> timedelta:
    if days < 0:
        raise ValueError(f"a standstill of {days} days")
    return timedelta(days=days)


@cache
def _public_holidays(year: int) -> frozenset[date]:
    import holidays  # a table of every country, which most readers never need

    return frozenset(holidays.country_holidays("FI", years=year))
