"""What waits in call-offs and trainings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from portal.capacity.access import trainings_seen_by
from portal.capacity.arrangements.models import NeedBid, NeedTry, RankedContract, RankedNeed
from portal.capacity.arrangements.rules import NeedState, Outcome
from portal.capacity.models import CallOff, Training, TrainingSponsor
from portal.capacity.rules import CallOffState, TrainingState
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment, FollowUp
from portal.enrolments.rules import EnrolmentState, due_follow_ups
from portal.feedback.models import Proposal
from portal.permissions import PROVIDING, Role
from portal.shared.clock import day_in_helsinki, months_later
from portal.waiting.queries.reader import Reader
from portal.waiting.rules import Wait, Waiting
from portal.workdays.models import WorkdayRecord
from portal.workdays.rules import RecordState


def call_offs(session: Session, reader: Reader) -> Iterable[Waiting]:
    """To answer for the provider; late ones for who called off."""
    providers = reader.places(*PROVIDING)
    offices = reader.places(Role.COURSE_SPONSOR)
    buyers = reader.places(Role.PROCUREMENT_OFFICER)
    if not providers and not offices and not buyers:
        return
    found = session.execute(
        select(
            CallOff.id,
            CallOff.n,
            CallOff.start_by,
            CallOff.called_by_id,
            Contract.reference,
            Contract.provider_id,
        )
        .join(Contract, Contract.id == CallOff.contract_id)
        .where(
            CallOff.state == CallOffState.RESERVED,
            or_(
                Contract.provider_id.in_(providers),
                CallOff.called_by_id == reader.person.id,
            ),
        )
    )
    for key, n, start_by, caller, reference, provider in found:
        subject = f"{reference} / {n}"
        if provider in providers:
            yield Waiting(Wait.CALL_OFF_TO_ANSWER, subject, start_by, "capacity.show", key)
        elif caller == reader.person.id and start_by < reader.today:
            yield Waiting(Wait.CALL_OFF_LATE, subject, start_by, "capacity.show", key)


def needs(session: Session, reader: Reader) -> Iterable[Waiting]:
    """Needs of a ranking: declined by the last provider asked, or open for bids."""
    declined = session.execute(
        select(RankedNeed.id, RankedNeed.field)
        .join(NeedTry, NeedTry.need_id == RankedNeed.id)
        .join(CallOff, CallOff.id == NeedTry.call_off_id)
        .where(
            RankedNeed.called_by_id == reader.person.id,
            RankedNeed.state == NeedState.PLACED,
            NeedTry.outcome == Outcome.CALLED,
            CallOff.state == CallOffState.DECLINED,
        )
    )
    for key, field in declined:
        yield Waiting(Wait.CALL_OFF_DECLINED, field, None, "arrangements.need", key)
    providers = reader.places(Role.REPRESENTATIVE)
    if not providers:
        return
    made = select(NeedBid.id).where(
        NeedBid.need_id == RankedNeed.id, NeedBid.contract_id == Contract.id
    )
    bidding = session.execute(
        select(RankedNeed.id, RankedNeed.field, RankedNeed.due)
        .join(RankedContract, RankedContract.arrangement_id == RankedNeed.arrangement_id)
        .join(Contract, Contract.id == RankedContract.contract_id)
        .where(
            RankedNeed.state == NeedState.BIDDING,
            RankedNeed.due >= reader.at,
            Contract.provider_id.in_(providers),
            ~made.exists(),
        )
    )
    for key, field, due in bidding:
        assert due is not None
        yield Waiting(Wait.BID_TO_MAKE, field, day_in_helsinki(due), "arrangements.need", key)


def _sponsored(reader: Reader) -> ColumnElement[bool]:
    offices = reader.places(Role.COURSE_SPONSOR)
    return Training.id.in_(
        select(TrainingSponsor.training_id).where(
            TrainingSponsor.person_id == reader.person.id, TrainingSponsor.office_id.in_(offices)
        )
    )


def interviews(session: Session, reader: Reader) -> Iterable[Waiting]:
    """Interviews whose outcome is missing."""
    offices = reader.places(Role.COURSE_SPONSOR)
    if not offices:
        return
    found = session.execute(
        select(Training.id, Contract.reference, Training.n, Training.starts, func.count())
        .join(Contract, Contract.id == Training.contract_id)
        .join(Enrolment, Enrolment.training_id == Training.id)
        .where(
            _sponsored(reader),
            Training.state == TrainingState.OPEN,
            Enrolment.state == EnrolmentState.APPLIED,
            Enrolment.office_id.in_(offices),
        )
        .group_by(Training.id, Contract.reference, Training.n, Training.starts)
    )
    for key, reference, n, starts, count in found:
        subject = f"{reference} / {n}"
        yield Waiting(Wait.INTERVIEW, subject, starts, "enrolments.training", key, count)


def follow_ups(session: Session, reader: Reader) -> Iterable[Waiting]:
    """People to be asked how it went on."""
    offices = reader.places(Role.COURSE_SPONSOR)
    months = sorted(reader.settings.follow_up_months)
    if not offices or not months:
        return
    since = reader.today - timedelta(days=31 * (months[-1] + 6))
    people = session.execute(
        select(Enrolment.id, Enrolment.ended_on, Training.id, Contract.reference, Training.n)
        .join(Training, Training.id == Enrolment.training_id)
        .join(Contract, Contract.id == Training.contract_id)
        .where(
            _sponsored(reader),
            Enrolment.office_id.in_(offices),
            Enrolment.ended_on >= since,
            Enrolment.ended_on <= months_later(reader.today, -months[0]),
        )
    ).all()
    known: dict[UUID, set[int]] = defaultdict(set)
    answered = session.execute(
        select(FollowUp.enrolment_id, FollowUp.months)
        .join(Enrolment, Enrolment.id == FollowUp.enrolment_id)
        .join(Training, Training.id == Enrolment.training_id)
        .where(_sponsored(reader), Enrolment.ended_on >= since)
    )
    for enrolment_id, n in answered:
        known[enrolment_id].add(n)
    due: dict[tuple[UUID, str], int] = defaultdict(int)
    for enrolment_id, ended_on, training_id, reference, n in people:
        assert ended_on is not None
        if due_follow_ups(ended_on, known[enrolment_id], months, reader.today):
            due[training_id, f"{reference} / {n}"] += 1
    for (training_id, subject), count in due.items():
        yield Waiting(Wait.FOLLOW_UP, subject, None, "enrolments.training", training_id, count)


def records(session: Session, reader: Reader) -> Iterable[Waiting]:
    """Records of workdays to accept."""
    if not reader.places(Role.COURSE_SPONSOR, Role.TRAINER):
        return
    found = session.execute(
        select(Training.id, Contract.reference, Training.n, WorkdayRecord.state, func.count())
        .select_from(WorkdayRecord)
        .join(Training, Training.id == WorkdayRecord.training_id)
        .join(Contract, Contract.id == Training.contract_id)
        .where(
            or_(
                (WorkdayRecord.state == RecordState.RECORDED) & _sponsored(reader),
                (WorkdayRecord.state == RecordState.DISPUTED)
                & Contract.provider_id.in_(reader.places(Role.TRAINER)),
            )
        )
        .group_by(Training.id, Contract.reference, Training.n, WorkdayRecord.state)
    )
    for key, reference, n, state, count in found:
        kind = Wait.RECORD_TO_ACCEPT if state == RecordState.RECORDED else Wait.RECORD_DISPUTED
        yield Waiting(kind, f"{reference} / {n}", None, "workdays.records", key, count)


def records_to_make(session: Session, reader: Reader) -> Iterable[Waiting]:
    """Months of which nothing has been recorded."""
    providers = reader.places(Role.TRAINER)
    if not providers:
        return
    last = reader.today.replace(day=1) - timedelta(days=1)
    period = f"{last:%Y-%m}"
    recorded = select(WorkdayRecord.id).where(
        WorkdayRecord.training_id == Training.id, WorkdayRecord.period == period
    )
    there = select(Enrolment.id).where(
        Enrolment.training_id == Training.id,
        Enrolment.started_on <= last,
        or_(Enrolment.ended_on.is_(None), Enrolment.ended_on >= last.replace(day=1)),
    )
    found = session.execute(
        select(Training.id, Contract.reference, Training.n)
        .join(Contract, Contract.id == Training.contract_id)
        .where(
            Contract.provider_id.in_(providers),
            Training.state == TrainingState.OPEN,
            there.exists(),
            ~recorded.exists(),
        )
    )
    for key, reference, n in found:
        subject = f"{reference} / {n}, {period}"
        yield Waiting(Wait.RECORD_TO_MAKE, subject, None, "workdays.records", key)


def proposals(session: Session, reader: Reader) -> Iterable[Waiting]:
    """The reader's own, those that nobody owns, and for the buyer those that are overdue."""
    providers = reader.places(Role.TRAINER)
    buyers = reader.places(Role.PROCUREMENT_OFFICER)
    if not providers and not buyers:
        return
    unowned = Proposal.owner_id.is_(None)
    found = session.execute(
        select(Training.id, Contract.reference, Training.n, Proposal.due, func.count())
        .select_from(Proposal)
        .join(Training, Training.id == Proposal.training_id)
        .join(Contract, Contract.id == Training.contract_id)
        .where(
            Proposal.answered_at.is_(None),
            or_(
                (Proposal.owner_id == reader.person.id)
                & or_(Contract.provider_id.in_(providers), Contract.buyer_id.in_(buyers)),
                Contract.provider_id.in_(providers) & unowned,
                Contract.buyer_id.in_(buyers) & or_(unowned, Proposal.due < reader.today),
            ),
            trainings_seen_by(reader.person),
        )
        .group_by(Training.id, Contract.reference, Training.n, Proposal.due)
    )
    for key, reference, n, due, count in found:
        yield Waiting(Wait.PROPOSAL, f"{reference} / {n}", due, "feedback.training", key, count)
