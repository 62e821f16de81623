"""Everything that waits for one person, over all rooms, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from portal.accessibility.queries import messages_waiting
from portal.capacity.access import trainings_seen_by
from portal.capacity.arrangements.models import NeedBid, NeedTry, RankedContract, RankedNeed
from portal.capacity.arrangements.rules import NeedState, Outcome
from portal.capacity.models import CallOff, Training, TrainingSponsor
from portal.capacity.rules import CallOffState, TrainingState
from portal.config import Settings
from portal.contracts.models import Approval, Contract
from portal.contracts.rules import ContractState
from portal.enrolments.models import Enrolment, FollowUp
from portal.enrolments.rules import EnrolmentState, due_follow_ups
from portal.feedback.models import Proposal
from portal.meetings.models import Attendance, Meeting, Practice
from portal.meetings.rules import MeetingState, PracticeStatus
from portal.options.models import OptionExercise
from portal.organisations.models import Person
from portal.permissions import PROVIDING, Role
from portal.procurement.models import OptionClause
from portal.scorecards.queries import scorecards_waiting
from portal.shared.clock import day_in_helsinki, months_later
from portal.shared.names import DEFAULT_LANGUAGE, name_in
from portal.underway.queries import ended_work
from portal.waiting.rules import Wait, Waiting, in_order
from portal.waiting.tendering import evaluations, openings
from portal.workdays.models import WorkdayRecord
from portal.workdays.rules import RecordState

MOST_SHOWN = 200
"""A page that lists more is no help; the rest shows once these are done."""


@dataclass(frozen=True)
class WaitingPage:
    """What waits: late, this week, and after that."""

    late: list[Waiting]
    this_week: list[Waiting]
    later: list[Waiting]
    more: int
    today: date

    @property
    def total(self) -> int:
        """How many things there are altogether."""
        return len(self.late) + len(self.this_week) + len(self.later) + self.more


@dataclass(frozen=True)
class _Reader:
    person: Person
    at: datetime
    today: date
    settings: Settings

    def places(self, *roles: Role) -> list[UUID]:
        return [one.id for one in self.person.organisations_as(*roles)]


def waiting_page(session: Session, person: Person, at: datetime, settings: Settings) -> WaitingPage:
    """What waits for this person, in the order of its days."""
    today = day_in_helsinki(at)
    found = waiting_for(session, person, at, settings)
    shown = found[:MOST_SHOWN]
    return WaitingPage(
        late=[one for one in shown if one.is_late(today)],
        this_week=[one for one in shown if not one.is_late(today) and one.is_this_week(today)],
        later=[one for one in shown if not one.is_this_week(today)],
        more=len(found) - len(shown),
        today=today,
    )


def waiting_for(
    session: Session, person: Person, at: datetime, settings: Settings
) -> list[Waiting]:
    """All of it, the most urgent first."""
    reader = _Reader(person, at, day_in_helsinki(at), settings)
    found: list[Waiting] = []
    for source in _SOURCES:
        found.extend(source(session, reader))
    return in_order(found)


def _tendering(session: Session, reader: _Reader) -> Iterable[Waiting]:
    yield from openings(session, reader.person, reader.at)
    yield from evaluations(session, reader.person)


def _call_offs(session: Session, reader: _Reader) -> Iterable[Waiting]:
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


def _needs(session: Session, reader: _Reader) -> Iterable[Waiting]:
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


def _sponsored(reader: _Reader) -> ColumnElement[bool]:
    offices = reader.places(Role.COURSE_SPONSOR)
    return Training.id.in_(
        select(TrainingSponsor.training_id).where(
            TrainingSponsor.person_id == reader.person.id, TrainingSponsor.office_id.in_(offices)
        )
    )


def _interviews(session: Session, reader: _Reader) -> Iterable[Waiting]:
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


def _follow_ups(session: Session, reader: _Reader) -> Iterable[Waiting]:
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


def _records(session: Session, reader: _Reader) -> Iterable[Waiting]:
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


def _records_to_make(session: Session, reader: _Reader) -> Iterable[Waiting]:
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


def _practices(session: Session, reader: _Reader) -> Iterable[Waiting]:
    found = session.execute(
        select(Contract.id, Contract.reference, Practice.due, func.count())
        .select_from(Practice)
        .join(Contract, Contract.id == Practice.contract_id)
        .where(Practice.owner_id == reader.person.id, Practice.status == PracticeStatus.OPEN)
        .group_by(Contract.id, Contract.reference, Practice.due)
    )
    for key, reference, due, count in found:
        yield Waiting(Wait.PRACTICE, reference, due, "meetings.practices", key, count)


def _meetings(session: Session, reader: _Reader) -> Iterable[Waiting]:
    found = session.execute(
        select(Meeting.id, Contract.reference, Meeting.begins)
        .select_from(Meeting)
        .join(Contract, Contract.id == Meeting.contract_id)
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .where(Attendance.person_id == reader.person.id, Meeting.state == MeetingState.PLANNED)
    )
    for key, reference, begins in found:
        yield Waiting(Wait.MEETING, reference, day_in_helsinki(begins), "meetings.show", key)


def _proposals(session: Session, reader: _Reader) -> Iterable[Waiting]:
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


def _approvals(session: Session, reader: _Reader) -> Iterable[Waiting]:
    if not reader.places(Role.SIGNATORY, Role.REPRESENTATIVE):
        return
    sides = {
        "buyer": Contract.buyer_id.in_(reader.places(Role.SIGNATORY)),
        "provider": Contract.provider_id.in_(reader.places(Role.REPRESENTATIVE)),
    }
    found = session.execute(
        select(Contract.id, Contract.reference).where(
            Contract.state == ContractState.AWAITING_APPROVAL,
            or_(
                *[
                    mine
                    & ~select(Approval.id)
                    .where(Approval.contract_id == Contract.id, Approval.side == side)
                    .exists()
                    for side, mine in sides.items()
                ]
            ),
        )
    )
    for key, reference in found:
        yield Waiting(Wait.CONTRACT_TO_APPROVE, reference, None, "contracts.show", key)


def _options(session: Session, reader: _Reader) -> Iterable[Waiting]:
    buyers = reader.places(Role.PROCUREMENT_OFFICER)
    if not buyers:
        return
    used = (
        select(func.count())
        .select_from(OptionExercise)
        .where(
            OptionExercise.option_id == OptionClause.id, OptionExercise.contract_id == Contract.id
        )
        .scalar_subquery()
    )
    ahead = reader.today + timedelta(days=max(reader.settings.notice_reminder_days, default=0))
    found = session.execute(
        select(Contract.id, Contract.reference, OptionClause.key, OptionClause.notice_by)
        .join(OptionClause, OptionClause.lot_id == Contract.lot_id)
        .where(
            Contract.buyer_id.in_(buyers),
            Contract.state == ContractState.IN_FORCE,
            OptionClause.notice_by >= reader.today,
            OptionClause.notice_by <= ahead,
            used < OptionClause.times,
        )
    )
    for key, reference, option, notice_by in found:
        subject = f"{reference}: {option}"
        yield Waiting(Wait.OPTION_NOTICE, subject, notice_by, "options.index", key)


def _scorecards(session: Session, reader: _Reader) -> Iterable[Waiting]:
    for one in scorecards_waiting(session, reader.person, reader.today):
        subject = f"{name_in(one.provider, DEFAULT_LANGUAGE)} {one.first_day}–{one.last_day}"
        yield Waiting(Wait(f"scorecard_{one.what}"), subject, one.by, "scorecards.show", one.id)


def _accessibility(session: Session, reader: _Reader) -> Iterable[Waiting]:
    for key, received_on, due_on in messages_waiting(session, reader.person):
        yield Waiting(
            Wait.ACCESSIBILITY_TO_ANSWER, f"{received_on}", due_on, "accessibility.message", key
        )


def _work(session: Session, reader: _Reader) -> Iterable[Waiting]:
    for one in ended_work(session, reader.person):
        yield Waiting(Wait.WORK_READY, one.called, None, "underway.show", one.id)


_SOURCES: tuple[Callable[[Session, _Reader], Iterable[Waiting]], ...] = (
    _tendering,
    _call_offs,
    _needs,
    _interviews,
    _follow_ups,
    _records,
    _records_to_make,
    _practices,
    _meetings,
    _proposals,
    _approvals,
    _options,
    _scorecards,
    _accessibility,
    _work,
)
