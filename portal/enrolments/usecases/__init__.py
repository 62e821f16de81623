"""What is done with people in trainings."""

from portal.enrolments.usecases.going import (
    complete,
    follow_up,
    interrupt,
    leave_early,
    report_background,
    start,
)
from portal.enrolments.usecases.selecting import (
    apply,
    interview,
    reject,
    retention_known_by,
    select,
)
from portal.enrolments.usecases.transferring import transfer

__all__ = [
    "apply",
    "complete",
    "follow_up",
    "interrupt",
    "interview",
    "leave_early",
    "reject",
    "report_background",
    "retention_known_by",
    "select",
    "start",
    "transfer",
]
