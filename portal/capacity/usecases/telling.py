"""Letters about call-offs. They name the contract and the number, and nobody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.models import CallOff
from portal.jobs.mail import send_mail
from portal.organisations.models import Membership, Person
from portal.permissions import Role


def tell_provider(
    session: Session, call_off: CallOff, letter: str, *, apart_from: Person, at: datetime
) -> None:
    """Write to the provider's representatives and trainers, but not to whoever acted."""
    people = session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == call_off.contract.provider_id,
            Membership.role.in_([Role.REPRESENTATIVE, Role.TRAINER]),
            Person.closed_at.is_(None),
            Person.id != apart_from.id,
        )
        .order_by(Person.email)
        .distinct()
    )
    for person in people:
        _write(session, call_off, letter, person, at)


def tell_caller(
    session: Session, call_off: CallOff, letter: str, *, apart_from: Person, at: datetime
) -> None:
    """Write to whoever called off, unless they acted themselves or have closed their account."""
    caller = call_off.called_by
    if caller.id != apart_from.id and caller.closed_at is None:
        _write(session, call_off, letter, caller, at)


def _write(session: Session, call_off: CallOff, letter: str, person: Person, at: datetime) -> None:
    send_mail(
        session,
        to=person,
        letter=letter,
        facts={
            "contract": call_off.contract.reference,
            "n": call_off.n,
            "path": f"/call-offs/{call_off.id}",
        },
        at=at,
        about=call_off.id,
    )
