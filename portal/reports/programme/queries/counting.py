"""What the table is counted from: single columns, read once and let go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.enrolments.models import BackgroundReport, Enrolment
from portal.indicators.rules import Period
from portal.reports.programme.rules import Background, Table, tallied

_AT_ONCE = 1_000
_COUNTED = (
    Enrolment.id,
    Enrolment.state,
    Enrolment.status_at_start,
    Enrolment.status_at_end,
    Enrolment.sex,
    Enrolment.birth_year,
    Enrolment.education,
    Enrolment.started_on,
    Enrolment.ended_on,
    Enrolment.units,
    Enrolment.qualifications,
)


def table_of(
    session: Session,
    trainings: Select[UUID],
    period: Period,
    *,
    people: ColumnElement[bool] | None = None,
    groups: ColumnElement[bool] | None = None,
) -> Table:
    """The table of these trainings, or of the people and the groups' reports meant in them.

    In two queries. People are read in parts and none is kept, whatever their number.
    """
    return tallied(
        people_of(session, trainings, true() if people is None else people),
        backgrounds_of(session, trainings, true() if groups is None else groups),
        period,
    )


def people_of(
    session: Session,
    trainings: Select[UUID],
    which: ColumnElement[bool],
    *more: Any,
) -> Iterator[Any]:
    """Single columns of everybody who started, in the order of their start."""
    found = session.execute(
        select(*_COUNTED, *more)
        .where(Enrolment.training_id.in_(trainings), Enrolment.started_on.is_not(None), which)
        .order_by(Enrolment.started_on, Enrolment.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    return cast("Iterator[Any]", found)


def backgrounds_of(
    session: Session, trainings: Select[UUID], which: ColumnElement[bool]
) -> list[Background]:
    """The standing reports of sensitive groups, in the order of the trainings' starts."""
    found = session.execute(
        select(
            Training.id,
            Training.starts,
            BackgroundReport.immigrants,
            BackgroundReport.minorities,
            BackgroundReport.disabled,
            BackgroundReport.other_disadvantaged,
        )
        .join(Training, Training.id == BackgroundReport.training_id)
        .where(Training.id.in_(trainings), BackgroundReport.replaced_at.is_(None), which)
        .order_by(Training.starts, Training.id)
    )
    return [Background(*row) for row in found]
