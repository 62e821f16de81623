"""A lot's ranking from what the tables hold: one reading for pages, documents and reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.evaluation.models import Award, JointScore, SuitabilityJudgement
from portal.evaluation.rules import ComparedOffer, Comparing, Placing, rank
from portal.offers.models import LotOffer, Offer
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import Comparison


@dataclass(frozen=True)
class LotComparison:
    """Everything about one lot's offers after the opening.

    ``placings`` is empty until every offer is judged suitable or not and those left have joint
    scores; a placing's ``provider`` is the offer's key as text.
    """

    lot: Lot
    offers: dict[UUID, LotOffer]
    suitability: dict[UUID, SuitabilityJudgement]
    joint: dict[UUID, JointScore]
    award: Award | None
    placings: Sequence[Placing]

    def offer_of(self, placing: Placing) -> Offer:
        """The offer that a placing is about."""
        return self.offers[UUID(placing.provider)].offer


def comparing(procurement: Procurement, lot: Lot) -> Comparing:
    """How this lot is compared, by the frozen call."""
    assert procurement.price_weight is not None
    total = procurement.comparison == Comparison.TOTAL_AT_ESTIMATE
    return Comparing(
        price_weight=procurement.price_weight,
        weights={row.key: row.weight for row in procurement.criteria},
        scale_top=procurement.scale_top,
        estimated=lot.capacity_estimated if total else None,
    )


def compare_lots(
    session: Session, procurement: Procurement, draws: dict[UUID, list[str]] | None = None
) -> dict[UUID, LotComparison]:
    """Every lot's comparison, in a constant number of queries.

    ``draws`` gives drawn orders (offer keys) for lots that have no standing award yet.
    """
    lot_ids = [lot.id for lot in procurement.lots]
    lot_offers: dict[UUID, dict[UUID, LotOffer]] = {key: {} for key in lot_ids}
    for row in session.scalars(select(LotOffer).where(LotOffer.lot_id.in_(lot_ids))):
        lot_offers[row.lot_id][row.offer_id] = row
    suitability = {
        row.offer_id: row
        for row in session.scalars(
            select(SuitabilityJudgement)
            .join(Offer, Offer.id == SuitabilityJudgement.offer_id)
            .where(Offer.procurement_id == procurement.id)
        )
    }
    joint: dict[UUID, dict[UUID, JointScore]] = {key: {} for key in lot_ids}
    for score in session.scalars(select(JointScore).where(JointScore.lot_id.in_(lot_ids))):
        joint[score.lot_id][score.offer_id] = score
    awards = {
        award.lot_id: award
        for award in session.scalars(
            select(Award).where(Award.lot_id.in_(lot_ids), Award.voided_at.is_(None))
        )
    }
    compared = {}
    for lot in procurement.lots:
        award = awards.get(lot.id)
        draw = award.draw if award else (draws or {}).get(lot.id, [])
        compared[lot.id] = LotComparison(
            lot=lot,
            offers=lot_offers[lot.id],
            suitability={key: suitability[key] for key in lot_offers[lot.id] if key in suitability},
            joint=joint[lot.id],
            award=award,
            placings=_placings(
                procurement, lot, lot_offers[lot.id], suitability, joint[lot.id], draw
            ),
        )
    return compared


def _placings(
    procurement: Procurement,
    lot: Lot,
    offers: dict[UUID, LotOffer],
    suitability: dict[UUID, SuitabilityJudgement],
    joint: dict[UUID, JointScore],
    draw: list[str],
) -> list[Placing]:
    if any(key not in suitability for key in offers):
        return []
    suitable = [key for key in offers if suitability[key].suitable]
    if any(key not in joint for key in suitable):
        return []
    return rank(
        [
            ComparedOffer(
                provider=str(key),
                price=offers[key].price,
                coordination_fee=offers[key].coordination_fee,
                points=_whole(joint[key].points),
            )
            for key in suitable
        ],
        comparing(procurement, lot),
        draw,
    )


def _whole(points: dict[str, Any]) -> dict[str, int]:
    return {key: int(value["points"]) for key, value in points.items()}
