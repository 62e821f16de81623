"""Who visits in a training, and who reads of a visit."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from portal.capacity.access import coached_by, is_named_coach, is_of_provider, sponsors_office
from portal.capacity.models import Training, TrainingSponsor
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.meetings.models import WorkplaceVisit
from portal.organisations.models import Person
from portal.permissions import PROVIDING, Role
from portal.shared.errors import RuleBroken


def visiting_office(
    session: Session, person: Person, training: Training, enrolments: Sequence[Enrolment]
) -> UUID | None:
    """The office whose sponsors read of the visit; None where it is of several.

    A sponsor visits their own office's participants; a coach of the provider or one named for the
    training, any of it. Raises ``not_permitted``.
    """
    offices = {one.office_id for one in enrolments}
    if is_of_provider(person, training, Role.COACH) or is_named_coach(person, training):
        offices = offices or {
            one.office_id for one in training.call_offs if one.office_id is not None
        }
        return next(iter(offices)) if len(offices) == 1 else None
    office = sponsors_office(session, person, training).id
    if offices - {office}:
        raise RuleBroken("not_permitted")
    return office


def visits_seen_by(person: Person) -> ColumnElement[bool]:
    """A condition on WorkplaceVisit: one's own, and those that tell only of people one sees.

    One's own are those where one still visits. The others are the provider's and a named coach's
    in their trainings, and a named sponsor's where the visit is of the office in whose name they
    follow the training.
    """
    offices = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    providers = [one.id for one in person.organisations_as(*PROVIDING)]
    sponsored = (
        select(TrainingSponsor.id)
        .where(
            TrainingSponsor.training_id == WorkplaceVisit.training_id,
            TrainingSponsor.office_id == WorkplaceVisit.office_id,
            TrainingSponsor.person_id == person.id,
            TrainingSponsor.office_id.in_(offices),
        )
        .exists()
    )
    return or_(
        (WorkplaceVisit.by_id == person.id)
        & WorkplaceVisit.training_id.in_(select(Training.id).where(visited_by(person))),
        sponsored,
        WorkplaceVisit.training_id.in_(_of_providers(providers)),
        WorkplaceVisit.training_id.in_(coached_by(person)),
    )


def visited_by(person: Person) -> ColumnElement[bool]:
    """A condition on Training: where this person visits, as a named sponsor or as a coach."""
    offices = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    providers = [one.id for one in person.organisations_as(Role.COACH)]
    named = select(TrainingSponsor.training_id).where(
        TrainingSponsor.person_id == person.id, TrainingSponsor.office_id.in_(offices)
    )
    return or_(
        Training.id.in_(named),
        Training.id.in_(_of_providers(providers)),
        Training.id.in_(coached_by(person)),
    )


def _of_providers(providers: list[UUID]) -> Select[UUID]:
    return (
        select(Training.id)
        .join(Contract, Contract.id == Training.contract_id)
        .where(Contract.provider_id.in_(providers))
    )
