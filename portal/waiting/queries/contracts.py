"""What waits in contracts, meetings and the portal itself."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, or_, select

from portal.accessibility.models import AccessibilityMessage
from portal.contracts.models import Approval, Contract
from portal.contracts.rules import ContractState
from portal.jobs.models import Work
from portal.jobs.work import WorkState
from portal.meetings.models import Attendance, Meeting, Practice
from portal.meetings.rules import MeetingState, PracticeStatus
from portal.options.models import OptionExercise
from portal.permissions import Role, may
from portal.procurement.models import OptionClause, Procurement
from portal.waiting.queries.reader import Reader
from portal.waiting.queries.rows import Search, search
from portal.waiting.rules import Wait


def practices(reader: Reader) -> Iterable[Search]:
    """What the reader has promised at a meeting."""
    yield (
        search(Wait.PRACTICE, Contract.id, Contract.reference, by=Practice.due, counted=True)
        .select_from(Practice)
        .join(Contract, Contract.id == Practice.contract_id)
        .where(Practice.owner_id == reader.person.id, Practice.status == PracticeStatus.OPEN)
    )


def meetings(reader: Reader) -> Iterable[Search]:
    """Meetings that the reader is called to."""
    yield (
        search(Wait.MEETING, Meeting.id, Contract.reference, moment=Meeting.begins)
        .select_from(Meeting)
        .join(Contract, Contract.id == Meeting.contract_id)
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .where(Attendance.person_id == reader.person.id, Meeting.state == MeetingState.PLANNED)
    )


def approvals(reader: Reader) -> Iterable[Search]:
    """Contracts that the reader's side has not approved."""
    if not reader.places(Role.SIGNATORY, Role.REPRESENTATIVE):
        return
    sides = {
        "buyer": Contract.buyer_id.in_(reader.places(Role.SIGNATORY)),
        "provider": Contract.provider_id.in_(reader.places(Role.REPRESENTATIVE)),
    }
    yield search(Wait.CONTRACT_TO_APPROVE, Contract.id, Contract.reference).where(
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


def options(reader: Reader) -> Iterable[Search]:
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
    option = Contract.reference + ": " + OptionClause.key
    yield (
        search(Wait.OPTION_NOTICE, Contract.id, option, by=OptionClause.notice_by)
        .select_from(Contract)
        .join(OptionClause, OptionClause.lot_id == Contract.lot_id)
        .where(
            Contract.buyer_id.in_(buyers),
            Contract.state == ContractState.IN_FORCE,
            OptionClause.notice_by >= reader.days.today,
            OptionClause.notice_by <= reader.days.notices_until,
            used < OptionClause.times,
        )
    )


def accessibility(reader: Reader) -> Iterable[Search]:
    """Messages about accessibility with their days, each called by the day on which it came."""
    if may(reader.person, "answer_accessibility_message"):
        message = AccessibilityMessage
        yield search(
            Wait.ACCESSIBILITY_TO_ANSWER,
            message.id,
            None,
            by=message.due_on,
            moment=message.received_at,
        ).where(message.answered_at.is_(None))


def work(reader: Reader) -> Iterable[Search]:
    """Long work that has ended, until its file is fetched or it is taken off the list."""
    called = func.coalesce(Procurement.reference, Work.name, "")
    yield (
        search(Wait.WORK_READY, Work.id, called)
        .select_from(Work)
        .outerjoin(Procurement, Procurement.id == Work.subject)
        .where(
            Work.by_id == reader.person.id,
            Work.state.in_((WorkState.READY, WorkState.FAILED)),
            Work.fetched_at.is_(None),
        )
    )
