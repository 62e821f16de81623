"""What waits in call-offs and trainings."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, String, cast, or_, select

from portal.capacity.access import trainings_seen_by
from portal.capacity.arrangements.models import NeedBid, NeedTry, RankedContract, RankedNeed
from portal.capacity.arrangements.rules import NeedState, Outcome
from portal.capacity.models import CallOff, Training, TrainingSponsor
from portal.capacity.rules import CallOffState, TrainingState
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentState
from portal.feedback.models import Proposal
from portal.permissions import PROVIDING, Role
from portal.waiting.queries.reader import Reader
from portal.waiting.queries.rows import TRAINING, Search, search
from portal.waiting.rules import Wait
from portal.workdays.models import WorkdayRecord
from portal.workdays.rules import RecordState


def call_offs(reader: Reader) -> Iterable[Search]:
    """To answer for the provider; late ones for who called off."""
    providers = reader.places(*PROVIDING)
    callers = reader.places(Role.COURSE_SPONSOR, Role.PROCUREMENT_OFFICER)
    subject = Contract.reference + " / " + cast(CallOff.n, String)
    if providers:
        yield (
            search(Wait.CALL_OFF_TO_ANSWER, CallOff.id, subject, by=CallOff.start_by)
            .join(Contract, Contract.id == CallOff.contract_id)
            .where(CallOff.state == CallOffState.RESERVED, Contract.provider_id.in_(providers))
        )
    if callers or providers:
        yield (
            search(Wait.CALL_OFF_LATE, CallOff.id, subject, by=CallOff.start_by)
            .join(Contract, Contract.id == CallOff.contract_id)
            .where(
                CallOff.state == CallOffState.RESERVED,
                CallOff.called_by_id == reader.person.id,
                CallOff.start_by < reader.days.today,
                Contract.provider_id.not_in(providers),
            )
        )


def needs(reader: Reader) -> Iterable[Search]:
    """Needs of a ranking: declined by the last provider asked, or open for bids."""
    yield (
        search(Wait.CALL_OFF_DECLINED, RankedNeed.id, RankedNeed.field)
        .join(NeedTry, NeedTry.need_id == RankedNeed.id)
        .join(CallOff, CallOff.id == NeedTry.call_off_id)
        .where(
            RankedNeed.called_by_id == reader.person.id,
            RankedNeed.state == NeedState.PLACED,
            NeedTry.outcome == Outcome.CALLED,
            CallOff.state == CallOffState.DECLINED,
        )
    )
    providers = reader.places(Role.REPRESENTATIVE)
    if not providers:
        return
    made = select(NeedBid.id).where(
        NeedBid.need_id == RankedNeed.id, NeedBid.contract_id == Contract.id
    )
    yield (
        search(Wait.BID_TO_MAKE, RankedNeed.id, RankedNeed.field, moment=RankedNeed.due)
        .join(RankedContract, RankedContract.arrangement_id == RankedNeed.arrangement_id)
        .join(Contract, Contract.id == RankedContract.contract_id)
        .where(
            RankedNeed.state == NeedState.BIDDING,
            RankedNeed.due >= reader.days.at,
            Contract.provider_id.in_(providers),
            ~made.exists(),
        )
    )


def sponsored(reader: Reader) -> ColumnElement[bool]:
    """A condition on Training: the reader is named its course sponsor, for an office of theirs."""
    offices = reader.places(Role.COURSE_SPONSOR)
    return Training.id.in_(
        select(TrainingSponsor.training_id).where(
            TrainingSponsor.person_id == reader.person.id, TrainingSponsor.office_id.in_(offices)
        )
    )


def interviews(reader: Reader) -> Iterable[Search]:
    """Interviews whose outcome is missing."""
    offices = reader.places(Role.COURSE_SPONSOR)
    if not offices:
        return
    yield (
        search(Wait.INTERVIEW, Training.id, TRAINING, by=Training.starts, counted=True)
        .join(Contract, Contract.id == Training.contract_id)
        .join(Enrolment, Enrolment.training_id == Training.id)
        .where(
            sponsored(reader),
            Training.state == TrainingState.OPEN,
            Enrolment.state == EnrolmentState.APPLIED,
            Enrolment.office_id.in_(offices),
        )
    )


def records(reader: Reader) -> Iterable[Search]:
    """Records of workdays to accept, and those of the provider's that are disputed."""
    if reader.places(Role.COURSE_SPONSOR):
        yield _records(Wait.RECORD_TO_ACCEPT, RecordState.RECORDED).where(sponsored(reader))
    providers = reader.places(Role.TRAINER)
    if providers:
        yield _records(Wait.RECORD_DISPUTED, RecordState.DISPUTED).where(
            Contract.provider_id.in_(providers)
        )


def _records(kind: Wait, state: RecordState) -> Search:
    return (
        search(kind, Training.id, TRAINING, counted=True)
        .select_from(WorkdayRecord)
        .join(Training, Training.id == WorkdayRecord.training_id)
        .join(Contract, Contract.id == Training.contract_id)
        .where(WorkdayRecord.state == state)
    )


def records_to_make(reader: Reader) -> Iterable[Search]:
    """Months of which nothing has been recorded."""
    providers = reader.places(Role.TRAINER)
    if not providers:
        return
    days = reader.days
    recorded = select(WorkdayRecord.id).where(
        WorkdayRecord.training_id == Training.id, WorkdayRecord.period == days.period
    )
    there = select(Enrolment.id).where(
        Enrolment.training_id == Training.id,
        Enrolment.started_on <= days.last_month_ends,
        or_(Enrolment.ended_on.is_(None), Enrolment.ended_on >= days.last_month_begins),
    )
    yield (
        search(Wait.RECORD_TO_MAKE, Training.id, TRAINING + ", " + days.period)
        .join(Contract, Contract.id == Training.contract_id)
        .where(
            Contract.provider_id.in_(providers),
            Training.state == TrainingState.OPEN,
            there.exists(),
            ~recorded.exists(),
        )
    )


def proposals(reader: Reader) -> Iterable[Search]:
    """The reader's own, those that nobody owns, and for the buyer those that are overdue."""
    providers = reader.places(Role.TRAINER)
    buyers = reader.places(Role.PROCUREMENT_OFFICER)
    if not providers and not buyers:
        return
    unowned = Proposal.owner_id.is_(None)
    yield (
        search(Wait.PROPOSAL, Training.id, TRAINING, by=Proposal.due, counted=True)
        .select_from(Proposal)
        .join(Training, Training.id == Proposal.training_id)
        .join(Contract, Contract.id == Training.contract_id)
        .where(
            Proposal.answered_at.is_(None),
            or_(
                (Proposal.owner_id == reader.person.id)
                & or_(Contract.provider_id.in_(providers), Contract.buyer_id.in_(buyers)),
                Contract.provider_id.in_(providers) & unowned,
                Contract.buyer_id.in_(buyers) & or_(unowned, Proposal.due < reader.days.today),
            ),
            trainings_seen_by(reader.person),
        )
    )
