"""An offer's place in the ranking of its lot, with every step that led to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from portal.evaluation.comparison import PricedOffer
from portal.evaluation.queries.part import Part
from portal.evaluation.queries.seen import SeenLot, seen_lot
from portal.evaluation.rules import Placing
from portal.organisations.models import Person
from portal.procurement.models import Lot
from portal.procurement.queries.shown import CriterionShown
from portal.procurement.rules import Comparison
from portal.shared.errors import NotFound
from portal.shared.numbers import rounded


@dataclass(frozen=True)
class CriterionStep:
    """``weight × points / top = result``, the result rounded for showing."""

    criterion: CriterionShown
    weight: Decimal
    points: int
    result: Decimal


@dataclass(frozen=True)
class RankedOffer:
    """A place in the ranking, rounded for showing; ``steps`` where they are shown beside it."""

    rank: int
    tied: bool
    offer: PricedOffer
    comparison_price: Decimal
    price_points: Decimal
    quality_points: Decimal
    total: Decimal
    steps: list[CriterionStep]

    @property
    def name(self) -> Mapping[str, str]:
        """Whose place it is."""
        return self.offer.provider.name

    @property
    def price(self) -> Decimal | None:
        """The price offered, which is known wherever there is a ranking."""
        return self.offer.price

    @property
    def coordination_fee(self) -> Decimal | None:
        """The fee offered beside the price."""
        return self.offer.coordination_fee


def ranked_offer(seen: SeenLot, placing: Placing, *, with_steps: bool = False) -> RankedOffer:
    """A placing as it is shown."""
    return RankedOffer(
        rank=placing.rank,
        tied=placing.tied,
        offer=seen.compared.offers[UUID(placing.provider)],
        comparison_price=rounded(placing.comparison_price),
        price_points=rounded(placing.price_points),
        quality_points=rounded(placing.quality_points),
        total=rounded(placing.total),
        steps=steps_of(placing, seen.criteria) if with_steps else [],
    )


def steps_of(placing: Placing, criteria: list[CriterionShown]) -> list[CriterionStep]:
    """How the quality points came about, criterion by criterion."""
    asked = {criterion.key: criterion for criterion in criteria}
    return [
        CriterionStep(
            asked[reckoned.key], reckoned.weight, reckoned.points, rounded(reckoned.value)
        )
        for reckoned in placing.criteria
    ]


@dataclass(frozen=True)
class StepsPage:
    """How one offer's points came about; ``lowest`` is the lowest comparison price of the lot."""

    part: Part
    lot: Lot
    ranked: RankedOffer
    lowest: Decimal
    by_total: bool

    @property
    def ranking(self) -> list[RankedOffer]:
        """The one offer, as the tables of the steps take several."""
        return [self.ranked]


def steps_page(
    session: Session, procurement_id: UUID, lot_key: str, offer_id: UUID, person: Person
) -> StepsPage:
    """The steps of one offer, for whoever may see the ranking.

    Raises NotFound where the offer has no place in it, and what `Part.require_open` raises.
    """
    seen = seen_lot(session, procurement_id, lot_key, person)
    for placing in seen.placings:
        if placing.provider == str(offer_id):
            return StepsPage(
                part=seen.part,
                lot=seen.lot,
                ranked=ranked_offer(seen, placing, with_steps=True),
                lowest=rounded(placing.lowest_price),
                by_total=is_by_total(seen),
            )
    raise NotFound


def is_by_total(seen: SeenLot) -> bool:
    """Whether totals at the estimated capacity are compared, else unit prices are."""
    return seen.part.procurement.comparison == Comparison.TOTAL_AT_ESTIMATE
