"""Who follows a training closely enough for its path and its portfolio."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from portal.capacity.access import coached_by
from portal.capacity.models import Training, TrainingSponsor
from portal.contracts.models import Contract
from portal.organisations.models import Person
from portal.permissions import PROVIDING, Role


def trainings_followed_by(person: Person) -> ColumnElement[bool]:
    """A condition on Training: a named sponsor's, the provider's, a named coach's."""
    offices = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    providers = [one.id for one in person.organisations_as(*PROVIDING)]
    named = select(TrainingSponsor.training_id).where(
        TrainingSponsor.person_id == person.id, TrainingSponsor.office_id.in_(offices)
    )
    return or_(
        Training.id.in_(named),
        Training.id.in_(coached_by(person)),
        Training.contract_id.in_(select(Contract.id).where(Contract.provider_id.in_(providers))),
    )
