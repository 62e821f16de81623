"""Ends, deadlines, and how a procurement stands at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.procurement.rules.call import CallTerms, OptionKind, OptionTerms, State
from portal.shared.clock import months_later


def latest_end(
    end: date, options: tuple[OptionTerms, ...], on: date, used: Mapping[str, int] | None = None
) -> date:
    """The contract's end with every further period that has been used or can still be.

    ``on`` decides whether a notice day has passed; last days are inclusive (cases/FORMAT.md).
    """
    months = 0
    for option in options:
        if option.kind == OptionKind.FURTHER_PERIOD:
            spent = (used or {}).get(option.key, 0)
            times = option.times if on <= option.notice_by else spent
            months += int(option.amount) * times
    return months_later(end, months)


def latest_end_of_call(call: CallTerms, on: date) -> date | None:
    """The latest possible end among the contracts of all lots; None without an end."""
    if call.contract_end is None:
        return None
    ends = [latest_end(call.contract_end, lot.options, on) for lot in call.lots]
    return max([call.contract_end, *ends])


class Span(StrEnum):
    """In what the time to a deadline is told."""

    DAYS = "days"
    HOURS = "hours"
    MINUTES = "minutes"
    MOMENT = "moment"
    PASSED = "passed"


@dataclass(frozen=True)
class TimeLeft:
    """The time to a deadline in one unit, rounded down so that nobody is told too much."""

    span: Span
    count: int = 0


def time_left(due: datetime, at: datetime) -> TimeLeft:
    """How long there is until the deadline, whose own second is still in time."""
    left = due - at
    if left < timedelta(0):
        return TimeLeft(Span.PASSED)
    if left >= timedelta(days=2):
        return TimeLeft(Span.DAYS, left.days)
    if left >= timedelta(hours=1):
        return TimeLeft(Span.HOURS, left // timedelta(hours=1))
    if left >= timedelta(minutes=1):
        return TimeLeft(Span.MINUTES, left // timedelta(minutes=1))
    return TimeLeft(Span.MOMENT)


class Standing(StrEnum):
    """A procurement's state as a reader sees it: a published call is open or closed."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    OPENED = "opened"
    DECIDED = "decided"


def standing(state: str, offers_due: datetime | None, at: datetime) -> Standing:
    """How the procurement stands at that time."""
    if state != State.PUBLISHED:
        return Standing(state)
    return Standing.OPEN if offers_due is not None and at <= offers_due else Standing.CLOSED
