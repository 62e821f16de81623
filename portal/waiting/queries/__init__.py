"""Everything that waits for one person, over all rooms, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import CompoundSelect, union_all
from sqlalchemy.orm import Session

from portal.config import Settings
from portal.organisations.asking import statement_for
from portal.organisations.models import Person
from portal.shared.clock import day_in_helsinki
from portal.waiting.queries import contracts, reckoned, tendering, trainings
from portal.waiting.queries.reader import Days, Reader
from portal.waiting.queries.rows import Search, found_by
from portal.waiting.rules import Waiting, in_order

MOST_SHOWN = 200
"""A page that lists more is no help; the rest shows once these are done."""


@dataclass(frozen=True)
class WaitingPage:
    """What waits: late, this week, and after that."""

    late: list[Waiting]
    this_week: list[Waiting]
    later: list[Waiting]
    more: int
    today: date

    @property
    def total(self) -> int:
        """How many things there are altogether."""
        return len(self.late) + len(self.this_week) + len(self.later) + self.more


def waiting_page(session: Session, person: Person, at: datetime, settings: Settings) -> WaitingPage:
    """What waits for this person, in the order of its days."""
    today = day_in_helsinki(at)
    found = waiting_for(session, person, at, settings)
    shown = found[:MOST_SHOWN]
    return WaitingPage(
        late=[one for one in shown if one.is_late(today)],
        this_week=[one for one in shown if not one.is_late(today) and one.is_this_week(today)],
        later=[one for one in shown if not one.is_this_week(today)],
        more=len(found) - len(shown),
        today=today,
    )


def waiting_for(
    session: Session, person: Person, at: datetime, settings: Settings
) -> list[Waiting]:
    """All of it, the most urgent first."""
    reader = Reader(person, Days.of(at, settings))
    statement, keys = statement_for(person, _searches)
    found = list(found_by(session, statement, keys | reader.days.values()))
    for source in _RECKONED:
        found.extend(source(session, reader))
    return in_order(found)


def _searches(person: Person) -> CompoundSelect[Any]:
    reader = Reader(person, Days.any())
    return union_all(*(one for each in _SEARCHES for one in each(reader)))


_SEARCHES: tuple[Callable[[Reader], Iterable[Search]], ...] = (
    tendering.openings,
    trainings.call_offs,
    trainings.needs,
    trainings.interviews,
    trainings.records,
    trainings.records_to_make,
    contracts.practices,
    contracts.meetings,
    trainings.proposals,
    contracts.approvals,
    contracts.options,
    contracts.accessibility,
    contracts.work,
)
"""What is asked of the database at once."""

_RECKONED: tuple[Callable[[Session, Reader], Iterable[Waiting]], ...] = (
    reckoned.evaluations,
    reckoned.follow_ups,
    reckoned.scorecards,
)
