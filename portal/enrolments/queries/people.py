"""One participant with their whole way, and the people of a training to choose from."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from portal.audit.record import note_shown
from portal.capacity.access import trainings_seen_by
from portal.capacity.models import ContractUser, Training
from portal.capacity.rules import CallOffState, TrainingState
from portal.config import settings_of
from portal.enrolments.access import is_coach, is_own_sponsor, is_trainer
from portal.enrolments.models import Enrolment, Interview, SelectionDecision
from portal.enrolments.people import enrolments_seen_by
from portal.enrolments.queries.trainings import reference_of, training_of
from portal.enrolments.rules import ENDED, TRANSITIONS, EnrolmentState, due_follow_ups
from portal.organisations.models import Membership, Organisation, Person
from portal.permissions import ACTS, Role
from portal.shared.clock import months_later
from portal.shared.errors import NotFound


@dataclass(frozen=True)
class StatusRow:
    """Where the person stood: at the start, at the end, or so many months after it.

    ``status`` is None while nobody knows; ``day`` is when it was so, or when it can be asked.
    """

    when: str
    months: int | None
    day: date | None
    status: str | None
    due: bool


@dataclass(frozen=True)
class InterviewShown:
    """An interview with the names of those who took part."""

    held: Interview
    by: str
    others: list[str]


@dataclass(frozen=True)
class DecisionShown:
    """A decision with the names of those who took part."""

    decision: SelectionDecision
    by: str
    others: list[str]


@dataclass(frozen=True)
class ParticipantShown:
    """A participant's whole way in one training, with what the reader may do next.

    ``before`` and ``after`` are the enrolments that this one was transferred from and to, where
    the reader sees them. ``answers_for``: the reader tells the participant what is known.
    """

    enrolment: Enrolment
    reference: str
    answers_for: bool
    interviews: list[InterviewShown]
    decisions: list[DecisionShown]
    statuses: list[StatusRow]
    before: UUID | None
    after: UUID | None
    acts: frozenset[str]
    due: list[int]


def enrolment_of(session: Session, enrolment_id: UUID, person: Person) -> Enrolment:
    """A participant whom the person sees. Raises NotFound, as for one that there is not."""
    found = session.scalar(
        select(Enrolment).where(Enrolment.id == enrolment_id, enrolments_seen_by(person))
    )
    if found is None:
        raise NotFound
    note_shown(session, found.id)
    return found


def participant_page(
    session: Session, enrolment_id: UUID, person: Person, today: date
) -> ParticipantShown:
    """One participant. Raises NotFound."""
    enrolment = enrolment_of(session, enrolment_id, person)
    interviews, decisions = list(enrolment.interviews), list(enrolment.decisions)
    names = _names_of(session, [*interviews, *decisions])
    statuses = _statuses(session, enrolment, today)
    linked = session.execute(
        select(Enrolment.id, Enrolment.transferred_from_id).where(
            or_(
                Enrolment.id == enrolment.transferred_from_id,
                Enrolment.transferred_from_id == enrolment.id,
            ),
            enrolments_seen_by(person),
        )
    ).all()
    return ParticipantShown(
        enrolment=enrolment,
        reference=reference_of(enrolment.training),
        answers_for=person.holds(ACTS["export_participant"], enrolment.office_id),
        interviews=[
            InterviewShown(one, names[str(one.by_id)], [names[key] for key in one.with_ids])
            for one in interviews
        ],
        decisions=[
            DecisionShown(one, names[str(one.by_id)], [names[key] for key in one.with_ids])
            for one in decisions
        ],
        statuses=statuses,
        before=next((row.id for row in linked if row.id == enrolment.transferred_from_id), None),
        after=next((row.id for row in linked if row.transferred_from_id == enrolment.id), None),
        acts=acts_on(person, enrolment),
        due=[row.months for row in statuses if row.due and row.months is not None],
    )


def acts_on(person: Person, enrolment: Enrolment) -> frozenset[str]:
    """What the reader may do for the participant now, by the names of the acts."""
    training = enrolment.training
    own, trainer = is_own_sponsor(person, enrolment), is_trainer(person, training)
    able = {
        "interview": own or trainer or is_coach(person, training),
        "reject": own,
        "transfer": own,
        "complete": trainer,
    }
    found = {
        act
        for act, may_do in able.items()
        if may_do and EnrolmentState(enrolment.state) in TRANSITIONS[act]
    }
    is_open = training.state == TrainingState.OPEN
    if own and is_open and enrolment.state == EnrolmentState.INTERVIEWED:
        found.add("select")
    if trainer and is_open and enrolment.state == EnrolmentState.SELECTED:
        found.add("start")
    if own and enrolment.state in ENDED:
        found.add("follow_up")
    return frozenset(found)


def _names_of(session: Session, acts: Iterable[Interview | SelectionDecision]) -> dict[str, str]:
    keys = {key for one in acts for key in (str(one.by_id), *one.with_ids)}
    found = session.execute(
        select(Person.id, Person.name).where(Person.id.in_([UUID(key) for key in keys]))
    )
    return {str(row.id): row.name for row in found}


def _statuses(session: Session, enrolment: Enrolment, today: date) -> list[StatusRow]:
    """One list from the start to a year after the end; the latest of a month's records counts."""
    rows = [StatusRow("start", None, enrolment.started_on, enrolment.status_at_start, False)]
    if enrolment.state not in ENDED or enrolment.ended_on is None:
        return rows
    rows.append(StatusRow("end", None, enrolment.ended_on, enrolment.status_at_end, False))
    told = {one.months: one.status for one in enrolment.follow_ups}
    months = settings_of(session).follow_up_months
    due = {one.months for one in due_follow_ups(enrolment.ended_on, told, months, today)}
    for count in sorted({*months, *told}):
        day = months_later(enrolment.ended_on, count)
        rows.append(StatusRow("after", count, day, told.get(count), count in due))
    return rows


def follow_up_months_of(session: Session, enrolment: Enrolment, today: date) -> list[int]:
    """The months whose day has come, recorded or not: a later record replaces an earlier."""
    if enrolment.state not in ENDED or enrolment.ended_on is None:
        return []
    months = settings_of(session).follow_up_months
    return [one.months for one in due_follow_ups(enrolment.ended_on, (), months, today)]


@dataclass(frozen=True)
class Choice:
    """Somebody or something to choose from a list."""

    key: str
    name: str
    organisation: dict[str, str] | None = None
    state: str | None = None


def may_take_part(session: Session, training: Training, person: Person) -> list[Choice]:
    """Who else may have been at an interview or decides: the provider's trainers and coaches, the
    named coaches, the sponsors named for the training; the reader left out."""
    named = [one.person_id for one in training.coaches if one.removed_at is None]
    named += [one.person_id for one in training.sponsors]
    staff = select(Membership.person_id).where(
        Membership.organisation_id == training.contract.provider_id,
        Membership.role.in_([Role.TRAINER, Role.COACH]),
    )
    return _choices(
        session,
        or_(Person.id.in_(staff), Person.id.in_(named)) & (Person.id != person.id),
    )


def coaches_to_name(session: Session, training: Training) -> list[Choice]:
    """Every coach, of any provider, who is not named yet."""
    named = [one.person_id for one in training.coaches if one.removed_at is None]
    coaches = select(Membership.person_id).where(Membership.role == Role.COACH)
    return _choices(session, Person.id.in_(coaches) & Person.id.not_in(named), Role.COACH)


def sponsors_to_name(session: Session, training: Training) -> list[Choice]:
    """The course sponsors of the training's offices who are not named yet."""
    named = [one.person_id for one in training.sponsors]
    offices = {one.office_id for one in training.call_offs if one.office_id is not None}
    sponsors = select(Membership.person_id).where(
        Membership.role == Role.COURSE_SPONSOR,
        or_(Membership.organisation_id.in_(offices), _may_be_used(training)),
    )
    return _choices(
        session,
        Person.id.in_(sponsors) & Person.id.not_in(named),
        Role.COURSE_SPONSOR,
    )


def _may_be_used(training: Training) -> ColumnElement[bool]:
    """Where the buyer called off: the offices that may use the contract, or all, none named."""
    if all(one.office_id is not None for one in training.call_offs):
        return false()
    users = select(ContractUser.office_id).where(ContractUser.contract_id == training.contract_id)
    return or_(~users.exists(), Membership.organisation_id.in_(users))


def _choices(
    session: Session, wanted: ColumnElement[bool], role: Role | None = None
) -> list[Choice]:
    query = (
        select(Person.id, Person.name, Organisation.name.label("organisation"))
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(wanted, Person.closed_at.is_(None))
        .order_by(Person.name, Person.id, Organisation.id)
    )
    if role is not None:
        query = query.where(Membership.role == role)
    found: dict[UUID, Choice] = {}
    for row in session.execute(query):
        found.setdefault(row.id, Choice(str(row.id), row.name, row.organisation))
    return list(found.values())


def undecided(session: Session, training: Training, person: Person) -> list[Choice]:
    """The own office's people on whom a decision can be made, with their states as they are."""
    states = sorted(TRANSITIONS["reject"])
    return _people_of(session, training, person, states)


def ready_to_start(session: Session, training: Training, person: Person) -> list[Choice]:
    """Those who have been selected and have not started."""
    return _people_of(session, training, person, [EnrolmentState.SELECTED])


def _people_of(
    session: Session, training: Training, person: Person, states: Collection[str]
) -> list[Choice]:
    found = session.execute(
        select(Enrolment.id, Enrolment.name, Enrolment.state)
        .where(
            Enrolment.training_id == training.id,
            Enrolment.state.in_(states),
            enrolments_seen_by(person),
        )
        .order_by(Enrolment.name, Enrolment.id)
    ).all()
    note_shown(session, *(row.id for row in found))
    return [Choice(str(row.id), row.name, state=row.state) for row in found]


def enrolments_of(
    session: Session, training: Training, keys: Iterable[str], person: Person
) -> list[Enrolment]:
    """These people of the training, as far as the person sees them. Raises NotFound."""
    wanted = [UUID(key) for key in keys]
    found = session.scalars(
        select(Enrolment).where(
            Enrolment.id.in_(wanted),
            Enrolment.training_id == training.id,
            enrolments_seen_by(person),
        )
    ).all()
    if len(found) != len(set(wanted)):
        raise NotFound
    return list(found)


def people_named(session: Session, keys: Iterable[str]) -> list[Person]:
    """People by their keys, in any order."""
    wanted = [UUID(key) for key in keys]
    return list(session.scalars(select(Person).where(Person.id.in_(wanted))))


def trainings_to_transfer_to(
    session: Session, enrolment: Enrolment, person: Person
) -> list[Choice]:
    """Other open trainings that the sponsor is named for, with a place of the same office."""
    found = session.scalars(
        select(Training)
        .where(
            Training.id != enrolment.training_id,
            Training.state == TrainingState.OPEN,
            trainings_seen_by(person),
        )
        .order_by(Training.starts, Training.id)
    )
    return [
        Choice(str(one.id), f"{reference_of(one)}: {one.field}")
        for one in found
        if any(
            called.office_id in (enrolment.office_id, None)
            and called.state == CallOffState.CONFIRMED
            for called in one.call_offs
        )
    ]


def training_to_go_to(session: Session, key: str, person: Person) -> Training:
    """The training chosen. Raises NotFound."""
    return training_of(session, UUID(key), person)
