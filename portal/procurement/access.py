"""Who stands in which relation to a procurement."""

from __future__ import annotations

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
