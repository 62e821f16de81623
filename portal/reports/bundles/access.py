"""Who has a bundle made, and how much of the procurement is in it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from portal.evaluation.access import has_conflict, has_declared
from portal.organisations.models import Person
from portal.permissions import Role, may
from portal.procurement.access import is_handler
from portal.procurement.models import Procurement
from portal.procurement.rules import State
from portal.reports.bundles.rules import Scope
from portal.shared.errors import NotFound, RuleBroken


def bundled_for(session: Session, procurement_id: UUID, person: Person | None) -> Procurement:
    """A published procurement of which this person has bundles made.

    They are the buyer's officers, decision makers and auditors; None is whoever keeps the
    installation. Raises NotFound for all others, ``conflict_of_interest``.
    """
    procurement = session.get(Procurement, procurement_id)
    if procurement is None or procurement.state == State.DRAFT:
        raise NotFound
    if person is not None:
        if not may(person, "make_bundle", procurement.buyer_id):
            raise NotFound
        if has_conflict(session, procurement, person):
            raise RuleBroken("conflict_of_interest")
    return procurement


def scope_for(session: Session, procurement: Procurement, person: Person | None) -> Scope:
    """How much the bundle holds for this person, now.

    Before the opening, the call: even whether there is an offer is sealed. From the opening on,
    all, for those who handle the offers and have declared their interests. From the decision on,
    also for those who only look after it: auditors, and whoever keeps the installation.
    """
    if procurement.state == State.DECIDED:
        watches = person is None or person.holds({Role.AUDITOR}, procurement.buyer_id)
        if watches:
            return Scope.WHOLE
    if procurement.state not in (State.OPENED, State.DECIDED):
        return Scope.CALL
    handles = is_handler(person, procurement)
    if handles and person is not None and has_declared(session, procurement, person):
        return Scope.WHOLE
    return Scope.CALL
