"""The rules of meetings: kinds, states, what a line and a practice may become, what points won."""

from portal.meetings.rules.gap import gap_to_second
from portal.meetings.rules.meeting import (
    ABOUT_PERSON,
    LINE_OUTCOMES,
    MOST_TIME,
    REVIEWS,
    LineKind,
    LineOutcome,
    LineTerms,
    MeetingKind,
    MeetingState,
    PracticeStatus,
    PracticeTerms,
    ReviewTerms,
    moved,
    require_lines,
    require_time,
)

__all__ = [
    "ABOUT_PERSON",
    "LINE_OUTCOMES",
    "MOST_TIME",
    "REVIEWS",
    "LineKind",
    "LineOutcome",
    "LineTerms",
    "MeetingKind",
    "MeetingState",
    "PracticeStatus",
    "PracticeTerms",
    "ReviewTerms",
    "gap_to_second",
    "moved",
    "require_lines",
    "require_time",
]
