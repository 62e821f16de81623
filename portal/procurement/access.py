"""Who stands in which relation to a procurement."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, or_

from portal.organisations.models import Person
from portal.permissions import BUYERS_HANDLERS, Role
from portal.procurement.models import Procurement
from portal.procurement.rules import State


def is_officer(person: Person | None, procurement: Procurement) -> bool:
    """A procurement officer of its buyer."""
    return person is not None and person.holds({Role.PROCUREMENT_OFFICER}, procurement.buyer_id)


def is_handler(person: Person | None, procurement: Procurement) -> bool:
    """An officer, opener, decision maker or signatory of its buyer."""
    return person is not None and person.holds(BUYERS_HANDLERS, procurement.buyer_id)


def may_see_call(person: Person | None, procurement: Procurement) -> bool:
    """Published calls are everybody's to read; drafts the buyer's handlers' and auditors' alone."""
    if procurement.state != State.DRAFT:
        return True
    return is_handler(person, procurement) or (
        person is not None and person.holds({Role.AUDITOR}, procurement.buyer_id)
    )


def buyers_read_by(person: Person | None) -> list[UUID]:
    """The buyers whose calls the person reads in every state: as a handler or an auditor."""
    if person is None:
        return []
    return [one.id for one in person.organisations_as(*BUYERS_HANDLERS, Role.AUDITOR)]


def calls_seen_by(person: Person | None) -> ColumnElement[bool]:
    """A condition on Procurement: as `may_see_call`."""
    return or_(Procurement.state != State.DRAFT, Procurement.buyer_id.in_(buyers_read_by(person)))
