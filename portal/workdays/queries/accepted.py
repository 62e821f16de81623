"""How much has been accepted, for the pages of trainings and the report."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.workdays.models import WorkdayLine, WorkdayRecord
from portal.workdays.rules import NOTHING, RecordState, sums


def accepted_workdays(session: Session, training: Training) -> Decimal:
    """The training's accepted amount with its accepted corrections, in the lot's unit."""
    return accepted_workdays_of(session, [training.id])[training.id]


def accepted_workdays_of(session: Session, trainings: Collection[UUID]) -> dict[UUID, Decimal]:
    """The same for several trainings, in one query."""
    lines = session.execute(
        select(WorkdayRecord.training_id, WorkdayLine.days)
        .join(WorkdayLine, WorkdayLine.record_id == WorkdayRecord.id)
        .where(
            WorkdayRecord.training_id.in_(trainings),
            WorkdayRecord.state == RecordState.ACCEPTED,
        )
    )
    return dict.fromkeys(trainings, NOTHING) | sums((key, amount) for key, amount in lines)
