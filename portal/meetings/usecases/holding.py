"""Holding a meeting: what was agreed and reviewed there, and its minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.contracts.rules import Side
from portal.contracts.usecases import note_started_up, require_in_force
from portal.documents import store
from portal.enrolments.models import Enrolment
from portal.meetings.access import meetings_seen_by, require_may_call, side_of
from portal.meetings.models import (
    AgendaLine,
    Attendance,
    Meeting,
    MinutesApproval,
    Practice,
    PracticeReview,
)
from portal.meetings.rules import (
    REVIEWS,
    LineOutcome,
    LineTerms,
    MeetingKind,
    MeetingState,
    PracticeTerms,
    ReviewTerms,
    moved,
    require_lines,
)
from portal.meetings.terms import Agenda, AgendaItem, agenda_of
from portal.organisations.models import Person
from portal.permissions import require
from portal.shared.errors import RuleBroken


def hold_meeting(
    session: Session,
    *,
    contract: Contract,
    kind: str,
    present: Sequence[Person],
    training: Training | None = None,
    enrolment: Enrolment | None = None,
    practices: Sequence[PracticeTerms] = (),
    reviews: Sequence[ReviewTerms] = (),
    lines: Sequence[LineTerms] = (),
    notes: str = "",
    progress: str = "",
    quality: str = "",
    effectiveness: str = "",
    planned: Meeting | None = None,
    by: Person,
    at: datetime,
) -> Meeting:
    """Record a meeting that has been held, planned before or not; its minutes are laid out.

    A practice that is not reviewed stays as it was and is shown first next time. A line of the
    start-up meeting's agenda that nobody closed stays open, owned by whoever holds the meeting.
    The first start-up meeting opens the contract for call-offs. The practices agreed come in the
    order given, those that lines became after them. Raises ``wrong_state`` (a training, participant
    or practice of elsewhere, a practice reviewed twice, a meeting not planned as this one),
    ``contract_not_in_force``, ``line_owner_missing``, ``practice_text_missing``.
    """
    chain = contract.procurement_id
    with acting(session, "hold_meeting", chain=chain, by=by.id, at=at) as facts:
        require_may_call(session, "hold_meeting", contract, training, enrolment, by)
        require_of_contract(contract, training, enrolment)
        reviewed = _reviewed(session, contract, reviews)
        _require_planned(planned, contract, kind, training, enrolment)
        agenda = agenda_of(session, contract, kind, by)
        require_lines(lines, agenda.keys)
        require_in_force(contract)
        meeting = planned or _unplanned(contract, kind, training, enrolment, by, at)
        meeting.state, meeting.held_at, meeting.held_by_id = MeetingState.HELD, at, by.id
        meeting.notes, meeting.gap = notes.strip(), agenda.gap
        meeting.progress, meeting.quality = progress.strip(), quality.strip()
        meeting.effectiveness = effectiveness.strip()
        session.add(meeting)
        session.flush()
        _attend(meeting, present)
        for terms in practices:
            _agree(meeting, terms, at)
        _go_through(meeting, agenda, lines, by, at)
        for review in reviews:
            reviewed[review.practice].status = review.status
            session.add(
                PracticeReview(
                    practice_id=review.practice,
                    meeting_id=meeting.id,
                    status=review.status,
                    note=review.note.strip(),
                    by_id=by.id,
                    at=at,
                )
            )
        if kind == MeetingKind.START_UP:
            note_started_up(contract, at=at)
        session.flush()
        store.request(
            session,
            "minutes",
            subject=meeting.id,
            owner=contract.procurement_id,
            language=contract.language,
            at=at,
        )
        facts.note(
            meeting=meeting.id,
            contract=contract.id,
            training=None if training is None else training.id,
            kind=kind,
            present=len({person.id for person in present}),
            practices=len(meeting.practices),
            reviews=len(reviews),
        )
        return meeting


def require_of_contract(
    contract: Contract, training: Training | None, enrolment: Enrolment | None
) -> None:
    """Refuses by ``wrong_state`` a training of another contract, a participant of another one."""
    if training is not None and training.contract_id != contract.id:
        raise RuleBroken("wrong_state", field="training")
    if enrolment is not None and (training is None or enrolment.training_id != training.id):
        raise RuleBroken("wrong_state", field="participant")


def _reviewed(
    session: Session, contract: Contract, reviews: Sequence[ReviewTerms]
) -> Mapping[UUID, Practice]:
    keys = [review.practice for review in reviews]
    found = {
        practice.id: practice
        for practice in session.scalars(
            select(Practice).where(Practice.id.in_(keys), Practice.contract_id == contract.id)
        )
    }
    if len(set(keys)) != len(keys) or len(found) != len(keys):
        raise RuleBroken("wrong_state")
    if any(review.status not in REVIEWS for review in reviews):
        raise RuleBroken("wrong_state")
    return found


def _require_planned(
    planned: Meeting | None,
    contract: Contract,
    kind: str,
    training: Training | None,
    enrolment: Enrolment | None,
) -> None:
    if planned is None:
        return
    moved(planned.state, "hold_meeting")
    about = (planned.contract_id, planned.kind, planned.training_id, planned.enrolment_id)
    if about != (contract.id, kind, training and training.id, enrolment and enrolment.id):
        raise RuleBroken("wrong_state")


def _unplanned(
    contract: Contract,
    kind: str,
    training: Training | None,
    enrolment: Enrolment | None,
    by: Person,
    at: datetime,
) -> Meeting:
    return Meeting(
        contract_id=contract.id,
        contract=contract,
        training_id=None if training is None else training.id,
        enrolment_id=None if enrolment is None else enrolment.id,
        kind=kind,
        begins=at,
        called_by_id=by.id,
    )


def _attend(meeting: Meeting, present: Sequence[Person]) -> None:
    """Those invited who were not there are absent; somebody may come without an invitation."""
    there = {person.id for person in present}
    for attendance in meeting.attendances:
        attendance.present = attendance.person_id in there
    invited = {attendance.person_id for attendance in meeting.attendances}
    for person in present:
        if person.id not in invited:
            invited.add(person.id)
            meeting.attendances.append(Attendance(person_id=person.id, present=True))


def _agree(meeting: Meeting, terms: PracticeTerms, at: datetime) -> Practice:
    practice = Practice(
        contract_id=meeting.contract_id,
        position=len(meeting.practices),
        text=terms.text.strip(),
        owner_id=terms.owner,
        due=terms.due,
        agreed_at=at,
    )
    meeting.practices.append(practice)
    return practice


def _go_through(
    meeting: Meeting, agenda: Agenda, lines: Sequence[LineTerms], by: Person, at: datetime
) -> None:
    """A new line is kept whatever became of it, a carried one only when it was taken up."""
    given = {line.key: line for line in lines}
    for item in agenda.items:
        line = given.get(item.key)
        if line is None and item.carried is not None:
            continue
        meeting.lines.append(_line(meeting, item, line, by, at))


def _line(
    meeting: Meeting, item: AgendaItem, line: LineTerms | None, by: Person, at: datetime
) -> AgendaLine:
    left = line or LineTerms(item.key, LineOutcome.OPEN, owner=by.id)
    practice = None
    if left.outcome == LineOutcome.AGREED and left.due is not None:
        assert left.owner is not None
        practice = _agree(meeting, PracticeTerms(left.note, left.owner, left.due), at)
    return AgendaLine(
        contract_id=meeting.contract_id,
        position=len(meeting.lines),
        kind=item.kind,
        clause_key=item.clause_key,
        clause_version=item.clause_version,
        criterion=item.criterion,
        text=item.text,
        points=item.points,
        points_most=item.points_most,
        gap=item.gap,
        outcome=left.outcome,
        note=left.note.strip(),
        owner_id=None if left.outcome == LineOutcome.NOTHING_TO_AGREE else left.owner,
        practice=practice,
        carried_from_id=None if item.carried is None else item.carried.id,
    )


def approve_minutes(session: Session, *, meeting: Meeting, by: Person, at: datetime) -> None:
    """Approve the very bytes of a held meeting's minutes for one's side.

    Raises ``wrong_state`` (not held, or the side has approved), ``minutes_not_ready``.
    """
    contract = meeting.contract
    chain = contract.procurement_id
    with acting(session, "approve_minutes", chain=chain, by=by.id, at=at) as facts:
        require(by, "approve_minutes")
        seen = select(Meeting.id).where(Meeting.id == meeting.id, meetings_seen_by(by))
        side = side_of(session, meeting, by)
        if side is None or session.scalar(seen) is None:
            raise RuleBroken("not_permitted")
        moved(meeting.state, "approve_minutes")
        if side in approved_sides(meeting):
            raise RuleBroken("wrong_state")
        document = store.find(session, "minutes", meeting.id, contract.language)
        if document is None:
            raise RuleBroken("minutes_not_ready")
        meeting.approvals.append(
            MinutesApproval(side=side, person_id=by.id, approved_at=at, sha256=document.sha256)
        )
        facts.note(meeting=meeting.id, side=side, sha256=document.sha256)


def approved_sides(meeting: Meeting) -> set[Side]:
    """The sides that have approved the minutes."""
    return {Side(approval.side) for approval in meeting.approvals}
