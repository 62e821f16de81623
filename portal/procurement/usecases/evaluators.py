"""Appointing evaluators."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.organisations.models import Person
from portal.permissions import Role, require
from portal.procurement.models import (
    Appointment,
    Procurement,
)
from portal.procurement.rules import (
    State,
)
from portal.shared.errors import RuleBroken


def appoint_evaluator(
    session: Session, *, procurement: Procurement, evaluator: Person, by: Person, at: datetime
) -> None:
    """Let an evaluator of the buyer or of an employment office take part; twice is once."""
    with acting(session, "appoint_evaluator", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "appoint_evaluator", procurement.buyer_id)
        if procurement.state == State.DECIDED:
            raise RuleBroken("wrong_state")
        if not evaluator.holds({Role.EVALUATOR}):
            raise RuleBroken("not_an_evaluator", field="evaluator")
        if appointed(session, procurement, evaluator):
            return
        session.add(
            Appointment(
                procurement_id=procurement.id,
                person_id=evaluator.id,
                appointed_at=at,
                appointed_by_id=by.id,
            )
        )
        facts.note(evaluator=evaluator.id)


def appointed(session: Session, procurement: Procurement, person: Person) -> bool:
    """Whether this person has been appointed to evaluate the procurement."""
    row = select(Appointment.id).where(
        Appointment.procurement_id == procurement.id, Appointment.person_id == person.id
    )
    return session.scalar(row) is not None


def appointed_people(session: Session, procurement: Procurement) -> list[Person]:
    """The appointed evaluators, in the order of their appointment."""
    appointments = session.scalars(
        select(Appointment)
        .where(Appointment.procurement_id == procurement.id)
        .order_by(Appointment.appointed_at, Appointment.id)
    )
    return [appointment.person for appointment in appointments]
