"""The records of contracts, read once for all indicators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from portal.capacity.models import CallOff, Training
from portal.contracts.models import Contract
from portal.enrolments.models import AfterGuidance, Enrolment, FollowUp, SelectionDecision
from portal.enrolments.rules import EnrolmentState
from portal.feedback.models import Feedback, Proposal
from portal.feedback.rules import Giver
from portal.indicators.models import TargetGroup
from portal.indicators.rules import (
    Answer,
    CalledOff,
    Participation,
    Proposed,
    Records,
    Reviewed,
    Visited,
)
from portal.meetings.models import Practice, PracticeReview, WorkplaceVisit
from portal.procurement.models import OptionClause
from portal.procurement.rules import OptionKind
from portal.shared.clock import day_in_helsinki, months_later

COUNTED = (
    Enrolment.id,
    Enrolment.training_id,
    Training.contract_id,
    Training.form,
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
        participations=_participations(session, trainings, contracts),
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
                    CallOff.form,
                )
                .where(CallOff.contract_id.in_(contracts))
                .order_by(CallOff.called_at, CallOff.id)
            )
        ),
        practices=_practices(session, contracts),
        answers=_answers(session, contracts),
        visits=tuple(
            Visited(*row)
            for row in session.execute(
                select(
                    WorkplaceVisit.id,
                    WorkplaceVisit.training_id,
                    Training.contract_id,
                    WorkplaceVisit.day,
                    Training.form,
                )
                .join(Training, Training.id == WorkplaceVisit.training_id)
                .where(WorkplaceVisit.training_id.in_(trainings), WorkplaceVisit.made.is_(True))
                .order_by(WorkplaceVisit.day, WorkplaceVisit.id)
            )
        ),
        proposals=_proposals(session, trainings),
    )


def _participations(
    session: Session, trainings: Select[UUID], contracts: Select[UUID]
) -> tuple[Participation, ...]:
    followed: dict[UUID, dict[int, str]] = defaultdict(dict)
    statuses = (
        select(FollowUp.enrolment_id, FollowUp.months, FollowUp.status)
        .join(Enrolment, Enrolment.id == FollowUp.enrolment_id)
        .where(Enrolment.training_id.in_(trainings))
        .order_by(FollowUp.at)
    )
    for enrolment_id, months, status in session.execute(statuses):
        followed[enrolment_id][months] = status
    decided = _decided(session, trainings)
    guided = _guided(session, trainings)
    windows = _windows(session, contracts)
    targets = _targets(session, contracts)
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
            form=row.form,
            decided_on=decided.get(row.id),
            guided=frozenset(guided[row.id]) if row.contract_id in windows else None,
            guidance_until=_until(row.ended_on, windows.get(row.contract_id)),
            in_target=row.status_at_start in targets[row.contract_id]
            if row.contract_id in targets
            else None,
        )
        for row in session.execute(people)
    )


def _until(ended_on: date | None, months: int | None) -> date | None:
    return None if ended_on is None or months is None else months_later(ended_on, months)


def _decided(session: Session, trainings: Select[UUID]) -> dict[UUID, date]:
    """The day of each one's latest decision of the selection."""
    found = session.execute(
        select(SelectionDecision.enrolment_id, SelectionDecision.at)
        .join(Enrolment, Enrolment.id == SelectionDecision.enrolment_id)
        .where(Enrolment.training_id.in_(trainings))
        .order_by(SelectionDecision.at)
    )
    return {enrolment_id: day_in_helsinki(at) for enrolment_id, at in found}


def _guided(session: Session, trainings: Select[UUID]) -> Mapping[UUID, set[str]]:
    """What of after-guidance stands for each, without what was taken back."""
    taken_back = select(AfterGuidance.corrects_id).where(AfterGuidance.corrects_id.is_not(None))
    found = session.execute(
        select(AfterGuidance.enrolment_id, AfterGuidance.state)
        .join(Enrolment, Enrolment.id == AfterGuidance.enrolment_id)
        .where(
            Enrolment.training_id.in_(trainings),
            AfterGuidance.corrects_id.is_(None),
            AfterGuidance.id.not_in(taken_back),
        )
    )
    stands: dict[UUID, set[str]] = defaultdict(set)
    for enrolment_id, state in found:
        stands[enrolment_id].add(state)
    return stands


def _windows(session: Session, contracts: Select[UUID]) -> dict[UUID, int | None]:
    """The months of after-guidance by contract, of those whose lot has an option of it."""
    found = session.execute(
        select(Contract.id, OptionClause.window_months)
        .join(OptionClause, OptionClause.lot_id == Contract.lot_id)
        .where(Contract.id.in_(contracts), OptionClause.kind == OptionKind.AFTER_GUIDANCE)
        # The first clause comes last, and so stands (`guidance.access.guidance_clause`).
        .order_by(OptionClause.position.desc())
    )
    return {row.id: row.window_months for row in found}


def _targets(session: Session, contracts: Select[UUID]) -> dict[UUID, frozenset[str]]:
    """The starting statuses of the target group by contract, of lots that name some."""
    found = session.execute(
        select(Contract.id, TargetGroup.statuses)
        .join(TargetGroup, TargetGroup.lot_id == Contract.lot_id)
        .where(Contract.id.in_(contracts))
        .order_by(TargetGroup.n)
    )
    latest = {contract_id: frozenset(statuses) for contract_id, statuses in found}
    return {contract_id: statuses for contract_id, statuses in latest.items() if statuses}


def _proposals(session: Session, trainings: Select[UUID]) -> tuple[Proposed, ...]:
    found = session.execute(
        select(
            Proposal.id,
            Proposal.training_id,
            Training.contract_id,
            Proposal.made_at,
            Proposal.answered_at,
            Training.form,
        )
        .join(Training, Training.id == Proposal.training_id)
        .where(Proposal.training_id.in_(trainings))
        .order_by(Proposal.made_at, Proposal.id)
    )
    return tuple(
        Proposed(
            key, training_id, contract_id, day_in_helsinki(made), at and day_in_helsinki(at), form
        )
        for key, training_id, contract_id, made, at, form in found
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
            Training.form,
        )
        .join(Training, Training.id == Feedback.training_id)
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
            form,
        )
        for key, training_id, contract_id, participant, employer, points, at, form in found
    )
