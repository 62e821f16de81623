"""Looking at offers, and declaring interests."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.evaluation.access import handles_offers, has_conflict, panel
from portal.evaluation.models import Conflict, InterestDeclaration
from portal.offers.access import opened
from portal.offers.models import Offer
from portal.offers.rules import OfferState
from portal.organisations.models import Organisation, Person
from portal.permissions import BUYERS_HANDLERS, Role, require
from portal.procurement.models import Procurement
from portal.procurement.rules import State
from portal.shared.errors import RuleBroken


def _not_yet_opened(procurement: Procurement) -> bool:
    return procurement.state in (State.DRAFT, State.PUBLISHED)


def look_at_offers(
    session: Session, *, procurement: Procurement, by: Person, at: datetime
) -> list[Offer]:
    """The offers that this person sees now.

    Before the opening a provider's own, for anyone else ``sealed``; after it the buyer's handlers
    and the panel see all, a provider its own, and a declared conflict refuses by
    ``conflict_of_interest``.
    """
    with acting(session, "look_at_offers", chain=procurement.id, by=by.id, at=at):
        require(by, "look_at_offers")
        own = [
            membership.organisation_id
            for membership in by.memberships
            if membership.role in {Role.REPRESENTATIVE, Role.TRAINER, Role.COACH}
        ]
        offers = select(Offer).where(Offer.procurement_id == procurement.id)
        sees_all = procurement.buyer_id is not None and (
            by.holds(BUYERS_HANDLERS, procurement.buyer_id) or by.id in panel(session, procurement)
        )
        if _not_yet_opened(procurement):
            if not own:
                raise RuleBroken("sealed")
            offers = offers.where(Offer.provider_id.in_(own), Offer.state != OfferState.WITHDRAWN)
        else:
            if has_conflict(session, procurement, by):
                raise RuleBroken("conflict_of_interest")
            if not sees_all and not own:
                raise RuleBroken("not_permitted")
            offers = offers.where(
                opened(procurement)
                if sees_all
                else Offer.provider_id.in_(own) & (Offer.state == OfferState.SUBMITTED)
            )
        return list(session.scalars(offers))


def declare_interests(
    session: Session,
    *,
    procurement: Procurement,
    conflicts: Collection[Organisation],
    by: Person,
    at: datetime,
) -> None:
    """Say to which providers one is tied, or that to none. May be said anew; a conflict stands.

    Raises ``wrong_state`` for a draft.
    """
    with acting(session, "declare_interests", chain=procurement.id, by=by.id, at=at) as facts:
        if not handles_offers(session, procurement, by):
            raise RuleBroken("not_permitted")
        if procurement.state == State.DRAFT:
            raise RuleBroken("wrong_state")
        session.add(
            InterestDeclaration(
                procurement_id=procurement.id,
                person_id=by.id,
                declared_at=at,
                conflicts=[Conflict(provider_id=provider.id) for provider in conflicts],
            )
        )
        facts.note(conflicts=len(conflicts))
