"""Who answers the proposals on a training, and who owns one at first."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.organisations.models import Membership, Person
from portal.permissions import Role


def may_answer(person: Person, contract: Contract) -> bool:
    """Whether it is one of the provider's trainers, or of the buyer's officers."""
    return person.holds({Role.TRAINER}, contract.provider_id) or person.holds(
        {Role.PROCUREMENT_OFFICER}, contract.buyer_id
    )


def answering(contract: Contract) -> ColumnElement[bool]:
    """A condition on Person: those who may answer the proposals on its trainings."""
    return and_(
        Person.closed_at.is_(None),
        or_(
            _holds(Role.TRAINER, contract.provider_id),
            _holds(Role.PROCUREMENT_OFFICER, contract.buyer_id),
        ),
    )


def _holds(role: Role, organisation_id: UUID) -> ColumnElement[bool]:
    return Person.id.in_(
        select(Membership.person_id).where(
            Membership.role == role, Membership.organisation_id == organisation_id
        )
    )


def first_owner(session: Session, training: Training) -> Person | None:
    """Who owns a new proposal until another is named.

    It is the trainer who confirmed the call-off, else the provider's first trainer by name, else
    the officer who concluded the contract; nobody where all of these have left.
    """
    contract = training.contract
    for call_off in training.call_offs:
        if call_off.settled_by_id is not None:
            confirmed = session.get_one(Person, call_off.settled_by_id)
            if confirmed.holds({Role.TRAINER}, contract.provider_id):
                return confirmed
    trainer = session.scalar(
        select(Person)
        .where(Person.closed_at.is_(None), _holds(Role.TRAINER, contract.provider_id))
        .order_by(Person.name, Person.id)
        .limit(1)
    )
    if trainer is not None:
        return trainer
    officer = session.get_one(Person, contract.concluded_by_id)
    return officer if may_answer(officer, contract) else None
