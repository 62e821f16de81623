"""The records of contracts, read once for all indicators."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from portal.capacity.models import CallOff, Training
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment, FollowUp
from portal.enrolments.rules import EnrolmentState
from portal.feedback.models import Feedback
from portal.feedback.rules import Giver
from portal.indicators.rules import Answer, CalledOff, Participation, Records, Reviewed
from portal.meetings.models import Practice, PracticeReview
from portal.shared.clock import day_in_helsinki

COUNTED = (
    Enrolment.id,
    Enrolment.training_id,
    Training.contract_id,
    Enrolment.state,
    Enrolment.status_at_start,
    Enrolment.sex,
    Enrolment.birth_year,
    Enrolment.education,
    Enrolment.started_on,
    Enrolment.ended_on,
    Enrolment.status_at_end,
    Enrolment.left_to,
    Enrolment.units,
    Enrolment.qualifications,
)
"""What is read of a participation: single columns, and no name among them."""


def records_of(session: Session, *which: ColumnElement[bool]) -> Records:
    """The records of the contracts that meet these conditions on Contract.

    Single columns and not rows of the tables, so that thousands of participants cost no more
    than their numbers.
    """
    contracts = select(Contract.id).where(*which)
    trainings = select(Training.id).where(Training.contract_id.in_(contracts))
    return Records(
        participations=_participations(session, trainings),
        call_offs=tuple(
            CalledOff(*row)
            for row in session.execute(
                select(
                    CallOff.id,
                    CallOff.contract_id,
                    CallOff.state,
                    CallOff.called_on,
                    CallOff.start_by,
                    CallOff.starts,
                )
                .where(CallOff.contract_id.in_(contracts))
                .order_by(CallOff.called_at, CallOff.id)
            )
        ),
        practices=_practices(session, contracts),
        answers=_answers(session, contracts),
    )


def _participations(session: Session, trainings: Select[UUID]) -> tuple[Participation, ...]:
    followed: dict[UUID, dict[int, str]] = defaultdict(dict)
    statuses = (
        select(FollowUp.enrolment_id, FollowUp.months, FollowUp.status)
        .join(Enrolment, Enrolment.id == FollowUp.enrolment_id)
        .where(Enrolment.training_id.in_(trainings))
        .order_by(FollowUp.at)
    )
    for enrolment_id, months, status in session.execute(statuses):
        followed[enrolment_id][months] = status
    people = (
        select(*COUNTED)
        .join(Training, Training.id == Enrolment.training_id)
        .where(Enrolment.training_id.in_(trainings))
        .order_by(Enrolment.applied_at, Enrolment.id)
    )
    return tuple(
        Participation(
            id=row.id,
            training_id=row.training_id,
            contract_id=row.contract_id,
            state=EnrolmentState(row.state),
            status_at_start=row.status_at_start,
            sex=row.sex,
            birth_year=row.birth_year,
            education=row.education,
            started_on=row.started_on,
            ended_on=row.ended_on,
            status_at_end=row.status_at_end,
            left_to=row.left_to,
            units=row.units or 0,
            qualifications=row.qualifications or 0,
            followed=followed.get(row.id, {}),
        )
        for row in session.execute(people)
    )


def _practices(session: Session, contracts: Select[UUID]) -> tuple[Reviewed, ...]:
    found = session.execute(
        select(Practice.id, Practice.contract_id, PracticeReview.status, PracticeReview.at)
        .outerjoin(PracticeReview, PracticeReview.practice_id == Practice.id)
        .where(Practice.contract_id.in_(contracts))
        .order_by(Practice.agreed_at, Practice.id, PracticeReview.at)
    )
    # The latest review comes last, and so stands.
    latest = {
        key: Reviewed(key, contract_id, status or "open", at and day_in_helsinki(at))
        for key, contract_id, status, at in found
    }
    return tuple(latest.values())


def _answers(session: Session, contracts: Select[UUID]) -> tuple[Answer, ...]:
    found = session.execute(
        select(
            Feedback.id,
            Feedback.training_id,
            Feedback.contract_id,
            Feedback.enrolment_id,
            Feedback.employer_id,
            Feedback.points,
            Feedback.given_at,
        )
        .where(Feedback.contract_id.in_(contracts))
        .order_by(Feedback.given_at, Feedback.id)
    )
    return tuple(
        Answer(
            key,
            training_id,
            contract_id,
            Giver.PARTICIPANT if participant else (Giver.EMPLOYER if employer else Giver.SPONSOR),
            points,
            day_in_helsinki(at),
        )
        for key, training_id, contract_id, participant, employer, points, at in found
    )
