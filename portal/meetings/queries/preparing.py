"""What the forms of planning and holding a meeting are made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import note_shown
from portal.capacity.access import trainings_seen_by
from portal.capacity.models import Training
from portal.capacity.rules import TrainingState
from portal.contracts.models import Contract
from portal.contracts.rules import ContractState
from portal.enrolments.models import Enrolment
from portal.enrolments.people import enrolments_seen_by
from portal.meetings.access import may_call, meetings_seen_by
from portal.meetings.guests import guests_of
from portal.meetings.models import Meeting, Practice
from portal.meetings.queries.listing import contract_met_on
from portal.meetings.queries.shown import meeting_of
from portal.meetings.rules import ABOUT_PERSON, MeetingKind, MeetingState, PracticeStatus
from portal.meetings.terms import Agenda, Names, agenda_of, criteria_titles, home_of, title_of
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Lot
from portal.shared.errors import NotFound


@dataclass(frozen=True)
class About:
    """What a meeting is about, as chosen before its form: its kind, a training, a participant."""

    contract: Contract
    kind: str | None
    training: Training | None
    enrolment: Enrolment | None
    trainings: list[Training]
    participants: list[tuple[UUID, str]]
    planned: Meeting | None = None


@dataclass(frozen=True)
class Preparation:
    """What a meeting's form offers: people, the agenda with its titles, practices to review.

    ``unit`` is the lot's. ``me`` comes among the people even where no list has them.
    """

    about: About
    people: list[tuple[Person, Organisation | None]]
    agenda: Agenda
    titles: dict[str, Names]
    practices: list[Practice]
    unit: str
    me: Person

    @property
    def promised(self) -> bool:
        """Whether a promise is to be gone through, so that its worth is explained."""
        return any(item.points is not None for item in self.agenda.items)


def about_of(
    session: Session,
    person: Person,
    *,
    contract_id: UUID | None = None,
    meeting_id: UUID | None = None,
    kind: str | None = None,
    training_id: UUID | None = None,
    participant_id: UUID | None = None,
) -> About:
    """What was chosen, or what a planned meeting is about. Raises NotFound for what the reader
    may not see or call a meeting on."""
    if meeting_id is not None:
        return _of_planned(session, meeting_of(session, meeting_id, person), person)
    assert contract_id is not None
    contract = contract_met_on(session, contract_id, person)
    if contract.state != ContractState.IN_FORCE or not may_call(session, contract, None, person):
        raise NotFound
    trainings = session.scalars(
        select(Training)
        .where(
            Training.contract_id == contract.id,
            Training.state == TrainingState.OPEN,
            trainings_seen_by(person),
        )
        .order_by(Training.n)
    ).all()
    training = _chosen(session, contract, training_id, person)
    participants: list[tuple[UUID, str]] = []
    enrolment = None
    if kind in ABOUT_PERSON and training is not None:
        seen = select(Enrolment.id, Enrolment.name).where(
            Enrolment.training_id == training.id, enrolments_seen_by(person)
        )
        rows = session.execute(seen.order_by(Enrolment.name, Enrolment.id))
        participants = [(key, name) for key, name in rows]
        note_shown(session, *(key for key, _name in participants))
        if participant_id is not None:
            if participant_id not in {key for key, _name in participants}:
                raise NotFound
            enrolment = session.get_one(Enrolment, participant_id)
    return About(
        contract=contract,
        kind=kind if kind in set(MeetingKind) else None,
        training=training,
        enrolment=enrolment,
        trainings=list(trainings),
        participants=participants,
    )


def _of_planned(session: Session, meeting: Meeting, person: Person) -> About:
    training, contract = meeting.training, meeting.contract
    if meeting.state != MeetingState.PLANNED or not may_call(session, contract, training, person):
        raise NotFound
    return About(contract, meeting.kind, training, meeting.enrolment, [], [], meeting)


def _chosen(
    session: Session, contract: Contract, training_id: UUID | None, person: Person
) -> Training | None:
    if training_id is None:
        return None
    training = session.scalar(
        select(Training).where(
            Training.id == training_id,
            Training.contract_id == contract.id,
            trainings_seen_by(person),
        )
    )
    if training is None:
        raise NotFound
    return training


def preparation(session: Session, about: About, person: Person, at: datetime) -> Preparation:
    """What the form offers for what was chosen."""
    contract = about.contract
    people = {one.id: one for one in guests_of(session, contract, about.training, about.enrolment)}
    if about.planned is not None:
        people |= {one.person_id: one.person for one in about.planned.attendances}
    people.setdefault(person.id, person)
    agenda = agenda_of(session, contract, about.kind or "", person)
    criteria = criteria_titles(session, contract) if agenda.items else {}
    seen = select(Meeting.id).where(Meeting.contract_id == contract.id, meetings_seen_by(person))
    practices = session.scalars(
        select(Practice)
        .where(
            Practice.contract_id == contract.id,
            Practice.status == PracticeStatus.OPEN,
            Practice.meeting_id.in_(seen),
        )
        .order_by(Practice.due, Practice.agreed_at, Practice.position, Practice.id)
    ).all()
    listed = sorted(people.values(), key=lambda one: (one.name, str(one.id)))
    return Preparation(
        about=about,
        people=[(one, home_of(one, contract)) for one in listed],
        agenda=agenda,
        titles={item.key: title_of(item, criteria) for item in agenda.items},
        practices=list(practices),
        unit=session.get_one(Lot, contract.lot_id).unit,
        me=person,
    )
