"""What is done with capacity."""

from portal.capacity.usecases.calling_off import (
    approve_small_group,
    as_before,
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
from portal.capacity.usecases.users import add_contract_user, remove_contract_user

__all__ = [
    "add_contract_user",
    "approve_small_group",
    "as_before",
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
    "remove_contract_user",
]
