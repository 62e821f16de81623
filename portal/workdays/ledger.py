"""What records draw on which call-off, read for both the verbs and the pages.

With pooling, each participant's days draw on the call-off of their own office; a participant
without one, on the training's first.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from portal.capacity.ledger import committed_left
from portal.capacity.models import CallOff, Training
from portal.capacity.rules import CallOffState
from portal.enrolments.models import Enrolment
from portal.procurement.models import Lot
from portal.procurement.rules import Unit
from portal.workdays.models import WorkdayLine, WorkdayRecord
from portal.workdays.rules import (
    NOTHING,
    UNACCEPTED,
    Amounts,
    Attended,
    RecordState,
    require_committed,
    sums,
)

Line = tuple[UUID, Decimal, Decimal | None]
# Everybody in a record, with all that is known of them, is not needed to look at its state.
_ROW_ALONE = select(WorkdayRecord).options(lazyload("*"))


def unit_of(session: Session, training: Training) -> Unit:
    """The unit of the lot that the training was called off from."""
    return Unit(session.get_one(Lot, training.contract.lot_id).unit)


def attended(session: Session, training: Training) -> dict[UUID, Attended]:
    """Everybody who has started in the training, with the days between which they may have days.

    Somebody's start may be entered after the training's own first day; what they did before counts.
    """
    found = session.execute(
        select(Enrolment.id, Enrolment.started_on, Enrolment.ended_on).where(
            Enrolment.training_id == training.id, Enrolment.started_on.is_not(None)
        )
    )
    return {
        key: Attended(min(started_on, training.starts), ended_on)
        for key, started_on, ended_on in found
        if started_on is not None
    }


def call_offs_of(
    session: Session, training: Training, people: Collection[UUID]
) -> dict[UUID, CallOff]:
    """The call-off that each person's days draw on."""
    standing = [one for one in training.call_offs if one.state == CallOffState.CONFIRMED]
    known = {one.id: one for one in standing}
    found = session.execute(
        select(Enrolment.id, Enrolment.call_off_id).where(Enrolment.id.in_(people))
    )
    return {
        key: standing[0] if call_off_id is None else known.get(call_off_id, standing[0])
        for key, call_off_id in found
    }


def drawn_from(session: Session, training: Training, days: Amounts) -> dict[CallOff, Decimal]:
    """What these days draw on each call-off; nothing where the unit is the training package."""
    if unit_of(session, training) == Unit.TRAINING_PACKAGE:
        return {}
    call_offs = call_offs_of(session, training, days.keys())
    known = {one.id: one for one in call_offs.values()}
    by_key = sums((call_offs[key].id, amount) for key, amount in days.items())
    return {known[key]: amount for key, amount in by_key.items()}


def require_room(session: Session, training: Training, period: str, days: Amounts) -> None:
    """Refuses by ``capacity_exceeded`` what, with the training's other unaccepted records, is too
    much for some call-off.

    What a correction would give back is counted on only once it is accepted.
    """
    draws = drawn_from(session, training, days)
    if not any(draws.values()):
        return
    others = [
        (key, amount)
        for key, amount in session.execute(
            select(WorkdayLine.enrolment_id, WorkdayLine.days)
            .join(WorkdayRecord, WorkdayRecord.id == WorkdayLine.record_id)
            .where(
                WorkdayRecord.training_id == training.id,
                WorkdayRecord.state.in_(UNACCEPTED),
                WorkdayRecord.period != period,
            )
        )
        if amount > 0
    ]
    taken = drawn_from(session, training, sums(others))
    together = {one.id: amount + taken.get(one, NOTHING) for one, amount in draws.items()}
    require_committed(together, committed_left(session, together.keys()))


def accepted_days(session: Session, training: Training, period: str) -> dict[UUID, Decimal]:
    """What is accepted for each person in a month, with its accepted corrections."""
    lines = session.execute(
        select(WorkdayLine.enrolment_id, WorkdayLine.days)
        .join(WorkdayRecord, WorkdayRecord.id == WorkdayLine.record_id)
        .where(
            WorkdayRecord.training_id == training.id,
            WorkdayRecord.period == period,
            WorkdayRecord.state == RecordState.ACCEPTED,
        )
    )
    return sums((key, amount) for key, amount in lines)


def standing(session: Session, training: Training, period: str) -> WorkdayRecord | None:
    """The month's record that is recorded, disputed or accepted; corrections are others."""
    return session.scalar(
        _ROW_ALONE.where(
            WorkdayRecord.training_id == training.id,
            WorkdayRecord.period == period,
            WorkdayRecord.corrects_id.is_(None),
            WorkdayRecord.state != RecordState.REPLACED,
        )
    )


def pending_correction(session: Session, training: Training, period: str) -> WorkdayRecord | None:
    """The month's correction that is not accepted, if there is one; at most one is."""
    return session.scalar(
        _ROW_ALONE.where(
            WorkdayRecord.training_id == training.id,
            WorkdayRecord.period == period,
            WorkdayRecord.corrects_id.is_not(None),
            WorkdayRecord.state.in_(UNACCEPTED),
        )
    )


def lines_of(session: Session, record: WorkdayRecord) -> list[Line]:
    """A kept record's lines: whose, the days, the absent days."""
    found = session.execute(
        select(WorkdayLine.enrolment_id, WorkdayLine.days, WorkdayLine.absent).where(
            WorkdayLine.record_id == record.id
        )
    )
    return [(key, days, absent) for key, days, absent in found]


def to_settle(session: Session, training: Training, period: str) -> WorkdayRecord | None:
    """What of the month waits for the sponsor: the record, or after it a correction."""
    record = standing(session, training, period)
    if record is not None and record.state == RecordState.ACCEPTED:
        return pending_correction(session, training, period) or record
    return record
