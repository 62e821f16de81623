"""What is done with meetings."""

from portal.meetings.usecases.holding import approve_minutes, approved_sides, hold_meeting
from portal.meetings.usecases.planning import (
    cancel_meeting,
    entry_for,
    move_meeting,
    plan_meeting,
)

__all__ = [
    "approve_minutes",
    "approved_sides",
    "cancel_meeting",
    "entry_for",
    "hold_meeting",
    "move_meeting",
    "plan_meeting",
]
