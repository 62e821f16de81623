"""Who may see opened offers, and whom a declared conflict shuts out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.evaluation.models import Conflict, InterestDeclaration
from portal.offers.models import Opening
from portal.offers.rules import OpeningStage
from portal.organisations.models import Person
from portal.permissions import Role
from portal.procurement.access import is_handler
from portal.procurement.models import Appointment, Procurement
from portal.shared.errors import RuleBroken


def has_declared(session: Session, procurement: Procurement, person: Person) -> bool:
    """Whether the person has declared interests in this procurement."""
    declared = select(InterestDeclaration.id).where(
        InterestDeclaration.procurement_id == procurement.id,
        InterestDeclaration.person_id == person.id,
    )
    return session.scalar(declared.limit(1)) is not None


def has_conflict(session: Session, procurement: Procurement, person: Person) -> bool:
    """Whether any declaration of the person names a provider; once declared, it stands."""
    conflicted = (
        select(Conflict.provider_id)
        .join(InterestDeclaration)
        .where(
            InterestDeclaration.procurement_id == procurement.id,
            InterestDeclaration.person_id == person.id,
        )
    )
    return session.scalar(conflicted.limit(1)) is not None


def conflicts_since(session: Session, procurement: Procurement) -> dict[UUID, datetime]:
    """When each person with a conflict first declared one."""
    rows = session.execute(
        select(InterestDeclaration.person_id, InterestDeclaration.declared_at)
        .where(
            InterestDeclaration.procurement_id == procurement.id,
            exists().where(Conflict.declaration_id == InterestDeclaration.id),
        )
        .order_by(InterestDeclaration.declared_at.desc())
    )
    return {row.person_id: row.declared_at for row in rows}


def require_clean(session: Session, procurement: Procurement, person: Person) -> None:
    """Refuses by ``interests_undeclared`` and ``conflict_of_interest``."""
    if not has_declared(session, procurement, person):
        raise RuleBroken("interests_undeclared")
    if has_conflict(session, procurement, person):
        raise RuleBroken("conflict_of_interest")


def prices_opened(session: Session, procurement: Procurement) -> bool:
    """Whether the second envelope has been opened; never of a procurement with one only."""
    if not procurement.two_envelopes:
        return False
    opened = select(Opening.id).where(
        Opening.procurement_id == procurement.id,
        Opening.stage == OpeningStage.PRICES,
        Opening.opened_at.is_not(None),
    )
    return session.scalar(opened) is not None


def panel(session: Session, procurement: Procurement) -> dict[UUID, Person]:
    """The appointed evaluators who have declared and have no conflict, by their key."""
    declared = exists().where(
        InterestDeclaration.procurement_id == procurement.id,
        InterestDeclaration.person_id == Appointment.person_id,
    )
    conflicted = exists().where(
        InterestDeclaration.procurement_id == procurement.id,
        InterestDeclaration.person_id == Appointment.person_id,
        Conflict.declaration_id == InterestDeclaration.id,
    )
    appointments = session.scalars(
        select(Appointment).where(
            Appointment.procurement_id == procurement.id, declared, ~conflicted
        )
    )
    return {
        appointment.person_id: appointment.person
        for appointment in appointments
        if appointment.person.holds({Role.EVALUATOR})
    }


def handles_offers(session: Session, procurement: Procurement, person: Person | None) -> bool:
    """The buyer's handlers and the appointed evaluators: those who must declare interests."""
    if person is None:
        return False
    if is_handler(person, procurement):
        return True
    appointment = select(Appointment.id).where(
        Appointment.procurement_id == procurement.id, Appointment.person_id == person.id
    )
    return person.holds({Role.EVALUATOR}) and session.scalar(appointment) is not None
