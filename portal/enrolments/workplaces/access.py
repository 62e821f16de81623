"""Who sees a workplace, and for whom one may be recorded."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from portal.capacity.access import coached_by, may_use
from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.enrolments.people import TEACHING
from portal.enrolments.workplaces.models import Workplace
from portal.organisations.models import Person
from portal.permissions import PROVIDING, Role
from portal.shared.errors import RuleBroken


def workplaces_seen_by(person: Person) -> ColumnElement[bool]:
    """A condition on Workplace: the sponsor's office's, the provider's, a named coach's."""
    offices = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    providers = [one.id for one in person.organisations_as(*PROVIDING)]
    return or_(
        Workplace.office_id.in_(offices),
        Workplace.contract_id.in_(select(Contract.id).where(Contract.provider_id.in_(providers))),
        Workplace.training_id.in_(coached_by(person)),
    )


def finds_for(session: Session, person: Person, contract: Contract, office_id: UUID) -> bool:
    """A course sponsor of the office, or the provider's trainer or coach; the office may use it."""
    if not may_use(session, contract, office_id):
        return False
    return person.holds({Role.COURSE_SPONSOR}, office_id) or person.holds(
        TEACHING, contract.provider_id
    )


def handles(session: Session, person: Person, workplace: Workplace) -> bool:
    """Whoever may find there, and a coach named for the training that the workplace is in."""
    if finds_for(session, person, workplace.contract, workplace.office_id):
        return True
    coached = select(Training.id).where(
        Training.id == workplace.training_id, Training.id.in_(coached_by(person))
    )
    return session.scalar(coached) is not None


def require_handling(session: Session, person: Person, workplace: Workplace) -> None:
    """Refuses by ``not_permitted`` everybody else."""
    if not handles(session, person, workplace):
        raise RuleBroken("not_permitted")
