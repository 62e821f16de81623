"""What the sponsor does with a record: accept it, or dispute it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.capacity.access import sponsors_office
from portal.capacity.ledger import committed_left, deliver, enter, take_back_delivery
from portal.capacity.models import Training
from portal.capacity.rules import EntryKind, TrainingState
from portal.capacity.usecases.trainings import note_sponsor
from portal.organisations.models import Organisation, Person
from portal.permissions import require
from portal.shared.errors import RuleBroken
from portal.workdays.ledger import drawn_from, lines_of, to_settle
from portal.workdays.models import WorkdayRecord
from portal.workdays.rules import NOTHING, Amounts, RecordState, moved, require_committed, sums


def accept_workdays(
    session: Session,
    *,
    training: Training,
    period: str,
    seen: UUID | None = None,
    by: Person,
    at: datetime,
) -> WorkdayRecord:
    """Accept the month's record, or the correction that waits: what is committed is delivered.

    A record's amounts are delivered whatever the price model; a training package has been since
    its person started. ``seen`` is the record that the sponsor had in sight. Raises
    ``wrong_state`` (nothing waits for acceptance), ``changed_meanwhile``.
    """
    chain = training.contract.procurement_id
    with acting(session, "accept_workdays", chain=chain, by=by.id, at=at) as facts:
        office = _require_sponsor(session, "accept_workdays", training, by)
        record = _settled(session, "accept_workdays", training, period, seen, by, at)
        days = sums((key, amount) for key, amount, _absent in lines_of(session, record))
        _moved_in_ledger(session, training, days, period, by, at)
        note_sponsor(training, by, office, named_by=by, at=at)
        facts.note(
            training=training.id,
            period=period,
            record=record.id,
            total=sum(days.values(), NOTHING),
        )
        return record


def dispute_workdays(
    session: Session,
    *,
    training: Training,
    period: str,
    reason: str = "",
    seen: UUID | None = None,
    by: Person,
    at: datetime,
) -> WorkdayRecord:
    """Dispute what waits for acceptance; the trainer then records the month anew.

    Raises ``wrong_state`` (nothing waits for acceptance), ``changed_meanwhile``.
    """
    chain = training.contract.procurement_id
    with acting(session, "dispute_workdays", chain=chain, by=by.id, at=at) as facts:
        office = _require_sponsor(session, "dispute_workdays", training, by)
        record = _settled(session, "dispute_workdays", training, period, seen, by, at)
        record.settled_reason = reason.strip()
        note_sponsor(training, by, office, named_by=by, at=at)
        facts.note(training=training.id, period=period, record=record.id)
        return record


def awaits_acceptance(session: Session, training: Training) -> bool:
    """Whether a record of the training, or a correction, waits for the sponsor.

    A disputed one does not: it waits for the trainer, who may never record anew.
    """
    waiting = select(WorkdayRecord.id).where(
        WorkdayRecord.training_id == training.id, WorkdayRecord.state == RecordState.RECORDED
    )
    return session.scalar(waiting.limit(1)) is not None


def _require_sponsor(session: Session, act: str, training: Training, by: Person) -> Organisation:
    office = sponsors_office(session, by, training)
    require(by, act, office.id)
    return office


def _settled(
    session: Session,
    act: str,
    training: Training,
    period: str,
    seen: UUID | None,
    by: Person,
    at: datetime,
) -> WorkdayRecord:
    record = to_settle(session, training, period)
    if record is None:
        raise RuleBroken("wrong_state")
    if seen is not None and seen != record.id:
        raise RuleBroken("changed_meanwhile")
    record.state = moved(record.state, act)
    record.settled_by_id, record.settled_at = by.id, at
    return record


def _moved_in_ledger(
    session: Session, training: Training, days: Amounts, period: str, by: Person, at: datetime
) -> None:
    """Deliver, or take back, on the call-off of each person's office."""
    draws = drawn_from(session, training, days)
    require_committed(
        {one.id: amount for one, amount in draws.items()},
        committed_left(session, [one.id for one in draws]),
    )
    for call_off, amount in draws.items():
        if amount > 0:
            deliver(session, call_off, amount, reason=period, by=by, at=at)
        elif amount < 0:
            take_back_delivery(session, call_off, -amount, reason=period, by=by, at=at)
            if training.state == TrainingState.CLOSED:
                # Nobody can use it any more, so it does not stay committed.
                enter(
                    session,
                    call_off.contract,
                    EntryKind.RELEASED,
                    -amount,
                    call_off=call_off,
                    reason=period,
                    by=by,
                    at=at,
                )
