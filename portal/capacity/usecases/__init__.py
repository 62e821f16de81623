"""What is done with capacity."""

from portal.capacity.usecases.calling_off import (
    approve_small_group,
    call_off,
    cancel_call_off,
    confirm_call_off,
    decline_call_off,
)
from portal.capacity.usecases.trainings import (
    close_training,
    closing_waits_for,
    name_coach,
    name_sponsor,
    note_started,
    remove_coach,
)

__all__ = [
    "approve_small_group",
    "call_off",
    "cancel_call_off",
    "close_training",
    "closing_waits_for",
    "confirm_call_off",
    "decline_call_off",
    "name_coach",
    "name_sponsor",
    "note_started",
    "remove_coach",
]
