"""What waits in procurements, contracts, meetings and the portal itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.accessibility.queries import messages_waiting
from portal.contracts.models import Approval, Contract
from portal.contracts.rules import ContractState
from portal.meetings.models import Attendance, Meeting, Practice
from portal.meetings.rules import MeetingState, PracticeStatus
from portal.options.models import OptionExercise
from portal.permissions import Role
from portal.procurement.models import OptionClause
from portal.scorecards.queries import scorecards_waiting
from portal.shared.clock import day_in_helsinki
from portal.shared.names import DEFAULT_LANGUAGE, name_in
from portal.underway.queries import ended_work
from portal.waiting.queries.reader import Reader
from portal.waiting.rules import Wait, Waiting
from portal.waiting.tendering import evaluations, openings


def tendering(session: Session, reader: Reader) -> Iterable[Waiting]:
    """Openings and evaluations."""
    yield from openings(session, reader.person, reader.at)
    yield from evaluations(session, reader.person)


def practices(session: Session, reader: Reader) -> Iterable[Waiting]:
    """What the reader has promised at a meeting."""
    found = session.execute(
        select(Contract.id, Contract.reference, Practice.due, func.count())
        .select_from(Practice)
        .join(Contract, Contract.id == Practice.contract_id)
        .where(Practice.owner_id == reader.person.id, Practice.status == PracticeStatus.OPEN)
        .group_by(Contract.id, Contract.reference, Practice.due)
    )
    for key, reference, due, count in found:
        yield Waiting(Wait.PRACTICE, reference, due, "meetings.practices", key, count)


def meetings(session: Session, reader: Reader) -> Iterable[Waiting]:
    """Meetings that the reader is called to."""
    found = session.execute(
        select(Meeting.id, Contract.reference, Meeting.begins)
        .select_from(Meeting)
        .join(Contract, Contract.id == Meeting.contract_id)
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .where(Attendance.person_id == reader.person.id, Meeting.state == MeetingState.PLANNED)
    )
    for key, reference, begins in found:
        yield Waiting(Wait.MEETING, reference, day_in_helsinki(begins), "meetings.show", key)


def approvals(session: Session, reader: Reader) -> Iterable[Waiting]:
    """Contracts that the reader's side has not approved."""
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


def options(session: Session, reader: Reader) -> Iterable[Waiting]:
    """Options whose notice day comes near."""
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


def scorecards(session: Session, reader: Reader) -> Iterable[Waiting]:
    """Scorecards to assess, to answer or to let stand."""
    for one in scorecards_waiting(session, reader.person, reader.today):
        subject = f"{name_in(one.provider, DEFAULT_LANGUAGE)} {one.first_day}–{one.last_day}"
        yield Waiting(Wait(f"scorecard_{one.what}"), subject, one.by, "scorecards.show", one.id)


def accessibility(session: Session, reader: Reader) -> Iterable[Waiting]:
    """Messages about accessibility with their days."""
    for key, received_on, due_on in messages_waiting(session, reader.person):
        yield Waiting(
            Wait.ACCESSIBILITY_TO_ANSWER, f"{received_on}", due_on, "accessibility.message", key
        )


def work(session: Session, reader: Reader) -> Iterable[Waiting]:
    """Long work that has ended."""
    for one in ended_work(session, reader.person):
        yield Waiting(Wait.WORK_READY, one.called, None, "underway.show", one.id)
