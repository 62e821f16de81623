"""Who sees a round of a client panel, and who leads one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from portal.capacity.access import OF_BUYER, trainings_seen_by
from portal.capacity.models import Training, TrainingSponsor
from portal.contracts.models import Contract
from portal.feedback.panels.models import Panel, PanelTraining
from portal.organisations.models import Person
from portal.permissions import Role


def panels_seen_by(person: Person) -> ColumnElement[bool]:
    """A condition on Panel: the buyer's, and those over a training of the sponsor's own."""
    buyers = [buyer.id for buyer in person.organisations_as(*OF_BUYER)]
    return or_(Panel.buyer_id.in_(buyers), _sponsored(person))


def panels_led_by(person: Person) -> ColumnElement[bool]:
    """A condition on Panel: those that the buyer's officer or a named course sponsor carries on."""
    buyers = [buyer.id for buyer in person.organisations_as(Role.PROCUREMENT_OFFICER)]
    return or_(Panel.buyer_id.in_(buyers), _sponsored(person))


def trainings_of_panels(person: Person) -> ColumnElement[bool]:
    """A condition on Training: those that this officer or sponsor may take into a round."""
    buyers = [buyer.id for buyer in person.organisations_as(Role.PROCUREMENT_OFFICER)]
    of_buyer = Training.contract_id.in_(select(Contract.id).where(Contract.buyer_id.in_(buyers)))
    return and_(trainings_seen_by(person), or_(of_buyer, Training.id.in_(_named_for(person))))


def _sponsored(person: Person) -> ColumnElement[bool]:
    return Panel.id.in_(
        select(PanelTraining.panel_id).where(PanelTraining.training_id.in_(_named_for(person)))
    )


def _named_for(person: Person) -> Select[UUID]:
    offices = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    return select(TrainingSponsor.training_id).where(
        TrainingSponsor.person_id == person.id, TrainingSponsor.office_id.in_(offices)
    )
