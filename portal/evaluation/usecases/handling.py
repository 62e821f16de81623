"""Looking at offers, declaring interests, judging providers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.evaluation.access import handles_offers, has_conflict, panel, require_clean
from portal.evaluation.models import (
    Award,
    Conflict,
    InterestDeclaration,
    SuitabilityJudgement,
)
from portal.evaluation.rules import (
    require_reason,
)
from portal.evaluation.usecases.subject import require_being_evaluated
from portal.offers.models import LotOffer, Offer
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
            offers = offers.where(Offer.state == OfferState.SUBMITTED)
            if not sees_all:
                offers = offers.where(Offer.provider_id.in_(own))
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


def judge_suitability(
    session: Session,
    *,
    procurement: Procurement,
    provider: Organisation,
    suitable: bool,
    reason: str,
    by: Person,
    at: datetime,
) -> None:
    """Suitable or not, with the reason; may be judged anew until a lot of the offer is awarded."""
    with acting(session, "judge_suitability", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "judge_suitability", procurement.buyer_id)
        require_being_evaluated(procurement)
        offer = session.scalar(
            select(Offer).where(
                Offer.procurement_id == procurement.id,
                Offer.provider_id == provider.id,
                Offer.state == OfferState.SUBMITTED,
            )
        )
        if offer is None or _has_award_on_its_lots(session, offer):
            raise RuleBroken("wrong_state")
        require_clean(session, procurement, by)
        require_reason(reason)
        judgement = session.scalar(
            select(SuitabilityJudgement).where(SuitabilityJudgement.offer_id == offer.id)
        )
        if judgement is None:
            judgement = SuitabilityJudgement(offer_id=offer.id)
            session.add(judgement)
        judgement.suitable, judgement.reason = suitable, reason
        judgement.judged_by_id, judgement.judged_at = by.id, at
        facts.note(offer=offer.id, suitable=suitable)


def _has_award_on_its_lots(session: Session, offer: Offer) -> bool:
    lots = select(LotOffer.lot_id).where(LotOffer.offer_id == offer.id)
    award = select(Award.id).where(Award.lot_id.in_(lots), Award.voided_at.is_(None))
    return session.scalar(award.limit(1)) is not None
