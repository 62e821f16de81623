"""What the report says of people over all trainings: the indicators of cases/FORMAT.md."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.cases.stage import Stage
from portal.indicators.rules import Period
from portal.reports.programme.queries import table_of


def reported_indicators(session: Session, stage: Stage) -> dict[str, Any]:
    """Who started, and with which status they completed, over the whole of the case."""
    trainings = select(Training.id).where(Training.id.in_(list(stage.trainings.values())))
    return table_of(session, trainings, Period()).as_reported()
