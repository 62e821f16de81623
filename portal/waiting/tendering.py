"""What waits for people of a buyer between the deadline for offers and the decision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.evaluation.queries.overview import listed
from portal.offers.models import Opening
from portal.offers.rules import OpeningStage
from portal.organisations.models import Person
from portal.permissions import BUYERS_HANDLERS, Role
from portal.procurement.models import NamedOpener, Procurement
from portal.procurement.rules import State
from portal.waiting.rules import Wait, Waiting

_EVALUATING = {"declare": Wait.INTERESTS_TO_DECLARE, "assess": Wait.OFFERS_TO_ASSESS}


def openings(session: Session, person: Person, at: datetime) -> Iterable[Waiting]:
    """Calls whose deadline has passed until two have opened them, whether they got offers or not.

    Whoever has opened first waits for another.
    """
    buyers = [one.id for one in person.organisations_as(Role.OPENER)]
    if not buyers:
        return
    named = select(NamedOpener.person_id).where(NamedOpener.procurement_id == Procurement.id)
    settled = select(Opening.id).where(
        Opening.procurement_id == Procurement.id,
        Opening.stage == OpeningStage.OFFERS,
        or_(Opening.opened_at.is_not(None), Opening.first_id == person.id),
    )
    found = session.execute(
        select(Procurement.id, Procurement.reference).where(
            Procurement.buyer_id.in_(buyers),
            Procurement.state == State.PUBLISHED,
            Procurement.offers_due < at,
            or_(~named.exists(), named.where(NamedOpener.person_id == person.id).exists()),
            ~settled.exists(),
        )
    )
    for key, reference in found:
        yield Waiting(Wait.OFFERS_TO_OPEN, reference, None, "offers.opening", key)


def evaluations(session: Session, person: Person) -> Iterable[Waiting]:
    """What the first page of the person's evaluations says that they are to do."""
    if not person.holds(BUYERS_HANDLERS | {Role.EVALUATOR}):
        return
    for row in listed(session, person, 1).rows:
        kind = _EVALUATING.get(row.waits or "")
        if kind is not None:
            count = row.to_assess if kind is Wait.OFFERS_TO_ASSESS else 1
            yield Waiting(kind, row.reference, None, "evaluation.show", row.procurement_id, count)
