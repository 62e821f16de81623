"""Who sees and moves a person in a training: the own office's sponsors, the provider's people.

With pooling two offices share a training. Each sees its own people there and nobody else's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, or_, select
from sqlalchemy.orm import Session

from portal.capacity.access import OF_BUYER, is_named_coach, is_of_provider, sponsors_office
from portal.capacity.models import Training
from portal.contracts.access import seen_by as contracts_seen_by
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.enrolments.people import enrolments_seen_by
from portal.organisations.models import Person
from portal.permissions import Role
from portal.shared.errors import RuleBroken


def is_own_sponsor(person: Person, enrolment: Enrolment) -> bool:
    """Whether a person is a course sponsor of the office that referred the participant."""
    return person.holds({Role.COURSE_SPONSOR}, enrolment.office_id)


def is_trainer(person: Person, training: Training) -> bool:
    """Whether a person is a trainer of the training's provider."""
    return is_of_provider(person, training, Role.TRAINER)


def is_coach(person: Person, training: Training) -> bool:
    """Whether a person coaches here: for the training's provider, or named, of any provider."""
    return is_of_provider(person, training, Role.COACH) or (
        is_named_coach(person, training) and person.holds({Role.COACH})
    )


def is_sponsor_of(session: Session, person: Person, training: Training) -> bool:
    """Whether a person is a course sponsor of an office of the training."""
    try:
        sponsors_office(session, person, training)
    except RuleBroken:
        return False
    return True


def require_own(person: Person, enrolments: Iterable[Enrolment]) -> None:
    """Refuses by ``not_permitted`` whoever is not a sponsor of each one's office."""
    if not all(is_own_sponsor(person, enrolment) for enrolment in enrolments):
        raise RuleBroken("not_permitted")


def require_trainer(person: Person, training: Training) -> None:
    """Refuses by ``not_permitted`` whoever is no trainer of the training's provider."""
    if not is_trainer(person, training):
        raise RuleBroken("not_permitted")


def people_counted_by(
    person: Person, trainings: BindParameter[Any] | None = None
) -> ColumnElement[bool]:
    """A condition on Enrolment: who counts in the numbers that this person is shown.

    Whom they see, and all in the trainings of a buyer whose officer or auditor they are. So a
    course sponsor cannot even count the people of another office in a shared training. Whoever
    asks of some ``trainings`` only gives their place in the statement, so that no others are
    looked through.
    """
    buyers = [one.id for one in person.organisations_as(*OF_BUYER)]
    of_buyer = (
        select(Training.id)
        .join(Contract, Contract.id == Training.contract_id)
        .where(Contract.buyer_id.in_(buyers), contracts_seen_by(person))
    )
    if trainings is not None:
        of_buyer = of_buyer.where(Training.id.in_(trainings))
    seen = enrolments_seen_by(person)
    # As there: a way that nobody can go would be tried for every row.
    return or_(seen, Enrolment.training_id.in_(of_buyer)) if buyers else seen


def offices_of(person: Person) -> list[UUID]:
    """The offices for which the person is a course sponsor."""
    return [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
