"""Who sees which training's records, and whom in them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.access import is_of_provider, trainings_seen_by
from portal.capacity.models import Training
from portal.organisations.models import Person
from portal.permissions import Role
from portal.shared.errors import NotFound


def training_seen(session: Session, training_id: UUID, person: Person) -> Training:
    """A training that this reader may see. Raises NotFound, the same for none and for foreign."""
    found = session.scalar(
        select(Training).where(Training.id == training_id, trainings_seen_by(person))
    )
    if found is None:
        raise NotFound
    return found


def trainers_training(session: Session, training_id: UUID, person: Person) -> Training:
    """A training of this trainer's own provider. Raises NotFound."""
    found = training_seen(session, training_id, person)
    if not is_of_provider(person, found, Role.TRAINER):
        raise NotFound
    return found


def sponsors_training(session: Session, training_id: UUID, person: Person) -> Training:
    """A training that this course sponsor is named for. Raises NotFound."""
    found = training_seen(session, training_id, person)
    if not is_sponsor(person, found):
        raise NotFound
    return found


def is_sponsor(person: Person, training: Training) -> bool:
    """Whether this course sponsor is named for the training."""
    offices = {office.id for office in person.organisations_as(Role.COURSE_SPONSOR)}
    return any(one.person_id == person.id and one.office_id in offices for one in training.sponsors)
