"""When what people say about accessibility is answered, and how much of it is taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken

ANSWER_DAYS = 14
"""So many days after it has come, it is answered (act 306/2019, section 10)."""
MESSAGES_OF_PLACE = 5
MESSAGES_IN_ALL = 200
COUNT_FOR = timedelta(hours=1)
"""So many are taken within this time from one place, and from all of them (proposal)."""
LONGEST_TEXT = 4000


def due_day(at: datetime) -> date:
    """The last day, in Helsinki, on which it is answered in time."""
    return day_in_helsinki(at) + timedelta(days=ANSWER_DAYS)


def days_left(due_on: date, today: date) -> int:
    """How many days are left; 0 on the last day, below 0 once it is late."""
    return (due_on - today).days


def require_few(of_place: Sequence[datetime], in_all: int, at: datetime) -> None:
    """Refuses by ``too_many_messages`` with the ``minutes`` to wait."""
    if len(of_place) < MESSAGES_OF_PLACE and in_all < MESSAGES_IN_ALL:
        return
    wait = COUNT_FOR if in_all >= MESSAGES_IN_ALL else min(of_place) + COUNT_FOR - at
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    raise RuleBroken("too_many_messages", field="text", minutes=minutes)
