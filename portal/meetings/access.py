"""Who meets on a contract, who sees a meeting, and for which side somebody approves its minutes."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from portal.capacity.access import may_use, sponsors_office, trainings_seen_by, usable_by
from portal.capacity.models import Training
from portal.contracts.access import seen_by as contracts_seen_by
from portal.contracts.models import Contract
from portal.contracts.rules import ContractState, Side
from portal.enrolments.models import Enrolment
from portal.enrolments.people import enrolments_seen_by
from portal.meetings.models import Meeting
from portal.organisations.models import Person
from portal.permissions import PROVIDING, Role, require
from portal.shared.errors import RuleBroken


def contracts_met_on(person: Person) -> ColumnElement[bool]:
    """A condition on Contract: one's own as a party, or one that one's office may use."""
    providers = [one.id for one in person.organisations_as(*PROVIDING)]
    # An officer is held to what a party sees, so that a declared conflict holds here too.
    buyers = [one.id for one in person.organisations_as(Role.PROCUREMENT_OFFICER)]
    through_office = and_(
        usable_by(person),
        Contract.buyer_id.not_in(buyers),
        Contract.state == ContractState.IN_FORCE,
    )
    return or_(contracts_seen_by(person), Contract.provider_id.in_(providers), through_office)


def meetings_seen_by(person: Person) -> ColumnElement[bool]:
    """A condition on Meeting: those of the contract, of trainings seen, of participants seen."""
    of_contract = and_(
        Meeting.training_id.is_(None),
        Meeting.contract_id.in_(select(Contract.id).where(contracts_met_on(person))),
    )
    of_training = Meeting.training_id.in_(select(Training.id).where(trainings_seen_by(person)))
    of_person = or_(
        Meeting.enrolment_id.is_(None),
        Meeting.enrolment_id.in_(select(Enrolment.id).where(enrolments_seen_by(person))),
    )
    return and_(or_(of_contract, of_training), of_person)


def require_may_call(
    session: Session,
    act: str,
    contract: Contract,
    training: Training | None,
    enrolment: Enrolment | None,
    by: Person,
) -> None:
    """Who may plan or hold: an officer of the buyer, a sponsor of an office that may use the
    contract (that called off into the training), a trainer of the provider.

    A meeting about a participant is only for those who may see the participant. Raises
    ``not_permitted``.
    """
    require(by, act)
    if not may_call(session, contract, training, by):
        raise RuleBroken("not_permitted")
    if enrolment is not None:
        seen = select(Enrolment.id).where(Enrolment.id == enrolment.id, enrolments_seen_by(by))
        if session.scalar(seen) is None:
            raise RuleBroken("not_permitted")


def may_call(session: Session, contract: Contract, training: Training | None, by: Person) -> bool:
    """Whether this person may plan or hold a meeting on the contract, or on its training."""
    if by.holds({Role.PROCUREMENT_OFFICER}, contract.buyer_id):
        return True
    if by.holds({Role.TRAINER}, contract.provider_id):
        return True
    offices = by.organisations_as(Role.COURSE_SPONSOR)
    if training is None or training.contract_id != contract.id:
        return any(may_use(session, contract, office.id) for office in offices)
    try:
        sponsors_office(session, by, training)
    except RuleBroken:
        return False
    return True


def side_of(session: Session, meeting: Meeting, person: Person) -> Side | None:
    """For which side this person may approve the minutes, if for any: whoever sees the meeting."""
    contract = meeting.contract
    if person.holds(PROVIDING, contract.provider_id):
        return Side.PROVIDER
    if person.holds({Role.PROCUREMENT_OFFICER}, contract.buyer_id):
        return Side.BUYER
    offices = person.organisations_as(Role.COURSE_SPONSOR)
    if any(may_use(session, contract, office.id) for office in offices):
        return Side.BUYER
    return None
