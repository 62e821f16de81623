"""The joint selection: application, interview, and a decision with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, or_
from sqlalchemy import select as rows
from sqlalchemy.orm import Session, selectinload

from portal.audit.record import acting
from portal.capacity.access import sponsors_office
from portal.capacity.models import CallOff, Training
from portal.capacity.rules import CallOffState
from portal.capacity.usecases.trainings import note_sponsor, require_open
from portal.enrolments.access import (
    is_coach,
    is_own_sponsor,
    is_sponsor_of,
    is_trainer,
    require_own,
)
from portal.enrolments.models import Enrolment, Interview, SelectionDecision
from portal.enrolments.people import keys_of, read_together
from portal.enrolments.rules import (
    HOLDING_A_PLACE,
    EnrolmentState,
    Outcome,
    moved,
    require_both_sides,
    require_room,
    require_state,
)
from portal.evaluation.rules import require_reason
from portal.organisations.models import Organisation, Person
from portal.permissions import require
from portal.shared.errors import RuleBroken
from portal.shared.identity_codes import require_no_identity_code

_keeps: list[Callable[[Session, UUID], bool]] = []


def retention_known_by(check: Callable[[Session, UUID], bool]) -> None:
    """Hand over, at wiring, a later room's check that an office has set how long data is kept."""
    if check not in _keeps:
        _keeps.append(check)


def apply(
    session: Session,
    *,
    training: Training,
    name: str,
    birth_year: int,
    sex: str,
    education: str,
    status: str,
    external_key: str | None = None,
    referral_source: str | None = None,
    call_off: CallOff | None = None,
    by: Person,
    at: datetime,
) -> Enrolment:
    """A course sponsor refers a person to a training of their office.

    ``external_key`` is the office's own key of the person, never a personal identity code;
    without one, one is drawn. ``call_off`` is one of the office's that were confirmed into the
    training; without one, the first with room. Raises ``wrong_state`` (the training is closed, or
    the call-off is not such a one), ``identity_code``, ``applied_already``, and then
    ``retention_not_set``: nobody is entered before it is known for how long.
    """
    chain = training.contract.procurement_id
    with acting(session, "apply", chain=chain, by=by.id, at=at) as facts:
        require(by, "apply")
        office = sponsors_office(session, by, training)
        require_open(training)
        key = (external_key or "").strip() or str(uuid4())
        require_no_identity_code(("external_key", key), ("name", name))
        _require_new(session, training, office, key)
        place = _call_off_of(session, training, office, call_off)
        if not all(known(session, office.id) for known in _keeps):
            raise RuleBroken("retention_not_set")
        enrolment = Enrolment(
            training_id=training.id,
            training=training,
            office_id=office.id,
            call_off_id=place,
            sponsor_id=by.id,
            external_key=key,
            name=name.strip(),
            birth_year=birth_year,
            sex=sex,
            education=education,
            referral_source=(referral_source or "").strip() or None,
            status_at_start=status,
            applied_at=at,
        )
        session.add(enrolment)
        note_sponsor(training, by, office, named_by=by, at=at)
        session.flush()
        facts.note(training=training.id, enrolment=enrolment.id, office=office.id)
        return enrolment


def _require_new(session: Session, training: Training, office: Organisation, key: str) -> None:
    known = rows(Enrolment.id).where(
        Enrolment.training_id == training.id,
        Enrolment.office_id == office.id,
        Enrolment.external_key == key,
    )
    if session.scalar(known) is not None:
        raise RuleBroken("applied_already", field="external_key")


def _call_off_of(
    session: Session, training: Training, office: Organisation, chosen: CallOff | None
) -> UUID | None:
    """The call-off whose place the person is to have: the one chosen, or the first with room."""
    own = [
        one
        for one in training.call_offs
        if one.state == CallOffState.CONFIRMED and one.office_id in (office.id, None)
    ]
    if chosen is not None:
        if all(one.id != chosen.id for one in own):
            raise RuleBroken("wrong_state", field="call_off")
        return chosen.id
    if len(own) < 2:
        return own[0].id if own else None
    open_by_call_off = (
        rows(Enrolment.call_off_id, func.count())
        .where(
            Enrolment.training_id == training.id,
            Enrolment.state.not_in([EnrolmentState.REJECTED, EnrolmentState.TRANSFERRED]),
        )
        .group_by(Enrolment.call_off_id)
    )
    taken = {row[0]: row[1] for row in session.execute(open_by_call_off)}
    # The office's own before the buyer's.
    own.sort(key=lambda one: (one.office_id is None, one.called_at, one.n))
    with_room = [one for one in own if taken.get(one.id, 0) < one.places]
    return next((one.id for one in [*with_room, *own]), None)


def interview(
    session: Session,
    *,
    enrolment: Enrolment,
    need: int,
    urgency: int,
    suitability: int,
    note: str = "",
    with_: Sequence[Person] = (),
    by: Person,
    at: datetime,
) -> Interview:
    """Record an interview by the office's sponsor, or by a trainer or coach of the training.

    ``need``, ``urgency`` and ``suitability`` are judged from 0 to 3; ``with_`` are the others who
    took part. A closed training still takes it. Raises ``wrong_state`` (it has been decided),
    ``identity_code``.
    """
    training = enrolment.training
    chain = training.contract.procurement_id
    with acting(session, "interview", chain=chain, by=by.id, at=at) as facts:
        if not (
            is_own_sponsor(by, enrolment) or is_trainer(by, training) or is_coach(by, training)
        ):
            raise RuleBroken("not_permitted")
        enrolment.state = moved(enrolment.state, "interview")
        require_no_identity_code(("note", note))
        held = Interview(
            enrolment_id=enrolment.id,
            by_id=by.id,
            at=at,
            need=need,
            urgency=urgency,
            suitability=suitability,
            note=note.strip(),
            with_ids=_keys(with_, by),
        )
        enrolment.interviews.append(held)
        session.flush()
        facts.note(
            enrolment=enrolment.id,
            need=need,
            urgency=urgency,
            suitability=suitability,
            others=held.with_ids,
        )
        return held


def select(
    session: Session,
    *,
    training: Training,
    enrolments: Sequence[Enrolment],
    with_: Sequence[Person] = (),
    by: Person,
    at: datetime,
) -> None:
    """Select people of the sponsor's own office for a training.

    Everybody needs an interview, and a trainer of the provider and a sponsor of an office must be
    among those who held it or decide now. Raises ``wrong_state``, ``selection_incomplete``,
    ``training_full``.
    """
    chain = training.contract.procurement_id
    with acting(session, "select", chain=chain, by=by.id, at=at) as facts:
        sponsors_office(session, by, training)
        people = _all_of(session, enrolments)
        require_own(by, people)
        require_open(training)
        _require_here(training, people)
        require_state("select", (one.state for one in people))
        _require_joint(session, training, people, [by, *with_])
        require_room(taken_places(session, training), len(people), training.places)
        for one in people:
            one.state = moved(one.state, "select")
            _decide(one, Outcome.SELECTED, by, with_, at)
        facts.note(training=training.id, enrolments=[one.id for one in people])


def reject(
    session: Session,
    *,
    training: Training,
    enrolments: Sequence[Enrolment],
    reason: str,
    instead: str | None = None,
    with_: Sequence[Person] = (),
    by: Person,
    at: datetime,
) -> None:
    """Do not select people of the sponsor's own office, or guide them to something else first.

    Also whoever was selected and does not start, which frees the place; and in a closed training,
    so that nobody stays undecided. Raises ``wrong_state``, ``reason_missing``, ``identity_code``.
    """
    chain = training.contract.procurement_id
    with acting(session, "reject", chain=chain, by=by.id, at=at) as facts:
        sponsors_office(session, by, training)
        people = _all_of(session, enrolments)
        require_own(by, people)
        _require_here(training, people)
        require_state("reject", (one.state for one in people))
        require_reason(reason)
        instead = (instead or "").strip()
        require_no_identity_code(("reason", reason), ("instead", instead))
        outcome = Outcome.INSTEAD if instead else Outcome.REJECTED
        for one in people:
            one.state = moved(one.state, "reject")
            _decide(one, outcome, by, with_, at, reason=reason.strip(), instead=instead)
        facts.note(
            training=training.id, enrolments=[one.id for one in people], outcome=outcome.value
        )


def taken_places(session: Session, training: Training) -> int:
    """How many places of the training are held: by whoever was selected, and by whoever started
    and was then transferred."""
    held = or_(Enrolment.state.in_(sorted(HOLDING_A_PLACE)), Enrolment.started_on.is_not(None))
    counted = rows(func.count()).select_from(Enrolment)
    return session.scalar(counted.where(Enrolment.training_id == training.id, held)) or 0


def _require_joint(
    session: Session, training: Training, people: Sequence[Enrolment], deciding: Sequence[Person]
) -> None:
    """Each of them has met a trainer and a sponsor, in the interview or in those who decide."""
    known = {one.id: one for one in deciding}
    met = {key for one in people for key in _interviewers(one)}
    more = rows(Person).where(Person.id.in_(met - known.keys()))
    known |= {one.id: one for one in session.scalars(more)}
    trainers = {key for key, one in known.items() if is_trainer(one, training)}
    sponsors = {key for key, one in known.items() if is_sponsor_of(session, one, training)}
    deciders = {one.id for one in deciding}
    for person in people:
        took_part = deciders | _interviewers(person)
        require_both_sides(
            interviewed=bool(person.interviews),
            trainer=bool(took_part & trainers),
            sponsor=bool(took_part & sponsors),
        )


def _interviewers(enrolment: Enrolment) -> set[UUID]:
    """Everybody who took part in an interview of the person."""
    return {UUID(key) for held in enrolment.interviews for key in (str(held.by_id), *held.with_ids)}


def _decide(
    enrolment: Enrolment,
    outcome: Outcome,
    by: Person,
    with_: Sequence[Person],
    at: datetime,
    *,
    reason: str = "",
    instead: str = "",
) -> None:
    enrolment.decisions.append(
        SelectionDecision(
            enrolment_id=enrolment.id,
            outcome=outcome,
            reason=reason,
            instead=instead,
            by_id=by.id,
            with_ids=_keys(with_, by),
            at=at,
        )
    )


def _require_here(training: Training, people: Sequence[Enrolment]) -> None:
    if any(one.training_id != training.id for one in people):
        raise RuleBroken("wrong_state", field="enrolments")


def _all_of(session: Session, enrolments: Sequence[Enrolment]) -> list[Enrolment]:
    """Each once, with the interviews and decisions that a selection looks at and adds to."""
    return read_together(
        session,
        keys_of(enrolments),
        selectinload(Enrolment.interviews),
        selectinload(Enrolment.decisions),
    )


def _keys(people: Sequence[Person], by: Person) -> list[str]:
    return list(dict.fromkeys(str(one.id) for one in people if one.id != by.id))
