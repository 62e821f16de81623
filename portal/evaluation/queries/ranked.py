"""A lot's matrix of points, its ranking with every step, and its award."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.documents import store
from portal.documents.models import StoredDocument
from portal.evaluation.comparison import LotComparison, compare_lots
from portal.evaluation.models import Award, SuitabilityJudgement
from portal.evaluation.queries.panel_work import PanelWork, panel_work
from portal.evaluation.queries.part import Part, by_name, lot_of, seeing_part
from portal.evaluation.rules import Placing
from portal.offers.models import LotOffer, Offer
from portal.offers.queries import Asked, asked_criteria
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Lot
from portal.procurement.rules import Comparison
from portal.shared.numbers import rounded


@dataclass(frozen=True)
class AssessorRow:
    """One assessor's points, in the order of the criteria; none where they abstained."""

    name: str
    state: str
    points: list[int | None]
    abstained_because: str | None


@dataclass(frozen=True)
class MatrixOffer:
    """One offer of the matrix. Nothing of others' points while it is not ``visible``."""

    row: LotOffer
    judgement: SuitabilityJudgement | None
    own_state: str | None
    finished: int
    expected: int
    visible: bool
    assessors: list[AssessorRow]
    joint: list[int | None] | None
    may_assess: bool
    may_agree: bool

    @property
    def offer(self) -> Offer:
        """The offer itself."""
        return self.row.offer

    @property
    def left_out(self) -> bool:
        """Whether the provider was judged unsuitable."""
        return self.judgement is not None and not self.judgement.suitable


@dataclass(frozen=True)
class CriterionStep:
    """``weight × points / top = result``, the result rounded for showing."""

    criterion: Asked
    weight: Decimal
    points: int
    result: Decimal


@dataclass(frozen=True)
class RankedOffer:
    """A place in the ranking with every step that led to it, rounded for showing."""

    rank: int
    tied: bool
    offer: Offer
    price: Decimal
    coordination_fee: Decimal | None
    comparison_price: Decimal
    price_points: Decimal
    steps: list[CriterionStep]
    quality_points: Decimal
    total: Decimal


@dataclass(frozen=True)
class LotPage:
    """Everything about one lot after the opening."""

    part: Part
    lot: Lot
    criteria: list[Asked]
    offers: list[MatrixOffer]
    ranking: list[RankedOffer]
    lowest: Decimal | None
    by_total: bool
    award: Award | None
    drawn: list[Organisation]
    sheet: StoredDocument | None
    may_award: bool

    @property
    def columns(self) -> int:
        """Of the matrix: the criteria, and who gave the points."""
        return len(self.criteria) + 1

    @property
    def first_tied(self) -> list[RankedOffer]:
        """The offers that share the first place, which only a draw can settle."""
        return [ranked for ranked in self.ranking if ranked.rank == 1 and ranked.tied]

    @property
    def blind(self) -> bool:
        """Whether points are kept from the reader for now."""
        return any(not offer.visible and not offer.left_out for offer in self.offers)


def lot_page(session: Session, procurement_id: UUID, lot_key: str, person: Person) -> LotPage:
    """The lot as this person may see it. Raises NotFound and what `Part.require_open` raises."""
    part = seeing_part(session, procurement_id, person)
    procurement = part.procurement
    lot = lot_of(procurement, lot_key)
    criteria = asked_criteria(procurement)
    compared = compare_lots(session, procurement)[lot.id]
    work = panel_work(session, part)
    offers = [
        _matrix_offer(part, compared, work, key, criteria)
        for key, _row in sorted(
            compared.offers.items(), key=lambda item: by_name(item[1].offer.provider)
        )
    ]
    blind = any(not offer.visible and not offer.left_out for offer in offers)
    placings = [] if blind and compared.award is None else list(compared.placings)
    award = compared.award
    return LotPage(
        part=part,
        lot=lot,
        criteria=criteria,
        offers=offers,
        ranking=[_ranked(compared, placing, criteria) for placing in placings],
        lowest=rounded(placings[0].lowest_price) if placings else None,
        by_total=procurement.comparison == Comparison.TOTAL_AT_ESTIMATE,
        award=award,
        drawn=[compared.offers[UUID(key)].offer.provider for key in (award.draw if award else [])],
        sheet=store.find(session, "result_sheet", award.id, person.language) if award else None,
        may_award=part.officer and part.under_way and award is None and bool(placings),
    )


def in_order(points: Mapping[str, Any], criteria: list[Asked]) -> list[int | None]:
    """Points of a table's row, in the order of the criteria."""
    return [
        points[criterion.key]["points"] if criterion.key in points else None
        for criterion in criteria
    ]


def _matrix_offer(
    part: Part, compared: LotComparison, work: PanelWork, key: UUID, criteria: list[Asked]
) -> MatrixOffer:
    place = (compared.lot.id, key)
    judgement = compared.suitability.get(key)
    left_out = judgement is not None and not judgement.suitable
    visible = work.visible(place)
    own = work.own(place)
    joint = compared.joint.get(key) if visible else None
    open_lot = part.under_way and compared.award is None
    return MatrixOffer(
        row=compared.offers[key],
        judgement=judgement,
        own_state=own.state if own is not None else None,
        finished=len(work.finished(place)),
        expected=len(work.members),
        visible=visible,
        assessors=[
            AssessorRow(
                assessment.evaluator.name,
                assessment.state,
                in_order(assessment.points, criteria),
                assessment.abstained_because,
            )
            for assessment in (work.finished(place) if visible else ())
        ],
        joint=in_order(joint.points, criteria) if joint else None,
        may_assess=part.evaluates and open_lot and not left_out and not work.own_done(place),
        may_agree=part.officer and open_lot and visible and not left_out and work.ready(place),
    )


def _ranked(compared: LotComparison, placing: Placing, criteria: list[Asked]) -> RankedOffer:
    row = compared.offers[UUID(placing.provider)]
    asked = {criterion.key: criterion for criterion in criteria}
    return RankedOffer(
        rank=placing.rank,
        tied=placing.tied,
        offer=row.offer,
        price=row.price,
        coordination_fee=row.coordination_fee,
        comparison_price=rounded(placing.comparison_price),
        price_points=rounded(placing.price_points),
        steps=[
            CriterionStep(
                asked[reckoned.key], reckoned.weight, reckoned.points, rounded(reckoned.value)
            )
            for reckoned in placing.criteria
        ],
        quality_points=rounded(placing.quality_points),
        total=rounded(placing.total),
    )
