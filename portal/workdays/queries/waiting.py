"""What waits for a course sponsor: records to accept, and much absence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from portal.audit.record import note_shown
from portal.capacity.models import Training, TrainingSponsor
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.organisations.models import Organisation, Person
from portal.permissions import Role
from portal.procurement.models import Lot
from portal.procurement.rules import Unit
from portal.shared.clock import day_in_helsinki
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging
from portal.workdays.models import WorkdayLine, WorkdayRecord
from portal.workdays.rules import (
    NOTHING,
    RecordState,
    absent_too_much,
    first_day,
    period_of,
)
from portal.workdays.usecases.alerting import absence_limits


@dataclass(frozen=True)
class Waiting:
    """A record that waits for acceptance, without anybody's name."""

    id: UUID
    training_id: UUID
    contract: str
    n: int
    provider: dict[str, str]
    field: str
    period: str
    unit: str
    is_correction: bool
    recorded_at: datetime
    people: int = 0
    total: Decimal = NOTHING


@dataclass(frozen=True)
class WaitingPage:
    """A page of the records that wait, the oldest first."""

    rows: list[Waiting]
    paging: Paging


def waiting_page(session: Session, person: Person, n: int) -> WaitingPage:
    """The records of every training that this sponsor is named for."""
    mine = (WorkdayRecord.state == RecordState.RECORDED) & named_for(person)
    joined = select(WorkdayRecord.id).join(Training, Training.id == WorkdayRecord.training_id)
    total = session.scalar(select(func.count()).select_from(joined.where(mine).subquery())) or 0
    pages = paging(total, n)
    return WaitingPage(rows_of(session, mine, pages.offset), pages)


def rows_of(session: Session, condition: ColumnElement[bool], offset: int = 0) -> list[Waiting]:
    """One page of the records for which a condition holds, the oldest first, in two queries."""
    found = session.execute(
        select(
            WorkdayRecord.id,
            WorkdayRecord.training_id,
            Contract.reference,
            Training.n,
            Organisation.name,
            Training.field,
            WorkdayRecord.period,
            Lot.unit,
            WorkdayRecord.corrects_id,
            WorkdayRecord.recorded_at,
        )
        .join(Training, Training.id == WorkdayRecord.training_id)
        .join(Contract, Contract.id == Training.contract_id)
        .join(Organisation, Organisation.id == Contract.provider_id)
        .join(Lot, Lot.id == Contract.lot_id)
        .where(condition)
        .order_by(WorkdayRecord.recorded_at, WorkdayRecord.id)
        .limit(ROWS_ON_A_PAGE)
        .offset(offset)
    ).all()
    lines: dict[UUID, list[Decimal]] = {row[0]: [] for row in found}
    for key, days in session.execute(
        select(WorkdayLine.record_id, WorkdayLine.days).where(WorkdayLine.record_id.in_(lines))
    ):
        lines[key].append(days)
    return [
        Waiting(
            *row[:8],
            is_correction=row[8] is not None,
            recorded_at=row[9],
            people=len(lines[row[0]]),
            total=sum(lines[row[0]], NOTHING),
        )
        for row in found
    ]


@dataclass(frozen=True)
class AbsenceAlert:
    """Somebody of the sponsor's own office who was absent too much in a month."""

    training_id: UUID
    enrolment_id: UUID
    name: str
    period: str
    days: Decimal
    absent: Decimal
    unit: str


def absence_alerts(session: Session, person: Person, on: datetime) -> list[AbsenceAlert]:
    """Much absence in the records of this month and the one before, the newest month first."""
    this_month = first_day(period_of(day_in_helsinki(on)))
    since = period_of(this_month - timedelta(days=1))
    offices = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    limits = absence_limits(session)
    found = session.execute(
        select(
            Training.id,
            Enrolment.id,
            Enrolment.name,
            WorkdayRecord.period,
            WorkdayLine.days,
            WorkdayLine.absent,
            Lot.unit,
        )
        .join(WorkdayRecord, WorkdayRecord.id == WorkdayLine.record_id)
        .join(Enrolment, Enrolment.id == WorkdayLine.enrolment_id)
        .join(Training, Training.id == WorkdayRecord.training_id)
        .join(Contract, Contract.id == Training.contract_id)
        .join(Lot, Lot.id == Contract.lot_id)
        .where(
            WorkdayRecord.period >= since,
            WorkdayRecord.state != RecordState.REPLACED,
            WorkdayLine.absent.is_not(None),
            Enrolment.office_id.in_(offices),
            named_for(person),
        )
        .order_by(WorkdayRecord.period.desc(), Enrolment.name, Enrolment.id)
    )
    alerts = [
        AbsenceAlert(training_id, enrolment_id, name, period, days, absent, unit)
        for training_id, enrolment_id, name, period, days, absent, unit in found
        if absent is not None
        and absent_too_much(days, absent, limits, counted_in_days=unit != Unit.HOUR)
    ]
    note_shown(session, *(alert.enrolment_id for alert in alerts))
    return alerts


def named_for(person: Person) -> ColumnElement[bool]:
    """A condition on Training: this course sponsor is named for it and still holds the role."""
    offices = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    return exists().where(
        TrainingSponsor.training_id == Training.id,
        TrainingSponsor.person_id == person.id,
        TrainingSponsor.office_id.in_(offices),
    )
