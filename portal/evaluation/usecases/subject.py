"""What an act of the evaluation is about, and whether it may still be done."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.evaluation.models import Award, Discontinuation
from portal.offers.models import LotOffer, Offer, Opening
from portal.offers.rules import OpeningStage
from portal.organisations.models import Organisation
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import State
from portal.shared.errors import RuleBroken


def require_being_evaluated(procurement: Procurement) -> None:
    """Refuses by ``not_opened`` before the opening, by ``wrong_state`` once decided."""
    if procurement.state in (State.DRAFT, State.DECIDED):
        raise RuleBroken("wrong_state")
    if procurement.state == State.PUBLISHED:
        raise RuleBroken("not_opened")


class _Versioned(Protocol):
    id: UUID


def require_seen(standing: _Versioned | None, seen: UUID | None, *, checked: bool) -> None:
    """Nobody replaces what they have not read: refuses by ``changed_meanwhile``.

    ``seen`` is the row that the page showed, None for a page that showed none; acts without a
    page (case files) are not ``checked``.
    """
    if checked and seen != (standing.id if standing is not None else None):
        raise RuleBroken("changed_meanwhile")


def lot_offer(session: Session, lot: Lot, provider: Organisation) -> LotOffer:
    """The provider's opened offer for the lot. Raises ``wrong_state`` where there is none."""
    found = session.scalar(
        select(LotOffer)
        .join(Offer, Offer.id == LotOffer.offer_id)
        .where(LotOffer.lot_id == lot.id, Offer.provider_id == provider.id)
    )
    if found is None:
        raise RuleBroken("wrong_state")
    return found


def standing_discontinuation(session: Session, lot: Lot) -> Discontinuation | None:
    """The lot's discontinuation that has not been voided."""
    return session.scalar(
        select(Discontinuation).where(
            Discontinuation.lot_id == lot.id, Discontinuation.voided_at.is_(None)
        )
    )


def require_discontinuable(
    session: Session, procurement: Procurement, lot: Lot
) -> Discontinuation | None:
    """What a discontinuation would replace: one carried over a correction, or nothing.

    Raises ``wrong_state`` for a draft, once decided, and for a lot awarded or discontinued.
    """
    standing = standing_discontinuation(session, lot)
    if (
        procurement.state not in (State.PUBLISHED, State.OPENED)
        or standing_award(session, lot) is not None
        or (standing is not None and not standing.carried)
    ):
        raise RuleBroken("wrong_state")
    return standing


def was_opened(session: Session, procurement: Procurement) -> bool:
    """Whether the offers have been opened."""
    opened = select(Opening.id).where(
        Opening.procurement_id == procurement.id,
        Opening.stage == OpeningStage.OFFERS,
        Opening.opened_at.is_not(None),
    )
    return session.scalar(opened) is not None


def standing_award(session: Session, lot: Lot) -> Award | None:
    """The lot's award that has not been voided."""
    return session.scalar(select(Award).where(Award.lot_id == lot.id, Award.voided_at.is_(None)))
