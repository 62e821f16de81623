"""What is run from outside at its times (the day's work, backups): when it last went through."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.jobs.models import RoutineRun


class Routine(StrEnum):
    """What an alarm is given for when it has not gone through in time."""

    DAILY = "daily"
    RECORD_VERIFIED = "record_verified"
    BACKUP = "backup"


def note_run(session: Session, routine: Routine, *, whole: bool, at: datetime) -> None:
    """Keep that it has run; where it was not whole, the day it last was stays."""
    run = session.get(RoutineRun, routine.value) or RoutineRun(routine=routine.value)
    run.whole = whole
    run.ran_at = at
    if whole:
        run.whole_at = at
    session.add(run)


def routine_runs(session: Session) -> dict[str, RoutineRun]:
    """What has ever run, by its name."""
    return {run.routine: run for run in session.scalars(select(RoutineRun))}
