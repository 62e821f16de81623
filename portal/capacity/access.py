"""Who may use a contract's capacity, and who sees a training."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from portal.capacity.models import CallOff, ContractUser, Training, TrainingCoach, TrainingSponsor
from portal.contracts.access import seen_by as contracts_seen_by
from portal.contracts.models import Contract
from portal.contracts.rules import ContractState
from portal.organisations.models import Organisation, Person
from portal.permissions import BUYERS_HANDLERS, PROVIDING, Role
from portal.procurement.models import Lot
from portal.shared.errors import RuleBroken
from portal.training_forms.rules import CallOffFacts

OF_BUYER = BUYERS_HANDLERS | {Role.AUDITOR}


def may_use(session: Session, contract: Contract, office_id: UUID) -> bool:
    """Whether an employment office may call off: one of those named, or any where none is."""
    named = set(
        session.scalars(
            select(ContractUser.office_id).where(ContractUser.contract_id == contract.id)
        )
    )
    return not named or office_id in named


def facts_for_form(
    lot: Lot,
    on: date,
    field: str,
    workdays: Decimal,
    places: int,
    workplaces_confirmed: int,
    units: Sequence[str],
) -> CallOffFacts:
    """What the rules of a form of training look at in a call-off, made or only thought of."""
    return CallOffFacts(
        on=on,
        places=places,
        workplaces_confirmed=workplaces_confirmed,
        workdays=workdays,
        field=field,
        lot_fields=tuple(lot.fields),
        unit=lot.unit,
        price_model=lot.price_model,
        units=len(units) or None,
    )


def usable_by(person: Person) -> ColumnElement[bool]:
    """A condition on Contract: those that this sponsor's offices or this officer may use.

    A declared conflict shuts the officer out here as everywhere.
    """
    offices = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    buyers = [buyer.id for buyer in person.organisations_as(Role.PROCUREMENT_OFFICER)]
    return or_(
        Contract.buyer_id.in_(buyers) & contracts_seen_by(person), usable_by_offices(offices)
    )


def sponsors_office(session: Session, person: Person, training: Training) -> Organisation:
    """The office in whose name a course sponsor acts for a training.

    It is one that has called off into the training; where the buyer itself called off, any that
    may use the contract. Raises ``not_permitted``.
    """
    offices = person.organisations_as(Role.COURSE_SPONSOR)
    called = {call_off.office_id for call_off in training.call_offs}
    for office in offices:
        if office.id in called:
            return office
    if None in called:
        for office in offices:
            if may_use(session, training.contract, office.id):
                return office
    raise RuleBroken("not_permitted")


def is_of_provider(person: Person, training: Training, *roles: Role) -> bool:
    """Whether a person works for the training's provider in one of the roles."""
    return person.holds(roles or PROVIDING, training.contract.provider_id)


def is_named_coach(person: Person, training: Training) -> bool:
    """Whether a coach, of any provider, is named for the training now and still holds the role."""
    return person.holds({Role.COACH}) and any(
        coach.person_id == person.id and coach.removed_at is None for coach in training.coaches
    )


def coached_by(person: Person) -> Select[UUID]:
    """The trainings that a coach is named for; none for whoever is a coach nowhere any more."""
    named = select(TrainingCoach.training_id).where(
        TrainingCoach.person_id == person.id, TrainingCoach.removed_at.is_(None)
    )
    return named if person.holds({Role.COACH}) else named.where(false())


def trainings_seen_by(person: Person) -> ColumnElement[bool]:
    """A condition on Training: the sponsor's own, the provider's, a named coach's, the buyer's.

    A course sponsor sees the trainings that they are named for, and no others of their office.
    """
    providers = [one.id for one in person.organisations_as(*PROVIDING)]
    # A sponsor's naming holds for as long as they hold the role there.
    offices = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    named = exists().where(
        and_(
            TrainingSponsor.training_id == Training.id,
            TrainingSponsor.person_id == person.id,
            TrainingSponsor.office_id.in_(offices),
        )
    )
    of_provider = Training.contract_id.in_(
        select(Contract.id).where(Contract.provider_id.in_(providers))
    )
    buyers = [buyer.id for buyer in person.organisations_as(*OF_BUYER)]
    of_buyer = Training.contract_id.in_(
        select(Contract.id).where(Contract.buyer_id.in_(buyers), contracts_seen_by(person))
    )
    coached = Training.id.in_(coached_by(person))
    # A way that nobody can go is left out: asked beside others, it would be tried for every row.
    ways = (
        (named, offices),
        (of_provider, providers),
        (of_buyer, buyers),
        (coached, person.holds({Role.COACH})),
    )
    return or_(false(), *(way for way, goes in ways if goes))


def call_offs_seen_by(person: Person) -> ColumnElement[bool]:
    """A condition on CallOff: an office's own, the provider's, the buyer's."""
    offices = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    providers = [one.id for one in person.organisations_as(*PROVIDING)]
    buyers = [buyer.id for buyer in person.organisations_as(*OF_BUYER)]
    return or_(
        CallOff.office_id.in_(offices),
        CallOff.contract_id.in_(select(Contract.id).where(Contract.provider_id.in_(providers))),
        CallOff.contract_id.in_(
            select(Contract.id).where(Contract.buyer_id.in_(buyers), contracts_seen_by(person))
        ),
    )


def capacity_seen_by(person: Person) -> ColumnElement[bool]:
    """A condition on Contract: those whose use this person may follow.

    They are the two parties', and of those in force the ones that the person's office may use.
    """
    offices = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    coached = [one.id for one in person.organisations_as(*PROVIDING)]
    return or_(
        contracts_seen_by(person),
        Contract.provider_id.in_(coached),
        (Contract.state == ContractState.IN_FORCE) & usable_by_offices(offices),
    )


def usable_by_offices(offices: Collection[UUID]) -> ColumnElement[bool]:
    """A condition on Contract: one of these offices is named for it, or none is."""
    if not offices:
        return Contract.id.is_(None)
    users = select(ContractUser.office_id).where(ContractUser.contract_id == Contract.id)
    return or_(~users.exists(), users.where(ContractUser.office_id.in_(offices)).exists())


def is_party(person: Person, contract: Contract) -> bool:
    """Whether a person reads a contract's use for the buyer or the provider, and not an office."""
    return person.holds(OF_BUYER, contract.buyer_id) or person.holds(
        PROVIDING, contract.provider_id
    )
