"""The trainer's record of a month, and corrections of one that was accepted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.capacity.models import Training
from portal.capacity.usecases.trainings import require_open
from portal.evaluation.rules import require_reason
from portal.organisations.models import Person
from portal.permissions import require
from portal.shared.errors import RuleBroken
from portal.workdays.ledger import (
    accepted_days,
    attended,
    pending_correction,
    require_room,
    standing,
)
from portal.workdays.models import WorkdayLine, WorkdayRecord
from portal.workdays.rules import (
    NOTHING,
    Amounts,
    RecordState,
    differences,
    require_not_ended,
    require_started,
)
from portal.workdays.usecases.alerting import tell_of_absences


def record_workdays(
    session: Session,
    *,
    training: Training,
    period: str,
    days: Mapping[UUID, Decimal],
    absent: Mapping[UUID, Decimal] | None = None,
    by: Person,
    at: datetime,
) -> WorkdayRecord:
    """Record a month, ``YYYY-MM``, for the participants named by their enrolments' keys.

    Amounts are in the lot's unit. It replaces what was recorded of the month and not accepted.
    Raises ``wrong_state`` (a closed training, or days after somebody's end), ``period_closed``,
    ``not_started``, ``capacity_exceeded``; ValueError for an amount below zero or what is no month.
    """
    absent = absent or {}
    if any(amount < 0 for amount in [*days.values(), *absent.values()]):
        raise ValueError("an amount below zero")
    chain = training.contract.procurement_id
    with acting(session, "record_workdays", chain=chain, by=by.id, at=at) as facts:
        require(by, "record_workdays", training.contract.provider_id)
        require_open(training)
        people = attended(session, training)
        require_not_ended(people, days, period)
        before = standing(session, training, period)
        if before is not None and before.state == RecordState.ACCEPTED:
            raise RuleBroken("period_closed")
        require_started(people, days, period)
        require_room(session, training, period, days)
        record = _written(session, training, period, before, days, absent, by, at)
        tell_of_absences(session, record, before, at=at)
        facts.note(
            training=training.id,
            period=period,
            record=record.id,
            n=record.n,
            total=sum(days.values(), NOTHING),
        )
        return record


def correct_workdays(
    session: Session,
    *,
    training: Training,
    period: str,
    days: Mapping[UUID, Decimal],
    reason: str,
    by: Person,
    at: datetime,
) -> WorkdayRecord:
    """Say what an accepted month's amounts should be; the differences wait for the sponsor.

    Whoever is not named keeps what was accepted. An earlier correction that was not accepted is
    replaced. A closed training's amounts can only become less. Raises ``wrong_state`` (nothing is
    accepted for the month, or days after somebody's end), ``reason_missing``, ``nothing_changed``,
    ``not_started``, ``capacity_exceeded``.
    """
    chain = training.contract.procurement_id
    with acting(session, "correct_workdays", chain=chain, by=by.id, at=at) as facts:
        require(by, "correct_workdays", training.contract.provider_id)
        accepted = standing(session, training, period)
        if accepted is None or accepted.state != RecordState.ACCEPTED:
            raise RuleBroken("wrong_state")
        people = attended(session, training)
        require_not_ended(people, days, period)
        require_reason(reason)
        changes = differences(accepted_days(session, training, period), days)
        require_started(people, changes, period)
        require_room(session, training, period, changes)
        before = pending_correction(session, training, period)
        record = _written(session, training, period, before, changes, {}, by, at)
        record.corrects_id, record.reason = accepted.id, reason.strip()
        facts.note(
            training=training.id,
            period=period,
            record=record.id,
            n=record.n,
            corrects=accepted.id,
            difference=sum(changes.values(), NOTHING),
        )
        return record


def _written(
    session: Session,
    training: Training,
    period: str,
    before: WorkdayRecord | None,
    days: Amounts,
    absent: Amounts,
    by: Person,
    at: datetime,
) -> WorkdayRecord:
    if before is not None:
        before.state = RecordState.REPLACED
        # One stands at a time, at every moment.
        session.flush()
    latest = select(func.max(WorkdayRecord.n)).where(
        WorkdayRecord.training_id == training.id, WorkdayRecord.period == period
    )
    record = WorkdayRecord(
        training_id=training.id,
        training=training,
        period=period,
        n=(session.scalar(latest) or 0) + 1,
        corrects_id=None if before is None else before.corrects_id,
        state=RecordState.RECORDED,
        recorded_by_id=by.id,
        recorded_at=at,
        lines=[
            WorkdayLine(enrolment_id=key, days=days.get(key, NOTHING), absent=absent.get(key))
            for key in dict.fromkeys([*days, *absent])
        ],
    )
    session.add(record)
    return record
