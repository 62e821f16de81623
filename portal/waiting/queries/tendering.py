"""What waits for people of a buyer between the deadline for offers and the decision."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select

from portal.offers.models import Opening
from portal.offers.rules import OpeningStage
from portal.permissions import Role
from portal.procurement.models import NamedOpener, Procurement
from portal.procurement.rules import State
from portal.waiting.queries.reader import Reader
from portal.waiting.queries.rows import Search, search
from portal.waiting.rules import Wait


def openings(reader: Reader) -> Iterable[Search]:
    """Calls whose deadline has passed until two have opened them, whether they got offers or not.

    Whoever has opened first waits for another.
    """
    buyers = reader.places(Role.OPENER)
    if not buyers:
        return
    me = reader.person.id
    named = select(NamedOpener.person_id).where(NamedOpener.procurement_id == Procurement.id)
    settled = select(Opening.id).where(
        Opening.procurement_id == Procurement.id,
        Opening.stage == OpeningStage.OFFERS,
        or_(Opening.opened_at.is_not(None), Opening.first_id == me),
    )
    yield search(Wait.OFFERS_TO_OPEN, Procurement.id, Procurement.reference).where(
        Procurement.buyer_id.in_(buyers),
        Procurement.state == State.PUBLISHED,
        Procurement.offers_due < reader.days.at,
        or_(~named.exists(), named.where(NamedOpener.person_id == me).exists()),
        ~settled.exists(),
    )
