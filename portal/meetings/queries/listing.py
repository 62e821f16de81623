"""The meetings and the practices of a contract, page by page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from portal.audit.record import note_shown
from portal.capacity.models import Training
from portal.contracts.access import seen_by as contracts_seen_by
from portal.contracts.models import Contract
from portal.contracts.rules import ContractState
from portal.enrolments.models import Enrolment
from portal.meetings.access import contracts_met_on, may_call, meetings_seen_by
from portal.meetings.models import Meeting, Practice, PracticeReview
from portal.meetings.rules import MeetingState, PracticeStatus
from portal.organisations.models import Person
from portal.permissions import may
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging


def contract_met_on(session: Session, contract_id: UUID, person: Person) -> Contract:
    """A contract on which the person meets. Raises NotFound, the same for none and foreign."""
    contract = session.scalar(
        select(Contract).where(Contract.id == contract_id, contracts_met_on(person))
    )
    if contract is None:
        raise NotFound
    return contract


@dataclass(frozen=True)
class MeetingRow:
    """One meeting of the list; ``training`` is its number within the contract."""

    id: UUID
    kind: str
    state: str
    begins: datetime
    place: str
    training: int | None
    field: str | None
    participant: str | None


@dataclass(frozen=True)
class MeetingsPage:
    """One page of a contract's meetings, with what may be done there.

    ``waived_by`` waived the start-up meeting. ``overdue`` of the ``open`` practices are past their
    day. ``sees_contract``: the reader may open the contract's own page.
    """

    contract: Contract
    rows: list[MeetingRow]
    paging: Paging
    open: int
    overdue: int
    may_call: bool
    may_waive: bool
    waived_by: str | None
    sees_contract: bool


def meetings_page(
    session: Session, contract_id: UUID, person: Person, n: int, at: datetime
) -> MeetingsPage:
    """A contract's meetings: those ahead first, then the newest. Raises NotFound."""
    contract = contract_met_on(session, contract_id, person)
    mine = (Meeting.contract_id == contract.id) & meetings_seen_by(person)
    total = session.scalar(select(func.count()).select_from(Meeting).where(mine)) or 0
    shown = paging(total, n)
    planned = Meeting.state == MeetingState.PLANNED
    found = session.execute(
        select(
            Meeting.id,
            Meeting.kind,
            Meeting.state,
            Meeting.begins,
            Meeting.place,
            Training.n,
            Training.field,
            Enrolment.name,
            Enrolment.id,
        )
        .outerjoin(Training, Training.id == Meeting.training_id)
        .outerjoin(Enrolment, Enrolment.id == Meeting.enrolment_id)
        .where(mine)
        .order_by(
            case((planned, 0), else_=1),
            case((planned, Meeting.begins)),
            Meeting.begins.desc(),
            Meeting.id,
        )
        .limit(ROWS_ON_A_PAGE)
        .offset(shown.offset)
    ).all()
    note_shown(session, *(row[-1] for row in found if row[-1] is not None))
    today = day_in_helsinki(at)
    waived_by = contract.start_up_waived_by_id
    started = contract.started_up_at is not None
    in_force = contract.state == ContractState.IN_FORCE
    sees = select(Contract.id).where(Contract.id == contract.id, contracts_seen_by(person))
    counted = select(
        func.count(), func.coalesce(func.sum(case((Practice.due < today, 1), else_=0)), 0)
    ).where(_practices_of(contract, person), Practice.status == PracticeStatus.OPEN)
    opened, overdue = session.execute(counted).one()
    return MeetingsPage(
        contract=contract,
        rows=[MeetingRow(*row[:-1]) for row in found],
        paging=shown,
        open=opened,
        overdue=overdue,
        may_call=in_force and may_call(session, contract, None, person),
        may_waive=in_force and not started and may(person, "waive_start_up", contract.buyer_id),
        waived_by=None if waived_by is None else session.get_one(Person, waived_by).name,
        sees_contract=session.scalar(sees) is not None,
    )


def _practices_of(contract: Contract, person: Person) -> ColumnElement[bool]:
    seen = select(Meeting.id).where(Meeting.contract_id == contract.id, meetings_seen_by(person))
    return (Practice.contract_id == contract.id) & Practice.meeting_id.in_(seen)


@dataclass(frozen=True)
class PracticeRow:
    """One practice; ``late`` is how many days it is past its day while open, else 0."""

    id: UUID
    text: str
    owner: str
    due: date
    status: str
    note: str | None
    meeting_id: UUID
    held_at: datetime | None
    late: int = 0


@dataclass(frozen=True)
class PracticesPage:
    """One page of the practices of a contract; ``all``: those reviewed too."""

    contract: Contract
    rows: list[PracticeRow]
    paging: Paging
    all: bool


def practices_page(
    session: Session, contract_id: UUID, person: Person, everything: bool, n: int, at: datetime
) -> PracticesPage:
    """The practices of a contract that the reader may see, open ones first, by due day.

    Raises NotFound.
    """
    contract = contract_met_on(session, contract_id, person)
    mine = _practices_of(contract, person)
    if not everything:
        mine &= Practice.status == PracticeStatus.OPEN
    total = session.scalar(select(func.count()).select_from(Practice).where(mine)) or 0
    shown = paging(total, n)
    latest = (
        select(PracticeReview.note)
        .where(PracticeReview.practice_id == Practice.id)
        .order_by(PracticeReview.at.desc(), PracticeReview.id)
        .limit(1)
        .scalar_subquery()
    )
    found = session.execute(
        select(
            Practice.id,
            Practice.text,
            Person.name,
            Practice.due,
            Practice.status,
            latest,
            Practice.meeting_id,
            Meeting.held_at,
        )
        .join(Person, Person.id == Practice.owner_id)
        .join(Meeting, Meeting.id == Practice.meeting_id)
        .where(mine)
        .order_by(
            case((Practice.status == PracticeStatus.OPEN, 0), else_=1),
            Practice.due,
            Practice.agreed_at,
            Practice.position,
            Practice.id,
        )
        .limit(ROWS_ON_A_PAGE)
        .offset(shown.offset)
    )
    today = day_in_helsinki(at)
    read = [PracticeRow(*row) for row in found]
    rows = [replace(row, late=_days_late(row, today)) for row in read]
    return PracticesPage(contract, rows, shown, everything)


def _days_late(row: PracticeRow, today: date) -> int:
    return max(0, (today - row.due).days) if row.status == PracticeStatus.OPEN else 0
