"""Whom a meeting may invite: the people who take part in a contract, and a training's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from portal.capacity.access import may_use
from portal.capacity.models import CallOff, ContractUser, Training, TrainingCoach, TrainingSponsor
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.meetings.models import Attendance, Meeting
from portal.organisations.models import Membership, Person
from portal.permissions import PROVIDING, Role


def guests_of(
    session: Session,
    contract: Contract,
    training: Training | None = None,
    enrolment: Enrolment | None = None,
) -> Sequence[Person]:
    """By name: the buyer's officers, the offices' sponsors, the provider's people.

    The offices are those named for the contract and those that have called off from it. To a
    meeting of a training come its own sponsors and coaches, and the provider's people with the
    officers; to one about a participant no officer, and of the sponsors those of the office.
    Without a training the coaches of the contract's trainings are left out but for the provider's.
    """
    officer = and_(
        Membership.role == Role.PROCUREMENT_OFFICER,
        Membership.organisation_id == contract.buyer_id,
    )
    provider = and_(
        Membership.role.in_(PROVIDING), Membership.organisation_id == contract.provider_id
    )
    sponsor = Membership.role == Role.COURSE_SPONSOR
    if training is None:
        named = select(ContractUser.office_id).where(ContractUser.contract_id == contract.id)
        calling = select(CallOff.office_id).where(CallOff.contract_id == contract.id)
        offices = or_(
            Membership.organisation_id.in_(named), Membership.organisation_id.in_(calling)
        )
        # A sponsor whose office has not called off yet is known from an earlier meeting.
        held = select(Attendance.person_id).join(Meeting, Meeting.id == Attendance.meeting_id)
        met = Membership.person_id.in_(held.where(Meeting.contract_id == contract.id))
        taking_part = or_(officer, provider, and_(sponsor, or_(offices, met)))
    else:
        own = select(TrainingSponsor.person_id).where(TrainingSponsor.training_id == training.id)
        if enrolment is not None:
            own = own.where(TrainingSponsor.office_id == enrolment.office_id)
        coaches = select(TrainingCoach.person_id).where(
            TrainingCoach.training_id == training.id, TrainingCoach.removed_at.is_(None)
        )
        taking_part = or_(
            provider,
            and_(sponsor, Membership.person_id.in_(own)),
            and_(Membership.role == Role.COACH, Membership.person_id.in_(coaches)),
        )
        if enrolment is None:
            taking_part = or_(officer, taking_part)
    return session.scalars(
        select(Person)
        .where(
            Person.closed_at.is_(None),
            exists().where(Membership.person_id == Person.id, taking_part),
        )
        .order_by(Person.name, Person.id)
    ).all()


def sponsors_for(session: Session, contract: Contract, person: Person) -> bool:
    """Whether somebody is a course sponsor of an office that may use the contract."""
    offices = person.organisations_as(Role.COURSE_SPONSOR)
    return any(may_use(session, contract, office.id) for office in offices)


def sponsors_by_email(
    session: Session, contract: Contract, emails: Collection[str]
) -> tuple[list[Person], list[str]]:
    """The course sponsors with these addresses whose office may use the contract, and the
    addresses of nobody such."""
    asked = [email.lower() for email in emails]
    people = session.scalars(
        select(Person)
        .where(Person.email.in_(asked), Person.closed_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    found = [person for person in people if sponsors_for(session, contract, person)]
    known = {person.email for person in found}
    return found, [email for email in asked if email not in known]
