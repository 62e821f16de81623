"""What a sponsor's trainings wait for in this room: records to accept or dispute."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.enrolments.queries.waiting import SponsoredTraining, TrainingNeed
from portal.organisations.models import Person
from portal.shared.clock import day_in_helsinki
from portal.workdays.models import WorkdayRecord
from portal.workdays.rules import RecordState

RECORDS_TO_ACCEPT = "records_to_accept"


def records_to_accept(
    session: Session, person: Person, trainings: Sequence[SponsoredTraining], today: date
) -> Iterable[TrainingNeed]:
    """The trainings whose records wait for the sponsor, since the day of the earliest."""
    found = session.execute(
        select(WorkdayRecord.training_id, func.min(WorkdayRecord.recorded_at), func.count())
        .where(
            WorkdayRecord.state == RecordState.RECORDED,
            WorkdayRecord.training_id.in_([one.id for one in trainings]),
        )
        .group_by(WorkdayRecord.training_id)
    )
    for training_id, earliest, count in found:
        yield TrainingNeed(training_id, RECORDS_TO_ACCEPT, day_in_helsinki(earliest), count)
