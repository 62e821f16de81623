"""What the report says of people over all trainings: the indicators of cases/FORMAT.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cases.stage import Stage
from portal.enrolments.models import BackgroundReport, Enrolment
from portal.enrolments.rules import Education, EnrolmentState, Sex, Status

YOUNG, OLD = range(15, 25), range(55, 65)
COUNTED = (
    Enrolment.state,
    Enrolment.sex,
    Enrolment.birth_year,
    Enrolment.education,
    Enrolment.status_at_start,
    Enrolment.status_at_end,
    Enrolment.started_on,
    Enrolment.units,
    Enrolment.qualifications,
)
"""Single columns: what hangs on a person is not read to count thousands of them."""
GROUPS = ("immigrants", "minorities", "disabled", "other_disadvantaged")


def reported_indicators(session: Session, stage: Stage) -> dict[str, Any]:
    """Who started, and with which status they completed.

    Whoever was transferred is counted where they went on. Leaving early for work or studies
    counts as completed and is never an interruption.
    """
    trainings = list(stage.trainings.values())
    started = list(
        session.execute(
            select(*COUNTED).where(
                Enrolment.training_id.in_(trainings),
                Enrolment.started_on.is_not(None),
                Enrolment.state != EnrolmentState.TRANSFERRED,
            )
        )
    )
    with_result = {EnrolmentState.COMPLETED, EnrolmentState.LEFT_EARLY}
    completed = [one for one in started if one.state in with_result]
    ages = [one.started_on.year - one.birth_year for one in started if one.started_on]
    educated = Counter(one.education for one in started)
    return {
        "started": {
            **_people(started, (one.status_at_start for one in started)),
            "age_15_24": sum(age in YOUNG for age in ages),
            "age_55_64": sum(age in OLD for age in ages),
            **{level.value: educated[level.value] for level in Education},
            **_groups(session, stage),
        },
        "completed": _people(completed, (one.status_at_end or "" for one in completed)),
        "interrupted": sum(one.state == EnrolmentState.INTERRUPTED for one in started),
        "units": sum(one.units or 0 for one in started),
        "qualifications": sum(one.qualifications or 0 for one in started),
    }


def _people(people: Sequence[Any], statuses: Iterable[str]) -> dict[str, int]:
    """``unemployed`` counts the long-term unemployed too, ``outside`` those in education too."""
    counted = Counter(statuses)
    found = {status.value: counted[status.value] for status in Status}
    found[Status.UNEMPLOYED.value] += counted[Status.LONG_TERM_UNEMPLOYED.value]
    found[Status.OUTSIDE.value] += counted[Status.IN_EDUCATION.value]
    return {"total": len(people), "women": sum(one.sex == Sex.WOMAN for one in people), **found}


def _groups(session: Session, stage: Stage) -> dict[str, int]:
    columns = [func.coalesce(func.sum(getattr(BackgroundReport, name)), 0) for name in GROUPS]
    sums = session.execute(
        select(*columns).where(
            BackgroundReport.training_id.in_(list(stage.trainings.values())),
            BackgroundReport.replaced_at.is_(None),
        )
    ).one()
    return {name: int(value) for name, value in zip(GROUPS, sums, strict=True)}
