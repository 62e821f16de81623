"""One meeting, with what its reader may do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.contracts.models import Contract
from portal.contracts.rules import Side
from portal.documents import store
from portal.documents.models import RemovedDocument, StoredDocument
from portal.meetings.access import contracts_met_on, may_call, meetings_seen_by, side_of
from portal.meetings.models import AgendaLine, Attendance, Meeting, Practice, PracticeReview
from portal.meetings.rules import MeetingState
from portal.meetings.terms import Names, criteria_titles, home_of, title_of
from portal.meetings.usecases import approved_sides
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Lot
from portal.shared.errors import NotFound


@dataclass(frozen=True)
class Reviewed:
    """A practice with the review that this meeting gave it."""

    practice: Practice
    status: str
    note: str


@dataclass(frozen=True)
class MeetingPage:
    """Everything of a meeting's page.

    ``side`` is the one for which the reader may approve the minutes and nobody has. ``may_change``:
    the reader may move, cancel or hold what is planned. ``sees_list``: the reader may open the
    contract's meetings. ``unit`` is the lot's, for the gaps in euros.
    """

    meeting: Meeting
    contract: Contract
    unit: str
    present: list[tuple[Person, Organisation | None]]
    absent: list[tuple[Person, Organisation | None]]
    invited: list[tuple[Person, Organisation | None]]
    lines: list[tuple[AgendaLine, Names]]
    practices: list[Practice]
    reviews: list[Reviewed]
    document: StoredDocument | None
    removed: RemovedDocument | None
    side: Side | None
    may_change: bool
    sees_list: bool

    @property
    def promised(self) -> bool:
        """Whether a promise was gone through, so that its worth is explained."""
        return any(line.points is not None for line, _title in self.lines)


def meeting_of(session: Session, meeting_id: UUID, person: Person) -> Meeting:
    """A meeting that this reader may see. Raises NotFound, the same for none and foreign."""
    meeting = session.scalar(
        select(Meeting).where(Meeting.id == meeting_id, meetings_seen_by(person))
    )
    if meeting is None:
        raise NotFound
    return meeting


def minutes_of(session: Session, meeting: Meeting) -> StoredDocument | None:
    """The minutes, once they have been made."""
    return store.find(session, "minutes", meeting.id, meeting.contract.language)


def meeting_page(session: Session, meeting_id: UUID, person: Person, at: datetime) -> MeetingPage:
    """A meeting with its agenda, practices, reviews and minutes. Raises NotFound."""
    meeting = meeting_of(session, meeting_id, person)
    contract = meeting.contract
    held = meeting.state == MeetingState.HELD
    titles = criteria_titles(session, contract) if meeting.lines else {}
    own = side_of(session, meeting, person) if held else None
    document = minutes_of(session, meeting) if held else None
    listed = select(Contract.id).where(Contract.id == contract.id, contracts_met_on(person))
    attending = sorted(meeting.attendances, key=lambda one: (one.person.name, str(one.id)))
    return MeetingPage(
        meeting=meeting,
        contract=contract,
        unit=session.get_one(Lot, contract.lot_id).unit,
        present=[_at_home(one, contract) for one in attending if one.present],
        absent=[_at_home(one, contract) for one in attending if one.present is False],
        invited=[_at_home(one, contract) for one in attending if one.present is None],
        lines=[(line, title_of(line, titles)) for line in meeting.lines],
        practices=list(meeting.practices),
        reviews=_reviews(session, meeting),
        document=document,
        removed=store.removed(session, "minutes", meeting.id) if held and not document else None,
        side=own if own not in approved_sides(meeting) else None,
        may_change=meeting.state == MeetingState.PLANNED
        and may_call(session, contract, meeting.training, person),
        sees_list=session.scalar(listed) is not None,
    )


def _at_home(attendance: Attendance, contract: Contract) -> tuple[Person, Organisation | None]:
    return attendance.person, home_of(attendance.person, contract)


def _reviews(session: Session, meeting: Meeting) -> list[Reviewed]:
    found = session.execute(
        select(Practice, PracticeReview.status, PracticeReview.note)
        .join(PracticeReview, PracticeReview.practice_id == Practice.id)
        .where(PracticeReview.meeting_id == meeting.id)
        .order_by(Practice.due, Practice.agreed_at, Practice.position, Practice.id)
    )
    return [Reviewed(*row) for row in found]
