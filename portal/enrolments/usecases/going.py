"""From the start to what became of it. By the provider's trainers, but for the follow-up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as rows
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.capacity.ledger import committed_left, deliver
from portal.capacity.models import Training
from portal.capacity.usecases.trainings import note_started, require_open
from portal.enrolments.access import is_own_sponsor, require_trainer
from portal.enrolments.models import BackgroundReport, Enrolment, FollowUp
from portal.enrolments.people import keys_of, read_together
from portal.enrolments.rules import (
    ENDED,
    EnrolmentState,
    moved,
    require_ends_after_start,
    require_group,
    require_state,
)
from portal.evaluation.rules import require_reason
from portal.organisations.models import Person
from portal.procurement.models import Lot
from portal.procurement.rules import Unit
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.shared.identity_codes import require_no_identity_code

PACKAGE = Decimal(1)


def start(
    session: Session,
    *,
    training: Training,
    enrolments: Sequence[Enrolment],
    on: date | None = None,
    by: Person,
    at: datetime,
) -> None:
    """People who were selected start, on that day; without one, today.

    A start may be before the day that was confirmed, since who is ready may begin; the pages do
    not take a day ahead. Where the lot's unit is the training package, one is delivered for each
    person, from the call-off whose place they have. Raises ``wrong_state``, ``not_selected``,
    ``capacity_exceeded``.
    """
    chain = training.contract.procurement_id
    with acting(session, "start", chain=chain, by=by.id, at=at) as facts:
        require_trainer(by, training)
        require_open(training)
        people = read_together(session, keys_of(enrolments))
        if any(one.training_id != training.id for one in people):
            raise RuleBroken("wrong_state", field="enrolments")
        require_state("start", (one.state for one in people))
        day = on or day_in_helsinki(at)
        for one in people:
            one.state, one.started_on = moved(one.state, "start"), day
        if session.get_one(Lot, training.contract.lot_id).unit == Unit.TRAINING_PACKAGE:
            _deliver_packages(session, people, by, at)
        if people:
            note_started(training, at=at)
        facts.note(training=training.id, enrolments=[one.id for one in people], day=day.isoformat())


def _deliver_packages(
    session: Session, people: Sequence[Enrolment], by: Person, at: datetime
) -> None:
    left = committed_left(session, {one.call_off_id for one in people if one.call_off_id})
    for one in people:
        called = one.call_off
        if called is None or left[called.id] < PACKAGE:
            raise RuleBroken("capacity_exceeded")
        left[called.id] -= PACKAGE
        deliver(session, called, PACKAGE, reason="", by=by, at=at)


def complete(
    session: Session,
    *,
    enrolment: Enrolment,
    day: date,
    status: str,
    units: int,
    qualifications: int,
    by: Person,
    at: datetime,
) -> None:
    """The training is completed; how many qualification units and qualifications came of it.

    Raises ``wrong_state``, ``not_started``, ``ends_before_start``.
    """
    with acting(session, "complete", chain=_chain(enrolment), by=by.id, at=at) as facts:
        _end(enrolment, "complete", day, status, by)
        enrolment.units, enrolment.qualifications = units, qualifications
        facts.note(enrolment=enrolment.id, day=day.isoformat(), status=status, units=units)


def leave_early(
    session: Session,
    *,
    enrolment: Enrolment,
    day: date,
    to: str,
    status: str,
    by: Person,
    at: datetime,
) -> None:
    """The person leaves early for work or studies: a result of its own, never an interruption.

    Source: 2410-2415 of the study. Raises ``wrong_state``, ``not_started``,
    ``ends_before_start``.
    """
    with acting(session, "leave_early", chain=_chain(enrolment), by=by.id, at=at) as facts:
        _end(enrolment, "leave_early", day, status, by)
        enrolment.left_to = to
        facts.note(enrolment=enrolment.id, day=day.isoformat(), status=status, to=to)


def interrupt(
    session: Session,
    *,
    enrolment: Enrolment,
    day: date,
    reason: str,
    status: str,
    by: Person,
    at: datetime,
) -> None:
    """The training breaks off, for a reason that is neither work nor studies.

    Raises ``wrong_state``, ``not_started``, ``reason_missing``, ``identity_code``,
    ``ends_before_start``.
    """
    with acting(session, "interrupt", chain=_chain(enrolment), by=by.id, at=at) as facts:
        _end(enrolment, "interrupt", day, status, by, reason=reason)
        enrolment.end_reason = reason.strip()
        facts.note(enrolment=enrolment.id, day=day.isoformat(), status=status)


def _chain(enrolment: Enrolment) -> UUID:
    return enrolment.training.contract.procurement_id


def _end(
    enrolment: Enrolment,
    act: str,
    day: date,
    status: str,
    by: Person,
    *,
    reason: str | None = None,
) -> None:
    """End the training for a person; also in a closed training, and not only on the day itself."""
    require_trainer(by, enrolment.training)
    state = moved(enrolment.state, act)
    if reason is not None:
        require_reason(reason)
        require_no_identity_code(("reason", reason))
    require_ends_after_start(enrolment.started_on, day)
    enrolment.state, enrolment.ended_on, enrolment.status_at_end = state, day, status


def follow_up(
    session: Session, *, enrolment: Enrolment, months: int, status: str, by: Person, at: datetime
) -> FollowUp:
    """The status so many months after the end, by the office's sponsor; a later one replaces it.

    Raises ``wrong_state`` for somebody whose training has not ended.
    """
    chain = enrolment.training.contract.procurement_id
    with acting(session, "follow_up", chain=chain, by=by.id, at=at) as facts:
        if not is_own_sponsor(by, enrolment):
            raise RuleBroken("not_permitted")
        if EnrolmentState(enrolment.state) not in ENDED:
            raise RuleBroken("wrong_state")
        told = FollowUp(enrolment_id=enrolment.id, months=months, status=status, by_id=by.id, at=at)
        enrolment.follow_ups.append(told)
        session.flush()
        facts.note(enrolment=enrolment.id, months=months, status=status)
        return told


def report_background(
    session: Session,
    *,
    training: Training,
    immigrants: int,
    minorities: int,
    disabled: int,
    other_disadvantaged: int,
    by: Person,
    at: datetime,
) -> BackgroundReport:
    """Counts of sensitive groups, kept for the training and never for a person.

    A later report replaces an earlier. Raises ``group_too_small`` (fewer than five started),
    ``more_than_started``.
    """
    chain = training.contract.procurement_id
    with acting(session, "report_background", chain=chain, by=by.id, at=at) as facts:
        require_trainer(by, training)
        counts = (immigrants, minorities, disabled, other_disadvantaged)
        require_group(started_in(session, training), counts)
        earlier = rows(BackgroundReport).where(
            BackgroundReport.training_id == training.id, BackgroundReport.replaced_at.is_(None)
        )
        for one in session.scalars(earlier):
            one.replaced_at = at
        told = BackgroundReport(
            training_id=training.id,
            immigrants=immigrants,
            minorities=minorities,
            disabled=disabled,
            other_disadvantaged=other_disadvantaged,
            by_id=by.id,
            at=at,
        )
        session.add(told)
        session.flush()
        facts.note(training=training.id, report=told.id)
        return told


def started_in(session: Session, training: Training) -> int:
    """How many have started in the training, whatever became of it."""
    started = rows(func.count()).select_from(Enrolment)
    return (
        session.scalar(
            started.where(Enrolment.training_id == training.id, Enrolment.started_on.is_not(None))
        )
        or 0
    )
