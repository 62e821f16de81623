"""A training's people, and its closing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.capacity.access import sponsors_office
from portal.capacity.ledger import committed_left, enter
from portal.capacity.models import Training, TrainingCoach, TrainingSponsor
from portal.capacity.rules import CallOffState, EntryKind, TrainingState
from portal.organisations.models import Organisation, Person
from portal.permissions import Role, require
from portal.shared.errors import RuleBroken

_waits: list[Callable[[Session, Training], bool]] = []


def closing_waits_for(check: Callable[[Session, Training], bool]) -> None:
    """Hand over, at wiring, a later room's check of what must be settled before the closing."""
    if check not in _waits:
        _waits.append(check)


def require_open(training: Training) -> None:
    """Refuses by ``wrong_state`` what a closed training no longer takes."""
    if training.state != TrainingState.OPEN:
        raise RuleBroken("wrong_state")


def close_training(session: Session, *, training: Training, by: Person, at: datetime) -> None:
    """Close it; what is committed and not delivered goes back to what remains.

    Raises ``wrong_state`` (closed already, or a record of workdays waits for acceptance).
    """
    chain = training.contract.procurement_id
    with acting(session, "close_training", chain=chain, by=by.id, at=at) as facts:
        require(by, "close_training", training.contract.buyer_id)
        require_open(training)
        if any(waits(session, training) for waits in _waits):
            raise RuleBroken("wrong_state")
        confirmed = [one for one in training.call_offs if one.state == CallOffState.CONFIRMED]
        left = committed_left(session, [one.id for one in confirmed])
        for one in confirmed:
            enter(
                session,
                one.contract,
                EntryKind.RELEASED,
                left[one.id],
                call_off=one,
                by=by,
                at=at,
            )
        training.state, training.closed_at, training.closed_by_id = TrainingState.CLOSED, at, by.id
        facts.note(training=training.id)


def note_started(training: Training, *, at: datetime) -> None:
    """For the room of enrolments, within its own act: somebody has started."""
    if training.started_at is None:
        training.started_at = at


def name_coach(
    session: Session, *, training: Training, person: Person, by: Person, at: datetime
) -> None:
    """Let a coach, of any provider, see and record in this training alone.

    Raises ``wrong_state`` for somebody who is no coach.
    """
    chain = training.contract.procurement_id
    with acting(session, "name_coach", chain=chain, by=by.id, at=at) as facts:
        _require_caller(session, training, by)
        if not person.holds({Role.COACH}):
            raise RuleBroken("wrong_state", field="person")
        named = next((one for one in training.coaches if one.person_id == person.id), None)
        if named is None:
            training.coaches.append(
                TrainingCoach(person_id=person.id, named_by_id=by.id, named_at=at)
            )
        else:
            named.removed_at = None
        facts.note(training=training.id, coach=person.id)


def remove_coach(
    session: Session, *, training: Training, person: Person, by: Person, at: datetime
) -> None:
    """Take a named coach off the training; what they recorded stays.

    Raises ``wrong_state`` for somebody who is not named now.
    """
    chain = training.contract.procurement_id
    with acting(session, "remove_coach", chain=chain, by=by.id, at=at) as facts:
        _require_caller(session, training, by)
        for coach in training.coaches:
            if coach.person_id == person.id and coach.removed_at is None:
                coach.removed_at = at
                facts.note(training=training.id, coach=person.id)
                return
        raise RuleBroken("wrong_state", field="person")


def name_sponsor(
    session: Session,
    *,
    training: Training,
    person: Person,
    office: Organisation,
    by: Person,
    at: datetime,
) -> None:
    """Name a course sponsor of an office that has called off into the training.

    Raises ``wrong_state`` for somebody who is no sponsor there, or is named already.
    """
    chain = training.contract.procurement_id
    with acting(session, "name_sponsor", chain=chain, by=by.id, at=at) as facts:
        _require_caller(session, training, by)
        if sponsors_office(session, person, training).id != office.id:
            raise RuleBroken("wrong_state", field="person")
        if any(one.person_id == person.id for one in training.sponsors):
            raise RuleBroken("wrong_state", field="person")
        note_sponsor(training, person, office, named_by=by, at=at)
        facts.note(training=training.id, sponsor=person.id, office=office.id)


def note_sponsor(
    training: Training, person: Person, office: Organisation, *, named_by: Person, at: datetime
) -> None:
    """Within an act of the sponsor's own on a training: from then on it is on their page."""
    if any(one.person_id == person.id for one in training.sponsors):
        return
    training.sponsors.append(
        TrainingSponsor(
            person_id=person.id, office_id=office.id, named_by_id=named_by.id, named_at=at
        )
    )


def _require_caller(session: Session, training: Training, by: Person) -> None:
    if not by.holds({Role.PROCUREMENT_OFFICER}, training.contract.buyer_id):
        sponsors_office(session, by, training)
