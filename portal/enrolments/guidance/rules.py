"""The limits of after-guidance: hours for each person, and a window after the training's end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portal.shared.clock import months_later
from portal.shared.errors import RuleBroken

NOTHING = Decimal(0)
ENDED = frozenset({"completed", "left_early", "interrupted"})
"""The states of an enrolment from which after-guidance may follow."""


class GuidanceState(StrEnum):
    """Offered, accepted and used are three different numbers (2039-2041 of the study)."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    USED = "used"


@dataclass(frozen=True)
class Clause:
    """What the lot's option of after-guidance allows each person: hours, and months to use them."""

    hours: Decimal
    window_months: int | None = None


@dataclass(frozen=True)
class Entry:
    """One line of a person's after-guidance. What was taken back is no line any more."""

    day: date
    state: GuidanceState
    hours: Decimal | None = None


@dataclass(frozen=True)
class Standing:
    """Where a person's after-guidance stands; hours are exact, days inclusive."""

    offered: int
    accepted: int
    used: Decimal
    remaining: Decimal
    last_day: date | None


def used_hours(entries: Iterable[Entry]) -> Decimal:
    """The hours used so far."""
    used = (entry.hours or NOTHING for entry in entries if entry.state is GuidanceState.USED)
    return sum(used, start=NOTHING)


def last_day(clause: Clause, ended_on: date) -> date | None:
    """The last day of the window, which runs from the day of the end; None without a window."""
    if clause.window_months is None:
        return None
    return months_later(ended_on, clause.window_months)


def standing(clause: Clause, ended_on: date | None, entries: Iterable[Entry]) -> Standing:
    """The numbers that the page shows, each by itself."""
    listed = list(entries)
    used = used_hours(listed)
    return Standing(
        offered=sum(entry.state is GuidanceState.OFFERED for entry in listed),
        accepted=sum(entry.state is GuidanceState.ACCEPTED for entry in listed),
        used=used,
        remaining=clause.hours - used,
        last_day=None if ended_on is None else last_day(clause, ended_on),
    )


def require_guidance(
    clause: Clause | None, state: str, ended_on: date | None, entries: Iterable[Entry], entry: Entry
) -> None:
    """Whether one more line may be added, in the order of cases/FORMAT.md.

    ``state`` and ``ended_on`` are the enrolment's. Raises ``wrong_state`` before the training has
    ended for the person, ``not_in_contract``, ``after_guidance_window_passed``,
    ``after_guidance_hours_exceeded``, and ``guidance_before_end`` for hours of a day before it.
    """
    if state not in ENDED or ended_on is None:
        raise RuleBroken("wrong_state")
    if clause is None:
        raise RuleBroken("not_in_contract")
    last = last_day(clause, ended_on)
    if last is not None and entry.day > last:
        raise RuleBroken("after_guidance_window_passed", field="day")
    if entry.state is not GuidanceState.USED:
        return
    if used_hours(entries) + (entry.hours or NOTHING) > clause.hours:
        raise RuleBroken("after_guidance_hours_exceeded", field="hours")
    if entry.day < ended_on:
        raise RuleBroken("guidance_before_end", field="day")
