"""Who may see opened offers, and whom a declared conflict shuts out."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.evaluation.models import Conflict, InterestDeclaration
from portal.offers.models import Opening
from portal.offers.rules import OpeningStage
from portal.organisations.models import Person
from portal.permissions import Role
from portal.procurement.access import is_handler
from portal.procurement.models import Appointment, Procurement
from portal.shared.errors import RuleBroken

Key = UUID | InstrumentedAttribute[UUID] | BindParameter[UUID]
"""A key, or what of a query has it: a column, or a parameter."""


def declared(procurement_id: Key, person_id: Key) -> ColumnElement[bool]:
    """A condition: the person has declared interests in the procurement."""
    return exists().where(
        InterestDeclaration.procurement_id == procurement_id,
        InterestDeclaration.person_id == person_id,
    )


def conflicted(procurement_id: Key, person_id: Key) -> ColumnElement[bool]:
    """A condition: any declaration of the person names a provider; once declared, it stands."""
    return exists().where(
        InterestDeclaration.procurement_id == procurement_id,
        InterestDeclaration.person_id == person_id,
        Conflict.declaration_id == InterestDeclaration.id,
    )


def appointed_to(procurement_id: Key, person_id: Key) -> ColumnElement[bool]:
    """A condition: the person has been appointed to evaluate the procurement."""
    return exists().where(
        Appointment.procurement_id == procurement_id, Appointment.person_id == person_id
    )


def second_envelope_opened(procurement_id: Key) -> ColumnElement[bool]:
    """A condition: the sealed prices of the procurement have been opened."""
    return exists().where(
        Opening.procurement_id == procurement_id,
        Opening.stage == OpeningStage.PRICES,
        Opening.opened_at.is_not(None),
    )


def has_declared(session: Session, procurement: Procurement, person: Person) -> bool:
    """Whether the person has declared interests in this procurement."""
    return bool(session.scalar(select(declared(procurement.id, person.id))))


def has_conflict(session: Session, procurement: Procurement, person: Person) -> bool:
    """Whether any declaration of the person names a provider; once declared, it stands."""
    return bool(session.scalar(select(conflicted(procurement.id, person.id))))


def require_clean(session: Session, procurement: Procurement, person: Person) -> None:
    """Refuses by ``interests_undeclared`` and ``conflict_of_interest``."""
    has_declared, tied = session.execute(
        select(declared(procurement.id, person.id), conflicted(procurement.id, person.id))
    ).one()
    refuse_unclean(has_declared=has_declared, tied=tied)


def refuse_unclean(*, has_declared: bool, tied: bool) -> None:
    """As `require_clean`, for whoever has asked already."""
    if not has_declared:
        raise RuleBroken("interests_undeclared")
    if tied:
        raise RuleBroken("conflict_of_interest")


def prices_opened(session: Session, procurement: Procurement) -> bool:
    """Whether the second envelope has been opened; never of a procurement with one only."""
    if not procurement.two_envelopes:
        return False
    return bool(session.scalar(select(second_envelope_opened(procurement.id))))


def panel(session: Session, procurement: Procurement) -> dict[UUID, Person]:
    """The appointed evaluators who have declared and have no conflict, by their key."""
    appointments = session.scalars(
        select(Appointment).where(
            Appointment.procurement_id == procurement.id,
            declared(procurement.id, Appointment.person_id),
            ~conflicted(procurement.id, Appointment.person_id),
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
