"""Instants in UTC, days and clock times in Helsinki."""

from __future__ import annotations

import time
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")


class ClockChange(ValueError):
    """A local time that the change to or from summer time skips or repeats."""


def now() -> datetime:
    """The server's instant. Called at the edge only; everything else is handed its time."""
    return datetime.now(UTC)


# A clock that is set right little by little moves by so much at most (that of Linux by 500 ppm).
_SLEWED = 0.001


def _running() -> float:
    """Seconds that this machine has run, asleep or not; nobody can set them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class SteadyClock:
    """The server's clock, which knows whether it has been set since its process began."""

    def __init__(
        self,
        clock: Callable[[], datetime] = now,
        running: Callable[[], float] = _running,
        *,
        within_s: float = 1.0,
    ) -> None:
        self._clock, self._running, self._within_s = clock, running, within_s
        self._began, self._ran = clock(), running()

    def __call__(self) -> datetime:
        """The instant, in UTC."""
        return self._clock()

    def has_jumped(self) -> bool:
        """Whether it is further from where it should be than slow corrections explain.

        False again once the jump has been corrected.
        """
        ran = self._running() - self._ran
        shown = (self._clock() - self._began).total_seconds()
        return abs(shown - ran) > self._within_s + _SLEWED * ran


def in_helsinki(instant: datetime) -> datetime:
    """The same instant on a Finnish wall clock."""
    return instant.astimezone(HELSINKI)


def day_in_helsinki(instant: datetime) -> date:
    """The calendar day in Finland at that instant."""
    return in_helsinki(instant).date()


def in_time(at: datetime, due: datetime) -> bool:
    """Whether a moment is not after a deadline, whose own second is still in time.

    Source: cases/FORMAT.md.
    """
    return at.replace(microsecond=0) <= due


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def from_local(local: datetime, zone: ZoneInfo = HELSINKI) -> datetime:
    """The instant of a wall-clock time.

    Raises ClockChange where the wall clock shows that time never or twice.
    """
    early = local.replace(tzinfo=zone, fold=0)
    late = local.replace(tzinfo=zone, fold=1)
    if early.utcoffset() != late.utcoffset():
        raise ClockChange(local.isoformat())
    return early.astimezone(UTC)
