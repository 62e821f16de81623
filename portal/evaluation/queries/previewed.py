"""What the formula of a call does to sample offers, before there are any others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.evaluation.comparison import comparing
from portal.evaluation.queries.part import lot_of
from portal.evaluation.queries.places import CriterionStep, steps_of
from portal.evaluation.rules import ComparedOffer, Worth, one_point, rank, worth_at
from portal.organisations.models import Person
from portal.procurement.models import Lot, Procurement
from portal.procurement.queries.drafting import officers_procurement
from portal.procurement.queries.shown import CriterionShown, criteria_shown
from portal.procurement.rules import Comparison, PriceModel, State
from portal.shared.errors import RuleBroken
from portal.shared.numbers import rounded

TYPICAL_PRICES: dict[str, Decimal] = {
    PriceModel.PER_STUDENT_WORKDAY: Decimal(60),
    PriceModel.FIXED_SUM_PER_PERIOD: Decimal(20_000),
    PriceModel.PER_TRAINING_PACKAGE: Decimal(4_000),
    PriceModel.PER_HOUR: Decimal(70),
}
"""Where samples begin, in euros without value added tax (proposals, to be typed over)."""

TYPICAL_FEE = Decimal(1_000)
SAMPLES = (
    ("A", Decimal("0.85"), Decimal("0.34")),
    ("B", Decimal(1), Decimal("0.67")),
    ("C", Decimal("1.2"), Decimal(1)),
)
"""Name, share of the typical price, share of the top of the scale: cheap, middling, good."""


@dataclass(frozen=True)
class Sample:
    """An offer that nobody made. Prices are without value added tax."""

    name: str
    price: Decimal
    coordination_fee: Decimal | None
    points: Mapping[str, int]


@dataclass(frozen=True)
class PreviewPage:
    """The lot whose comparison is tried, and what is missing before it can be."""

    procurement: Procurement
    lot: Lot | None
    criteria: list[CriterionShown]
    missing: list[str]
    weights: Decimal

    @property
    def by_total(self) -> bool:
        """Whether the total at the estimated capacity is compared."""
        return self.procurement.comparison == Comparison.TOTAL_AT_ESTIMATE

    @property
    def other_lots(self) -> list[Lot]:
        """The lots that could be looked at instead."""
        return [lot for lot in self.procurement.lots if lot is not self.lot]


def preview_page(
    session: Session, procurement_id: UUID, lot_key: str | None, person: Person
) -> PreviewPage:
    """For the officer, until the offers have been opened.

    From then on the real offers are ranked, and a panel that tries out what would turn the
    result is not choosing points by the offers any more. Raises NotFound, ``wrong_state``.
    """
    procurement = officers_procurement(session, procurement_id, person)
    if procurement.state not in (State.DRAFT, State.PUBLISHED):
        raise RuleBroken("wrong_state")
    lots = list(procurement.lots)
    lot = lot_of(procurement, lot_key) if lot_key is not None else next(iter(lots), None)
    missing = []
    if procurement.price_weight is None:
        missing.append("price_weight")
    if not procurement.criteria:
        missing.append("criteria")
    if not lots:
        missing.append("lots")
    weights = sum(
        (row.weight for row in procurement.criteria), procurement.price_weight or Decimal(0)
    )
    return PreviewPage(procurement, lot, criteria_shown(procurement), missing, weights)


def proposed_samples(page: PreviewPage) -> list[Sample]:
    """Three offers to begin with: a cheap one, a middling one, and a good one."""
    assert page.lot is not None
    top = page.procurement.scale_top
    typical = TYPICAL_PRICES[page.lot.price_model]
    return [
        Sample(
            name=name,
            price=rounded(typical * price),
            coordination_fee=TYPICAL_FEE if page.by_total else None,
            points={criterion.key: int(rounded(top * share, 0)) for criterion in page.criteria},
        )
        for name, price, share in SAMPLES
    ]


@dataclass(frozen=True)
class RankedSample:
    """A sample's place with every step that led to it, rounded for showing."""

    rank: int
    tied: bool
    name: Mapping[str, str]
    price: Decimal
    coordination_fee: Decimal | None
    comparison_price: Decimal
    price_points: Decimal
    steps: list[CriterionStep]
    quality_points: Decimal
    total: Decimal
    one_euro: Decimal | None
    in_euros: list[Decimal | None]


@dataclass(frozen=True)
class Preview:
    """The samples in their order, best first; ``one_point`` in the order of the criteria."""

    lot: Lot
    by_total: bool
    ranking: list[RankedSample]
    lowest: Decimal
    one_point: list[Decimal]


def ranked_samples(page: PreviewPage, samples: Sequence[Sample]) -> Preview:
    """The samples ranked as offers of the lot would be, and what a step is worth at each.

    Nothing may be ``missing`` from the page, and there is at least one sample.
    """
    assert page.lot is not None
    how = comparing(page.procurement, page.lot)
    offers = [
        ComparedOffer(str(n), sample.price, sample.coordination_fee, sample.points, sample.name)
        for n, sample in enumerate(samples)
    ]
    placings = rank(offers, how)
    ranking = []
    for placing in placings:
        sample = samples[int(placing.provider)]
        values: dict[str, Any] = {
            name: rounded(getattr(placing, name))
            for name in ("comparison_price", "price_points", "quality_points", "total")
        }
        worth = worth_at(placing, how)
        ranking.append(
            RankedSample(
                rank=placing.rank,
                tied=placing.tied,
                name={"fi": sample.name},
                price=sample.price,
                coordination_fee=sample.coordination_fee,
                steps=steps_of(placing, page.criteria),
                one_euro=None if worth.one_euro is None else rounded(worth.one_euro, 4),
                in_euros=_in_euros(worth, page.criteria),
                **values,
            )
        )
    return Preview(
        lot=page.lot,
        by_total=page.by_total,
        ranking=ranking,
        lowest=rounded(placings[0].lowest_price),
        one_point=[
            rounded(one_point(criterion.weight, how.scale_top)) for criterion in page.criteria
        ],
    )


def _in_euros(worth: Worth, criteria: list[CriterionShown]) -> list[Decimal | None]:
    exact = [worth.in_euros.get(criterion.key) for criterion in criteria]
    return [None if value is None else rounded(value) for value in exact]
