"""Who answers for an organisation's data about people, and who for one participant's."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from portal.capacity.models import CallOff, Training
from portal.enrolments.models import Enrolment
from portal.enrolments.people import enrolment_in_guidance
from portal.organisations.models import Organisation, Person
from portal.permissions import ACTS, Kind, Role
from portal.shared.errors import NotFound

READING = frozenset(
    {Role.RESPONSIBLE_OFFICIAL, Role.PROCUREMENT_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR}
)
"""Whoever sees what is kept for how long, and what is held; of their own organisations."""


def organisations_of(person: Person) -> list[Organisation]:
    """The organisations whose periods and holds this person sees."""
    return person.organisations_as(*READING)


def offices_of(person: Person) -> list[UUID]:
    """The employment offices among them."""
    return [one.id for one in organisations_of(person) if Kind.EMPLOYMENT_OFFICE in one.kinds]


def may_hold_for(person: Person) -> list[UUID]:
    """The organisations in whose name this person places and releases holds."""
    return [one.id for one in person.organisations_as(*ACTS["place_hold"])]


def trainings_of_offices(offices: Collection[UUID]) -> ColumnElement[bool]:
    """A condition on Training: those to which one of the offices has referred or called off."""
    return or_(
        Training.id.in_(select(Enrolment.training_id).where(Enrolment.office_id.in_(offices))),
        Training.id.in_(select(CallOff.training_id).where(CallOff.office_id.in_(offices))),
    )


def answered_for(session: Session, enrolment_id: UUID, person: Person) -> Enrolment:
    """A participant for whom this person answers: of the own office, as sponsor or official.

    Raises NotFound for anybody else's, as for none.
    """
    found = enrolment_in_guidance(session, enrolment_id, person)
    if not person.holds(ACTS["export_participant"], found.office_id):
        raise NotFound
    return found
