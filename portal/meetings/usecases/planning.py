"""Planning a meeting, changing the plan, giving it up; each tells the guests' calendars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.capacity.models import Training
from portal.config import settings_of
from portal.contracts.models import Contract
from portal.contracts.usecases import require_in_force
from portal.enrolments.models import Enrolment
from portal.evaluation.rules import require_reason
from portal.jobs.mail import chosen_language, send_mail
from portal.meetings.access import require_may_call
from portal.meetings.calendar import CANCEL, REQUEST, Entry, entry_text
from portal.meetings.guests import guests_of, sponsors_for
from portal.meetings.models import Attendance, Meeting
from portal.meetings.rules import MeetingState, moved, require_time
from portal.meetings.usecases.holding import require_of_contract
from portal.organisations.models import Person
from portal.shared.errors import RuleBroken

LETTERS = {"plan_meeting": "meeting_planned", "move_meeting": "meeting_moved"}


def plan_meeting(
    session: Session,
    *,
    contract: Contract,
    kind: str,
    begins: datetime,
    ends: datetime,
    place: str = "",
    invited: Sequence[Person] = (),
    training: Training | None = None,
    enrolment: Enrolment | None = None,
    by: Person,
    at: datetime,
) -> Meeting:
    """Plan a meeting and invite people to it by mail, with an entry for their calendars.

    Raises ``wrong_state`` (a training or participant of elsewhere, somebody who takes no part in
    the contract), ``contract_not_in_force``, ``meeting_not_ahead``, ``meeting_ends_wrong``.
    """
    chain = contract.procurement_id
    with acting(session, "plan_meeting", chain=chain, by=by.id, at=at) as facts:
        require_may_call(session, "plan_meeting", contract, training, enrolment, by)
        require_of_contract(contract, training, enrolment)
        _require_guests(session, contract, training, enrolment, invited, by)
        require_in_force(contract)
        require_time(begins, ends, at)
        meeting = Meeting(
            contract_id=contract.id,
            contract=contract,
            training_id=None if training is None else training.id,
            enrolment_id=None if enrolment is None else enrolment.id,
            kind=kind,
            state=MeetingState.PLANNED,
            begins=begins,
            ends=ends,
            place=place.strip(),
            called_by_id=by.id,
            sequence=0,
            changed_at=at,
        )
        session.add(meeting)
        _invite(meeting, invited)
        session.flush()
        _tell(session, meeting, invited, "plan_meeting", at)
        facts.note(meeting=meeting.id, contract=contract.id, kind=kind, invited=len(invited))
        return meeting


def move_meeting(
    session: Session,
    *,
    meeting: Meeting,
    begins: datetime,
    ends: datetime,
    place: str,
    invited: Sequence[Person],
    by: Person,
    at: datetime,
) -> None:
    """Change the time, the place or the guests; whoever is no longer invited gets a cancellation.

    Raises ``wrong_state``, ``meeting_not_ahead``, ``meeting_ends_wrong``, ``nothing_changed``.
    """
    contract = meeting.contract
    with acting(session, "move_meeting", chain=contract.procurement_id, by=by.id, at=at) as facts:
        _require_caller(session, "move_meeting", meeting, by)
        moved(meeting.state, "move_meeting")
        _require_guests(session, contract, meeting.training, meeting.enrolment, invited, by)
        require_time(begins, ends, at)
        before = {one.person_id: one for one in meeting.attendances}
        wanted = {person.id for person in invited}
        plan = (begins, ends, place.strip())
        same_plan = plan == (meeting.begins, meeting.ends, meeting.place)
        if same_plan and wanted == before.keys():
            raise RuleBroken("nothing_changed")
        was, gone = meeting.begins, [one for key, one in before.items() if key not in wanted]
        meeting.begins, meeting.ends, meeting.place = plan
        meeting.sequence, meeting.changed_at = meeting.sequence + 1, at
        for attendance in gone:
            meeting.attendances.remove(attendance)
        _uninvite(session, meeting, [one.person for one in gone], was, at)
        new = [person for person in invited if person.id not in before]
        _invite(meeting, new)
        _tell(session, meeting, new, "plan_meeting", at)
        stay = [person for person in invited if person.id in before]
        if not same_plan:
            _tell(session, meeting, stay, "move_meeting", at)
        facts.note(meeting=meeting.id, sequence=meeting.sequence, invited=len(wanted))


def cancel_meeting(
    session: Session, *, meeting: Meeting, reason: str, by: Person, at: datetime
) -> None:
    """Give the meeting up; every guest's calendar is told. Raises ``wrong_state``,
    ``reason_missing``."""
    chain = meeting.contract.procurement_id
    with acting(session, "cancel_meeting", chain=chain, by=by.id, at=at) as facts:
        _require_caller(session, "cancel_meeting", meeting, by)
        state = moved(meeting.state, "cancel_meeting")
        require_reason(reason)
        meeting.state, meeting.cancel_reason = state, reason.strip()
        meeting.sequence, meeting.changed_at = meeting.sequence + 1, at
        guests = [one.person for one in meeting.attendances]
        _uninvite(session, meeting, guests, meeting.begins, at)
        facts.note(meeting=meeting.id, sequence=meeting.sequence)


def entry_for(session: Session, meeting: Meeting, guest: Person) -> Entry:
    """The meeting as it stands, for one person's calendar."""
    caller = meeting.called_by
    return Entry(
        key=meeting.id,
        sequence=meeting.sequence,
        changed_at=meeting.changed_at or meeting.begins,
        kind=meeting.kind,
        contract=meeting.contract.reference,
        begins=meeting.begins,
        ends=meeting.ends,
        place=meeting.place,
        caller=(caller.name, caller.email),
        guest=(guest.name, guest.email),
        address=f"{settings_of(session).base_url}/meetings/{meeting.id}",
    )


def _require_caller(session: Session, act: str, meeting: Meeting, by: Person) -> None:
    contract, training = meeting.contract, meeting.training
    require_may_call(session, act, contract, training, meeting.enrolment, by)


def _require_guests(
    session: Session,
    contract: Contract,
    training: Training | None,
    enrolment: Enrolment | None,
    invited: Iterable[Person],
    by: Person,
) -> None:
    known = {by.id, *(one.id for one in guests_of(session, contract, training, enrolment))}
    for person in invited:
        if person.id in known or (training is None and sponsors_for(session, contract, person)):
            continue
        raise RuleBroken("wrong_state", field="invited")


def _invite(meeting: Meeting, people: Iterable[Person]) -> None:
    for person in people:
        meeting.attendances.append(Attendance(person_id=person.id, present=None))


def _tell(
    session: Session, meeting: Meeting, people: Iterable[Person], act: str, at: datetime
) -> None:
    for person in people:
        send_mail(
            session,
            to=person,
            letter=LETTERS[act],
            facts={
                "contract": meeting.contract.reference,
                "begins": meeting.begins.isoformat(),
                "place": meeting.place,
                "path": f"/meetings/{meeting.id}",
            },
            at=at,
            calendar=_entry(session, meeting, person, REQUEST),
        )


def _uninvite(
    session: Session, meeting: Meeting, people: Iterable[Person], was: datetime, at: datetime
) -> None:
    for person in people:
        send_mail(
            session,
            to=person,
            letter="meeting_cancelled",
            facts={
                "contract": meeting.contract.reference,
                "begins": was.isoformat(),
                "path": f"/contracts/{meeting.contract_id}/meetings",
            },
            at=at,
            calendar=_entry(session, meeting, person, CANCEL),
        )


def _entry(session: Session, meeting: Meeting, person: Person, method: str) -> str:
    return entry_text(entry_for(session, meeting, person), method, chosen_language(person))
