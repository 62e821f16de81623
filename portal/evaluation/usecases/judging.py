"""Who may take part, and whose offer is what the call asks for: yes or no, with the reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.evaluation.access import prices_opened, require_clean
from portal.evaluation.comparison import LeftOut, compare_lots
from portal.evaluation.models import (
    Award,
    ConformityJudgement,
    JointScore,
    SuitabilityJudgement,
)
from portal.evaluation.queries.clarified import explained
from portal.evaluation.queries.opened import judgement_of
from portal.evaluation.rules import require_reason
from portal.evaluation.rules.prices import require_prices_sealed
from portal.evaluation.usecases.subject import (
    lot_offer,
    require_being_evaluated,
    require_seen,
    standing_award,
)
from portal.offers.access import opened
from portal.offers.models import LotOffer, Offer
from portal.organisations.models import Organisation, Person
from portal.permissions import require
from portal.procurement.models import Lot, Procurement
from portal.shared.errors import RuleBroken


def judge_suitability(
    session: Session,
    *,
    procurement: Procurement,
    provider: Organisation,
    suitable: bool,
    reason: str,
    by: Person,
    at: datetime,
    seen: UUID | None = None,
    checked: bool = False,
) -> None:
    """Suitable or not, with the reason; may be judged anew until a lot of the offer is awarded.

    ``checked`` says that the judge had a page before their eyes, and ``seen`` which judgement
    stood on it. Raises ``wrong_state``, ``not_opened``, ``interests_undeclared``,
    ``conflict_of_interest``, ``reason_missing``, ``changed_meanwhile``, and ``prices_opened`` for
    letting an offer in that has no joint score once sealed prices are known.
    """
    with acting(session, "judge_suitability", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "judge_suitability", procurement.buyer_id)
        require_being_evaluated(procurement)
        offer = session.scalar(
            select(Offer).where(opened(procurement), Offer.provider_id == provider.id)
        )
        if offer is None or _has_award_on_its_lots(session, offer):
            raise RuleBroken("wrong_state")
        require_clean(session, procurement, by)
        require_reason(reason)
        standing = judgement_of(session, offer)
        require_seen(standing, seen, checked=checked)
        if suitable and not _scored(session, offer.id):
            require_prices_sealed(opened=prices_opened(session, procurement))
        if standing is not None:
            standing.replaced_at = at
            session.flush()
        session.add(
            SuitabilityJudgement(
                offer_id=offer.id,
                suitable=suitable,
                reason=reason,
                judged_by_id=by.id,
                judged_at=at,
            )
        )
        facts.note(offer=offer.id, suitable=suitable)


def _scored(session: Session, offer_id: UUID, lot: Lot | None = None) -> bool:
    """Whether the offer has its joint score, in the lot or in every lot that it is for."""
    score = exists().where(
        JointScore.lot_id == LotOffer.lot_id,
        JointScore.offer_id == LotOffer.offer_id,
        JointScore.replaced_at.is_(None),
    )
    lacking = select(LotOffer.id).where(LotOffer.offer_id == offer_id, ~score)
    if lot is not None:
        lacking = lacking.where(LotOffer.lot_id == lot.id)
    return session.scalar(lacking.limit(1)) is None


def _has_award_on_its_lots(session: Session, offer: Offer) -> bool:
    lots = select(LotOffer.lot_id).where(LotOffer.offer_id == offer.id)
    award = select(Award.id).where(Award.lot_id.in_(lots), Award.voided_at.is_(None))
    return session.scalar(award.limit(1)) is not None


def judge_conformity(
    session: Session,
    *,
    procurement: Procurement,
    lot: Lot,
    provider: Organisation,
    conforms: bool,
    reason: str,
    by: Person,
    at: datetime,
    low_price: bool = False,
    seen: UUID | None = None,
    checked: bool = False,
) -> None:
    """Whether an offer is for this lot what the call asks for; one not judged conforms.

    ``low_price`` leaves an offer out for its unusually low price, which its bidder has been asked
    to explain and has answered, or let the time for it pass (act 1397/2016, section 96).
    ``seen`` and ``checked`` are as in `judge_suitability`. Raises ``wrong_state``,
    ``not_opened``, ``interests_undeclared``, ``conflict_of_interest``, ``reason_missing``,
    ``changed_meanwhile``, ``price_not_low``, ``explanation_missing``, ``prices_opened``.
    """
    with acting(session, "judge_conformity", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "judge_conformity", procurement.buyer_id)
        require_being_evaluated(procurement)
        found = lot_offer(session, lot, provider)
        if standing_award(session, lot) is not None:
            raise RuleBroken("wrong_state")
        require_clean(session, procurement, by)
        require_reason(reason)
        standing = session.scalar(
            select(ConformityJudgement).where(
                ConformityJudgement.lot_id == lot.id,
                ConformityJudgement.offer_id == found.offer_id,
                ConformityJudgement.replaced_at.is_(None),
            )
        )
        require_seen(standing, seen, checked=checked)
        if conforms and not _scored(session, found.offer_id, lot):
            require_prices_sealed(opened=prices_opened(session, procurement))
        if not conforms and low_price:
            if not compare_lots(session, procurement)[lot.id].may_be_low(found.offer_id):
                raise RuleBroken("price_not_low", field="conforms")
            if not explained(session, found.offer_id, lot, at):
                raise RuleBroken("explanation_missing")
        if standing is not None:
            standing.replaced_at = at
            session.flush()
        ground = LeftOut.LOW_PRICE if low_price and not conforms else LeftOut.CONTENT
        session.add(
            ConformityJudgement(
                lot_id=lot.id,
                offer_id=found.offer_id,
                conforms=conforms,
                ground=ground,
                reason=reason,
                judged_by_id=by.id,
                judged_at=at,
            )
        )
        facts.note(lot=lot.id, offer=found.offer_id, conforms=conforms, ground=ground)
