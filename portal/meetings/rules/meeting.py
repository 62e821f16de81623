"""Kinds and states of a meeting, and what its lines and practices may become."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from portal.shared.errors import RuleBroken
from portal.shared.transitions import status_after

MOST_TIME = timedelta(hours=24)
"""A meeting that is planned to last longer has a mistyped day."""


class MeetingKind(StrEnum):
    """What a meeting is for.

    ``joint_review`` looks at one participant's plan after two to three months; the case files know
    the other five.
    """

    START_UP = "start_up"
    INTERIM = "interim"
    VERIFICATION = "verification"
    CLOSING = "closing"
    TRIPARTITE = "tripartite"
    JOINT_REVIEW = "joint_review"


ABOUT_PERSON = frozenset({MeetingKind.TRIPARTITE, MeetingKind.JOINT_REVIEW})
"""These may be about one participant; then only who may see the participant sees the meeting."""


class MeetingState(StrEnum):
    """A meeting is planned, then held or cancelled; one that nobody planned is held at once."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


TRANSITIONS: dict[str, tuple[MeetingState, MeetingState]] = {
    "move_meeting": (MeetingState.PLANNED, MeetingState.PLANNED),
    "cancel_meeting": (MeetingState.PLANNED, MeetingState.CANCELLED),
    "hold_meeting": (MeetingState.PLANNED, MeetingState.HELD),
    "approve_minutes": (MeetingState.HELD, MeetingState.HELD),
}
"""The one table that moves a meeting: act → from, to."""


def moved(state: str, act: str) -> MeetingState:
    """The state after an act. Raises ``wrong_state`` where the table has no such move."""
    return status_after(TRANSITIONS, state, act, rule="wrong_state")


class PracticeStatus(StrEnum):
    """How an agreed practice was kept by its latest review; open until there is one."""

    OPEN = "open"
    KEPT = "kept"
    PARTLY = "partly"
    NOT_KEPT = "not_kept"


REVIEWS = (PracticeStatus.KEPT, PracticeStatus.PARTLY, PracticeStatus.NOT_KEPT)


class LineKind(StrEnum):
    """What a line of the start-up meeting's agenda is about."""

    CLAUSE = "clause"
    PROMISE = "promise"


class LineOutcome(StrEnum):
    """How a line was left."""

    AGREED = "agreed"
    NOTHING_TO_AGREE = "nothing_to_agree"
    OPEN = "open"


LINE_OUTCOMES = tuple(LineOutcome)


@dataclass(frozen=True)
class PracticeTerms:
    """A practice to be agreed: what, whose, and by which day."""

    text: str
    owner: UUID
    due: date


@dataclass(frozen=True)
class ReviewTerms:
    """How a practice has been kept since it was agreed."""

    practice: UUID
    status: str
    note: str = ""


@dataclass(frozen=True)
class LineTerms:
    """How a line of the agenda was left; ``key`` is the line's own.

    A line left open has an owner. One agreed may make a practice: then it has a note, which is
    the practice, an owner and a due day.
    """

    key: str
    outcome: str
    note: str = ""
    owner: UUID | None = None
    due: date | None = None


def require_lines(lines: Sequence[LineTerms], agenda: Collection[str]) -> None:
    """Every line named is of the agenda, and each is named once and left as it may be.

    Raises ``wrong_state`` for a line of another agenda, ``line_owner_missing`` for one left open or
    to be a practice without an owner, ``practice_text_missing`` for a due day without a practice.
    """
    keys = [line.key for line in lines]
    if len(set(keys)) != len(keys) or not set(keys) <= set(agenda):
        raise RuleBroken("wrong_state")
    for line in lines:
        becomes_practice = line.outcome == LineOutcome.AGREED and line.due is not None
        if (line.outcome == LineOutcome.OPEN or becomes_practice) and line.owner is None:
            raise RuleBroken("line_owner_missing", field=f"owner-{line.key}")
        if becomes_practice and not line.note.strip():
            raise RuleBroken("practice_text_missing", field=f"note-{line.key}")


def require_time(begins: datetime, ends: datetime, at: datetime) -> None:
    """A planned meeting is ahead, ends after it begins, and within a day.

    Raises ``meeting_not_ahead``, ``meeting_ends_wrong``.
    """
    if begins <= at:
        raise RuleBroken("meeting_not_ahead", field="begins")
    if not begins < ends <= begins + MOST_TIME:
        raise RuleBroken("meeting_ends_wrong", field="ends")
