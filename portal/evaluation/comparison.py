"""A lot's ranking from what the tables hold: one reading for pages, documents and reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache, cached_property
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from portal.database import Rows
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

STANDING_SUITABILITY = and_(
    SuitabilityJudgement.offer_id == LotOffer.offer_id, SuitabilityJudgement.replaced_at.is_(None)
)
STANDING_CONFORMITY = and_(
    ConformityJudgement.lot_id == LotOffer.lot_id,
    ConformityJudgement.offer_id == LotOffer.offer_id,
    ConformityJudgement.replaced_at.is_(None),
)
"""By what the judgements that stand are joined to an offer for a lot."""


class LeftOut(StrEnum):
    """Why an offer is neither ranked nor counted for the lowest price."""

    UNSUITABLE = "unsuitable"
    CONTENT = "content"
    LOW_PRICE = "low_price"


class Bidder(NamedTuple):
    """Who offers."""

    id: UUID
    name: dict[str, str]
    business_id: str | None


class PricedOffer(NamedTuple):
    """An offer for a lot; without its price while that is sealed."""

    offer_id: UUID
    provider: Bidder
    price: Decimal | None
    coordination_fee: Decimal | None


class Suitability(NamedTuple):
    """How a provider has been judged, as it stands."""

    suitable: bool
    reason: str


class Conformity(NamedTuple):
    """How an offer has been judged for a lot, as it stands."""

    conforms: bool
    ground: str
    reason: str


class Agreed(NamedTuple):
    """The joint score that stands: its version, and points and reasons as `JointScore` has them."""

    n: int
    points: Mapping[str, Any]
    agreed_at: datetime


@dataclass(frozen=True)
class LotComparison:
    """Everything about one lot's offers after the opening, what has been replaced left aside.

    ``placings`` is empty until every offer is judged suitable or not, those left in have joint
    scores, and the prices are known; a placing's ``provider`` is the offer's key as text.
    """

    lot: Lot
    offers: Mapping[UUID, PricedOffer]
    suitability: Mapping[UUID, Suitability]
    conformity: Mapping[UUID, Conformity]
    joint: Mapping[UUID, Agreed]
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
        scored = [self._priced(key, _whole(self.joint[key].points)) for key in self.left_in]
        return rank(scored, self.comparing, self.draw)

    @cached_property
    def low_prices(self) -> dict[str, LowPrice]:
        """The unusually low prices by the measure of the call.

        Measured among the offers left in and those left out for their low price alone, so that
        the measure stays to be read when it has been acted on.
        """
        if self.low_price_percent is None:
            return {}
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

    def _priced(self, offer_id: UUID, points: Mapping[str, int] | None = None) -> ComparedOffer:
        row = self.offers[offer_id]
        assert row.price is not None
        return ComparedOffer(
            provider=str(offer_id),
            price=row.price,
            coordination_fee=row.coordination_fee,
            points=points or {},
            name="\n".join(sort_key(row.provider)),
        )

    def provider_of(self, placing: Placing) -> Bidder:
        """Whose offer a placing is about."""
        return self.offers[UUID(placing.provider)].provider


def sort_key(organisation: Organisation | Bidder) -> tuple[str, str]:
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
    rows = _rows_of(session, lot_ids)
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
    return {
        lot.id: _compared(
            procurement,
            lot,
            rows[lot.id],
            awards.get(lot.id),
            discontinued.get(lot.id),
            (draws or {}).get(lot.id, ()),
        )
        for lot in procurement.lots
    }


def compare_lot(
    session: Session,
    procurement: Procurement,
    lot: Lot,
    award: Award | None,
    discontinuation: Discontinuation | None,
) -> LotComparison:
    """One lot's comparison in one query; how the lot has ended, its caller has read."""
    return _compared(procurement, lot, _rows_of(session, [lot.id])[lot.id], award, discontinuation)


def _compared(
    procurement: Procurement,
    lot: Lot,
    rows: _Rows,
    award: Award | None,
    discontinuation: Discontinuation | None,
    draw: Sequence[str] = (),
) -> LotComparison:
    return LotComparison(
        lot=lot,
        offers=rows.offers,
        suitability=rows.suitability,
        conformity=rows.conformity,
        joint=rows.joint,
        award=award,
        discontinuation=discontinuation,
        comparing=comparing(procurement, lot),
        low_price_percent=procurement.low_price_percent,
        draw=award.draw if award else draw,
    )


def all_scored(compared: Mapping[UUID, LotComparison]) -> bool:
    """Whether the quality of every offer left in has been scored in every lot."""
    return all(lot.quality_complete for lot in compared.values())


@dataclass
class _Rows:
    """What was found of one lot."""

    offers: dict[UUID, PricedOffer] = field(default_factory=dict)
    suitability: dict[UUID, Suitability] = field(default_factory=dict)
    conformity: dict[UUID, Conformity] = field(default_factory=dict)
    joint: dict[UUID, Agreed] = field(default_factory=dict)


def _rows_of(session: Session, lot_ids: Sequence[UUID]) -> dict[UUID, _Rows]:
    """What stands of each offer in these lots, in one query and without an entity for any of it."""
    by_lot = {key: _Rows() for key in lot_ids}
    found = session.execute(_what_stands(), {"lots": lot_ids})
    for lot_id, key, price, fee, *rest in found.all():
        rows = by_lot[lot_id]
        rows.offers[key] = PricedOffer(key, Bidder(*rest[:3]), price, fee)
        suitability, conformity, agreed = rest[3:5], rest[5:8], rest[8:]
        if suitability[0] is not None:
            rows.suitability[key] = Suitability(*suitability)
        if conformity[0] is not None:
            rows.conformity[key] = Conformity(*conformity)
        if agreed[0] is not None:
            rows.joint[key] = Agreed(*agreed)
    return by_lot


# Written once: with all that hangs on it, it takes longer to write than to ask.
@cache
def _what_stands() -> Rows:
    return (
        select(
            LotOffer.lot_id,
            LotOffer.offer_id,
            LotOffer.price,
            LotOffer.coordination_fee,
            *(Organisation.id, Organisation.name, Organisation.business_id),
            *(SuitabilityJudgement.suitable, SuitabilityJudgement.reason),
            ConformityJudgement.conforms,
            ConformityJudgement.ground,
            ConformityJudgement.reason,
            *(JointScore.n, JointScore.points, JointScore.agreed_at),
        )
        .join(Offer, Offer.id == LotOffer.offer_id)
        .join(Organisation, Organisation.id == Offer.provider_id)
        .outerjoin(SuitabilityJudgement, STANDING_SUITABILITY)
        .outerjoin(ConformityJudgement, STANDING_CONFORMITY)
        .outerjoin(
            JointScore,
            and_(
                JointScore.lot_id == LotOffer.lot_id,
                JointScore.offer_id == LotOffer.offer_id,
                JointScore.replaced_at.is_(None),
            ),
        )
        .where(LotOffer.lot_id.in_(bindparam("lots", expanding=True)))
    )


def _whole(points: Mapping[str, Any]) -> dict[str, int]:
    return {key: int(value["points"]) for key, value in points.items()}
