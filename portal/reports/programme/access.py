"""Whose contracts and people a reader's figures are reckoned from."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from portal.capacity.models import CallOff, Training
from portal.contracts.access import seen_by as contracts_seen_by
from portal.contracts.models import Contract
from portal.enrolments.access import people_counted_by
from portal.enrolments.models import Enrolment
from portal.evaluation.access import has_conflict
from portal.organisations.models import Person
from portal.permissions import BUYERS_HANDLERS, PROVIDING, Role
from portal.procurement.models import Procurement
from portal.shared.errors import NotFound

OF_BUYER = BUYERS_HANDLERS | {Role.AUDITOR}


def contracts_reported_to(person: Person) -> ColumnElement[bool]:
    """A condition on Contract: those in force, now or once, whose figures this reader may ask for.

    They are the buyer's, the provider's, and those from which the reader's office has called off.
    """
    providers = [one.id for one in person.organisations_as(*PROVIDING)]
    called = select(CallOff.contract_id).where(CallOff.office_id.in_(_offices(person)))
    return and_(
        Contract.in_force_at.is_not(None),
        or_(
            contracts_seen_by(person),
            Contract.provider_id.in_(providers),
            Contract.id.in_(called),
        ),
    )


def people_reported_to(person: Person) -> ColumnElement[bool]:
    """A condition on Enrolment: who counts. An office counts those whom it has referred itself."""
    return or_(people_counted_by(person), Enrolment.office_id.in_(_offices(person)))


def groups_reported_to(person: Person) -> ColumnElement[bool]:
    """A condition on Training: whose report of sensitive groups counts.

    A report is of everybody in the training. So where two offices share one, it is in the figures
    of the buyer and the provider alone.
    """
    providers = [one.id for one in person.organisations_as(*PROVIDING)]
    offices = _offices(person)
    theirs = select(Contract.id).where(
        or_(contracts_seen_by(person), Contract.provider_id.in_(providers))
    )
    other = aliased(Enrolment)
    own, others = (
        select(other.id).where(other.training_id == Training.id, condition).exists()
        for condition in (other.office_id.in_(offices), other.office_id.not_in(offices))
    )
    return or_(Training.contract_id.in_(theirs), and_(own, ~others))


def counts_own_office(person: Person) -> bool:
    """Whether a reader is shown figures of an office's own people, and of nobody else's."""
    return bool(_offices(person)) and not person.holds(OF_BUYER | PROVIDING)


def procurement_reported_on(session: Session, procurement_id: UUID, person: Person) -> Procurement:
    """A procurement whose reports this person of the buyer reads. Raises NotFound.

    A declared conflict shuts out here as everywhere.
    """
    found = session.get(Procurement, procurement_id)
    if found is None or not person.holds(OF_BUYER, found.buyer_id):
        raise NotFound
    if has_conflict(session, found, person):
        raise NotFound
    return found


def _offices(person: Person) -> list[UUID]:
    return [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
