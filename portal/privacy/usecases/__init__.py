"""What is done with data about people."""

from portal.privacy.usecases.answering import (
    correct_participant,
    export_own_account,
    export_participant,
)
from portal.privacy.usecases.holding import place_hold, release_hold
from portal.privacy.usecases.periods import bring_periods, kinds_of, proposal_for, set_retention

__all__ = [
    "bring_periods",
    "correct_participant",
    "export_own_account",
    "export_participant",
    "kinds_of",
    "place_hold",
    "proposal_for",
    "release_hold",
    "set_retention",
]
