"""A training's records: the trainer's month, and the list of all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, lazyload

from portal.audit.record import note_shown
from portal.capacity.access import is_of_provider
from portal.capacity.models import Training
from portal.capacity.rules import TrainingState
from portal.enrolments.models import Enrolment
from portal.enrolments.people import enrolments_seen_by
from portal.organisations.models import Person
from portal.permissions import Role
from portal.procurement.rules import Unit
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound
from portal.workdays.access import (
    is_sponsor,
    sponsors_training,
    trainers_training,
    training_seen,
)
from portal.workdays.ledger import accepted_days, lines_of, standing, to_settle, unit_of
from portal.workdays.models import WorkdayLine, WorkdayRecord
from portal.workdays.rules import (
    NOTHING,
    Named,
    RecordState,
    absent_too_much,
    first_day,
    is_period,
    last_day,
    period_of,
    periods_between,
)
from portal.workdays.usecases.alerting import absence_limits


@dataclass(frozen=True)
class Participant:
    """Somebody who may have days in the month; the amounts are what the field begins with."""

    named: Named
    ended_on: date | None
    days: Decimal | None
    absent: Decimal | None


@dataclass(frozen=True)
class MonthPage:
    """A training's month for the trainer: who may have days, and how the month stands.

    ``state`` is None for a month that is not recorded, ``disputed`` why the sponsor disputes it.
    """

    training: Training
    unit: Unit
    period: str
    months: list[tuple[str, str | None]]
    state: str | None
    disputed: str
    people: list[Participant]
    may_record: bool

    @property
    def named(self) -> list[Named]:
        """Everybody that a row may name."""
        return [one.named for one in self.people]


def month_page(
    session: Session, training_id: UUID, period: str | None, person: Person, at: datetime
) -> MonthPage:
    """The month asked for, or the first that waits to be recorded.

    The fields begin with what was recorded, in a month not recorded with the month before. Raises
    NotFound for another provider's training and for a month before its first or not yet begun.
    """
    training = trainers_training(session, training_id, person)
    months = _months(session, training, day_in_helsinki(at))
    if period is None:
        open_ones = [one for one, state in months if state not in ("accepted", "recorded")]
        period = [*open_ones, months[-1][0]][0] if months else period_of(training.starts)
    elif period not in [one for one, _state in months]:
        raise NotFound
    record = standing(session, training, period)
    state = None if record is None else record.state
    begin: dict[UUID, tuple[Decimal, Decimal | None]]
    if state == RecordState.ACCEPTED:
        accepted = accepted_days(session, training, period)
        begin = {key: (days, None) for key, days in accepted.items()}
    else:
        begin = _lines(session, record or _latest_before(session, training, period))
    return MonthPage(
        training=training,
        unit=unit_of(session, training),
        period=period,
        months=months,
        state=state,
        disputed=record.settled_reason if record and state == RecordState.DISPUTED else "",
        people=_people(session, training, period, begin),
        may_record=training.state == TrainingState.OPEN and state != RecordState.ACCEPTED,
    )


def _months(session: Session, training: Training, today: date) -> list[tuple[str, str | None]]:
    """Every month from the start until now, with the state of its record."""
    states = dict(
        session.execute(
            select(WorkdayRecord.period, WorkdayRecord.state).where(
                WorkdayRecord.training_id == training.id,
                WorkdayRecord.corrects_id.is_(None),
                WorkdayRecord.state != RecordState.REPLACED,
            )
        ).all()
    )
    months = periods_between(period_of(training.starts), period_of(today))
    return [(month, states.get(month)) for month in months]


def _latest_before(session: Session, training: Training, period: str) -> WorkdayRecord | None:
    return session.scalar(
        select(WorkdayRecord)
        .options(lazyload("*"))
        .where(
            WorkdayRecord.training_id == training.id,
            WorkdayRecord.period < period,
            WorkdayRecord.corrects_id.is_(None),
            WorkdayRecord.state != RecordState.REPLACED,
        )
        .order_by(WorkdayRecord.period.desc())
        .limit(1)
    )


def _lines(
    session: Session, record: WorkdayRecord | None
) -> dict[UUID, tuple[Decimal, Decimal | None]]:
    if record is None:
        return {}
    return {key: (days, absent) for key, days, absent in lines_of(session, record)}


def _people(
    session: Session,
    training: Training,
    period: str,
    begin: dict[UUID, tuple[Decimal, Decimal | None]],
) -> list[Participant]:
    found = session.execute(
        select(
            Enrolment.id,
            Enrolment.name,
            Enrolment.external_key,
            Enrolment.started_on,
            Enrolment.ended_on,
        )
        .where(Enrolment.training_id == training.id, Enrolment.started_on.is_not(None))
        .order_by(Enrolment.name, Enrolment.id)
    ).all()
    note_shown(session, *(row.id for row in found))
    first, last = first_day(period), last_day(period)
    return [
        Participant(Named(key, name, external_key), ended_on, *begin.get(key, (None, None)))
        for key, name, external_key, started_on, ended_on in found
        if started_on is not None
        and min(started_on, training.starts) <= last
        and (ended_on is None or ended_on >= first)
    ]


@dataclass(frozen=True)
class LineShown:
    """One person of a record that the reader sees."""

    name: str
    days: Decimal
    absent: Decimal | None
    much_absent: bool


@dataclass(frozen=True)
class RecordShown:
    """A record with the lines that its reader sees; ``others`` are those that they do not."""

    id: UUID
    period: str
    state: str
    is_correction: bool
    reason: str
    recorded_by: str
    recorded_at: datetime
    settled_by: str | None
    settled_at: datetime | None
    settled_reason: str
    lines: list[LineShown] = field(default_factory=list)
    others: list[Decimal] = field(default_factory=list)
    total: Decimal = NOTHING


@dataclass(frozen=True)
class RecordsPage:
    """All records of a training, the newest month first, and what the reader may do."""

    training: Training
    unit: Unit
    records: list[RecordShown]
    accepted: Decimal
    may_record: bool
    may_correct: bool
    may_settle: bool


def records_page(session: Session, training_id: UUID, person: Person) -> RecordsPage:
    """The records that stand, and those that were disputed and recorded anew. Raises NotFound."""
    training = training_seen(session, training_id, person)
    unit = unit_of(session, training)
    rows = _records(session, training)
    shown = _with_lines(session, training, person, unit, rows)
    trainer = is_of_provider(person, training, Role.TRAINER)
    return RecordsPage(
        training=training,
        unit=unit,
        records=shown,
        accepted=sum((one.total for one in shown if one.state == RecordState.ACCEPTED), NOTHING),
        may_record=trainer and training.state == TrainingState.OPEN,
        may_correct=trainer,
        may_settle=is_sponsor(person, training),
    )


def _records(session: Session, training: Training) -> list[RecordShown]:
    trainer, sponsor = aliased(Person), aliased(Person)
    found = session.execute(
        select(
            WorkdayRecord.id,
            WorkdayRecord.period,
            WorkdayRecord.state,
            WorkdayRecord.corrects_id,
            WorkdayRecord.reason,
            trainer.name,
            WorkdayRecord.recorded_at,
            sponsor.name,
            WorkdayRecord.settled_at,
            WorkdayRecord.settled_reason,
        )
        .join(trainer, trainer.id == WorkdayRecord.recorded_by_id)
        .outerjoin(sponsor, sponsor.id == WorkdayRecord.settled_by_id)
        .where(
            WorkdayRecord.training_id == training.id,
            (WorkdayRecord.state != RecordState.REPLACED) | WorkdayRecord.settled_at.is_not(None),
        )
        .order_by(WorkdayRecord.period.desc(), WorkdayRecord.n.desc())
    )
    return [
        RecordShown(key, period, state, corrects is not None, *rest)
        for key, period, state, corrects, *rest in found
    ]


def _with_lines(
    session: Session,
    training: Training,
    person: Person,
    unit: Unit,
    records: Iterable[RecordShown],
) -> list[RecordShown]:
    by_id = {one.id: one for one in records}
    limits, in_days = absence_limits(session), unit != Unit.HOUR
    found = session.execute(
        select(
            WorkdayLine.record_id,
            Enrolment.id,
            Enrolment.name,
            WorkdayLine.days,
            WorkdayLine.absent,
            enrolments_seen_by(person).label("seen"),
        )
        .join(Enrolment, Enrolment.id == WorkdayLine.enrolment_id)
        .where(WorkdayLine.record_id.in_(by_id))
        .order_by(Enrolment.name, Enrolment.id)
    ).all()
    note_shown(session, *(row.id for row in found if row.seen))
    totals = dict.fromkeys(by_id, NOTHING)
    for key, _person, name, days, absent, seen in found:
        totals[key] += days
        if seen:
            much = absent_too_much(days, absent, limits, counted_in_days=in_days)
            by_id[key].lines.append(LineShown(name, days, absent, much))
        else:
            by_id[key].others.append(days)
    return [_totalled(one, totals[one.id]) for one in by_id.values()]


def _totalled(record: RecordShown, total: Decimal) -> RecordShown:
    return RecordShown(**{**record.__dict__, "total": total})


@dataclass(frozen=True)
class SettlePage:
    """The record, or correction, of a month that waits for its sponsor."""

    training: Training
    unit: Unit
    record: RecordShown


def settle_page(session: Session, training_id: UUID, period: str, person: Person) -> SettlePage:
    """What the sponsor is about to dispute. Raises NotFound where nothing waits."""
    training = sponsors_training(session, training_id, person)
    waiting = to_settle(session, training, period) if is_period(period) else None
    if waiting is None or waiting.state != RecordState.RECORDED:
        raise NotFound
    page = records_page(session, training_id, person)
    return SettlePage(
        training, page.unit, next(one for one in page.records if one.id == waiting.id)
    )


__all__ = [
    "LineShown",
    "MonthPage",
    "Participant",
    "RecordShown",
    "RecordsPage",
    "SettlePage",
    "month_page",
    "records_page",
    "settle_page",
]
