"""What the report says of trainings."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.cases.stage import Stage
from portal.enrolments.queries.counts import counts_of
from portal.shared.numbers import shown
from portal.workdays.queries.accepted import accepted_workdays


def reported_trainings(session: Session, stage: Stage) -> dict[str, Any]:
    """Every training by its key: how many came how far, and the accepted workdays."""
    counted = counts_of(session, list(stage.trainings.values()))
    found = {}
    for key, training_id in stage.trainings.items():
        counts = counted[training_id]
        found[key] = {
            "applied": counts.applied,
            "selected": counts.selected,
            "started": counts.started,
            "completed": counts.completed,
            "left_early_for_work": counts.left_for_work,
            "left_early_for_studies": counts.left_for_studies,
            "interrupted": counts.interrupted,
            "units": counts.units,
            "qualifications": counts.qualifications,
            "workdays": shown(accepted_workdays(session, stage.training(session, key))),
        }
    return found
