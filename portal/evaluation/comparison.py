"""A lot's ranking from what the tables hold: one reading for pages, documents and reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.evaluation.models import (
    Award,
    ConformityJudgement,
    Discontinuation,
    JointScore,
    SuitabilityJudgement,
)
from portal.evaluation.rules import (
    ComparedOffer,
    Comparing,
    LowPrice,
    Placing,
    comparison_price,
    low_prices,
    measurable,
    rank,
)
from portal.offers.models import LotOffer, Offer
from portal.organisations.models import Organisation
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import Comparison
from portal.shared.names import DEFAULT_LANGUAGE, name_in


class LeftOut(StrEnum):
    """Why an offer is neither ranked nor counted for the lowest price."""

    UNSUITABLE = "unsuitable"
    CONTENT = "content"
    LOW_PRICE = "low_price"


@dataclass(frozen=True)
class LotComparison:
    """Everything about one lot's offers after the opening, what has been replaced left aside.

    ``placings`` is empty until every offer is judged suitable or not, those left in have joint
    scores, and the prices are known; a placing's ``provider`` is the offer's key as text.
    """

    lot: Lot
    offers: dict[UUID, LotOffer]
    suitability: dict[UUID, SuitabilityJudgement]
    conformity: dict[UUID, ConformityJudgement]
    joint: dict[UUID, JointScore]
    award: Award | None
    discontinuation: Discontinuation | None
    comparing: Comparing
    low_price_percent: Decimal | None
    draw: Sequence[str]

    def left_out(self, offer_id: UUID) -> LeftOut | None:
        """Why the offer takes no part; None where it does, or is not judged yet."""
        suitability = self.suitability.get(offer_id)
        if suitability is not None and not suitability.suitable:
            return LeftOut.UNSUITABLE
        conformity = self.conformity.get(offer_id)
        if conformity is not None and not conformity.conforms:
            return LeftOut(conformity.ground)
        return None

    def reason_left_out(self, offer_id: UUID) -> str:
        """The reason given for leaving the offer out."""
        if self.left_out(offer_id) is LeftOut.UNSUITABLE:
            return self.suitability[offer_id].reason
        return self.conformity[offer_id].reason

    @property
    def left_in(self) -> list[UUID]:
        """The offers that take part, those not judged yet among them."""
        return [key for key in self.offers if self.left_out(key) is None]

    @property
    def undecided(self) -> bool:
        """Whether the lot is neither awarded nor discontinued."""
        return self.award is None and self.discontinuation is None

    @property
    def quality_complete(self) -> bool:
        """Whether every offer is judged suitable or not, and each left in has a joint score.

        In a discontinued lot nothing is waited for.
        """
        return self.discontinuation is not None or self._scored

    @property
    def _scored(self) -> bool:
        return all(key in self.suitability for key in self.offers) and all(
            key in self.joint for key in self.left_in
        )

    @property
    def prices_known(self) -> bool:
        """Whether no price is sealed any more."""
        return all(row.price is not None for row in self.offers.values())

    @cached_property
    def placings(self) -> list[Placing]:
        """The ranking, exact; nothing before it can be reckoned."""
        if not self._scored or not self.prices_known:
            return []
        scored = [
            replace(self._priced(key), points=_whole(self.joint[key].points))
            for key in self.left_in
        ]
        return rank(scored, self.comparing, self.draw)

    @cached_property
    def low_prices(self) -> dict[str, LowPrice]:
        """The unusually low prices by the measure of the call.

        Measured among the offers left in and those left out for their low price alone, so that
        the measure stays to be read when it has been acted on.
        """
        return low_prices(self._measured, self.low_price_percent)

    def may_be_low(self, offer_id: UUID) -> bool:
        """Whether the price is flagged, or there are too few others for the measure to tell."""
        measured = self._measured
        return str(offer_id) in self.low_prices or (
            str(offer_id) in measured and not measurable(measured)
        )

    @cached_property
    def _measured(self) -> dict[str, Fraction]:
        if not self.prices_known:
            return {}
        return {
            str(key): comparison_price(self._priced(key), self.comparing)
            for key in self.offers
            if self.left_out(key) in (None, LeftOut.LOW_PRICE)
        }

    def _priced(self, offer_id: UUID) -> ComparedOffer:
        row = self.offers[offer_id]
        assert row.price is not None
        return ComparedOffer(
            provider=str(offer_id),
            price=row.price,
            coordination_fee=row.coordination_fee,
            points={},
            name="\n".join(sort_key(row.offer.provider)),
        )

    def offer_of(self, placing: Placing) -> Offer:
        """The offer that a placing is about."""
        return self.offers[UUID(placing.provider)].offer


def sort_key(organisation: Organisation) -> tuple[str, str]:
    """An order of organisations that is the same for every reader and in every installation."""
    return name_in(organisation.name, DEFAULT_LANGUAGE), organisation.business_id or ""


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
    session: Session, procurement: Procurement, draws: Mapping[UUID, Sequence[str]] | None = None
) -> dict[UUID, LotComparison]:
    """Every lot's comparison, in a constant number of queries.

    ``draws`` gives drawn orders (offer keys) for lots that have no standing award yet.
    """
    lot_ids = [lot.id for lot in procurement.lots]
    by_lot: dict[UUID, _Rows] = {key: _Rows() for key in lot_ids}
    for row in session.scalars(select(LotOffer).where(LotOffer.lot_id.in_(lot_ids))):
        by_lot[row.lot_id].offers[row.offer_id] = row
    suitability = {
        row.offer_id: row
        for row in session.scalars(
            select(SuitabilityJudgement)
            .join(Offer, Offer.id == SuitabilityJudgement.offer_id)
            .where(
                Offer.procurement_id == procurement.id,
                SuitabilityJudgement.replaced_at.is_(None),
            )
        )
    }
    for judged in session.scalars(
        select(ConformityJudgement).where(
            ConformityJudgement.lot_id.in_(lot_ids), ConformityJudgement.replaced_at.is_(None)
        )
    ):
        by_lot[judged.lot_id].conformity[judged.offer_id] = judged
    for score in session.scalars(
        select(JointScore).where(JointScore.lot_id.in_(lot_ids), JointScore.replaced_at.is_(None))
    ):
        by_lot[score.lot_id].joint[score.offer_id] = score
    awards = {
        award.lot_id: award
        for award in session.scalars(
            select(Award).where(Award.lot_id.in_(lot_ids), Award.voided_at.is_(None))
        )
    }
    discontinued = {
        row.lot_id: row
        for row in session.scalars(
            select(Discontinuation).where(
                Discontinuation.lot_id.in_(lot_ids), Discontinuation.voided_at.is_(None)
            )
        )
    }
    compared = {}
    for lot in procurement.lots:
        rows, award = by_lot[lot.id], awards.get(lot.id)
        compared[lot.id] = LotComparison(
            lot=lot,
            offers=rows.offers,
            suitability={key: suitability[key] for key in rows.offers if key in suitability},
            conformity=rows.conformity,
            joint=rows.joint,
            award=award,
            discontinuation=discontinued.get(lot.id),
            comparing=comparing(procurement, lot),
            low_price_percent=procurement.low_price_percent,
            draw=award.draw if award else (draws or {}).get(lot.id, ()),
        )
    return compared


def all_scored(compared: Mapping[UUID, LotComparison]) -> bool:
    """Whether the quality of every offer left in has been scored in every lot."""
    return all(lot.quality_complete for lot in compared.values())


@dataclass
class _Rows:
    """What was found of one lot."""

    offers: dict[UUID, LotOffer] = field(default_factory=dict)
    conformity: dict[UUID, ConformityJudgement] = field(default_factory=dict)
    joint: dict[UUID, JointScore] = field(default_factory=dict)


def _whole(points: dict[str, Any]) -> dict[str, int]:
    return {key: int(value["points"]) for key, value in points.items()}
