"""What changes a contract in force."""

from portal.options.usecases.changing import (
    change_contract,
    consent_to_change,
    refuse_change,
    running_total,
)
from portal.options.usecases.exercising import exercise_option
from portal.options.usecases.passing_on import hand_over, pass_contract
from portal.options.usecases.reminding import remind_of_notice_days

__all__ = [
    "change_contract",
    "consent_to_change",
    "exercise_option",
    "hand_over",
    "pass_contract",
    "refuse_change",
    "remind_of_notice_days",
    "running_total",
]
