"""A lot's matrix of points, its ranking with every step, and its award."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.evaluation.comparison import LeftOut, LotComparison, compare_lots, sort_key
from portal.evaluation.models import Award, Discontinuation, JointScore
from portal.evaluation.queries.panel_work import PanelWork, panel_work
from portal.evaluation.queries.part import Part, lot_of, seeing_part
from portal.evaluation.rules import Placing, Turn, spread, stability
from portal.offers.models import LotOffer, Offer
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Lot
from portal.procurement.queries.shown import CriterionShown, criteria_shown
from portal.procurement.rules import Comparison, State
from portal.shared.numbers import rounded


@dataclass(frozen=True)
class AssessorRow:
    """One assessor's points, in the order of the criteria; none where they abstained.

    What does not ``count`` was handed in by somebody who has declared a conflict since.
    """

    name: str
    state: str
    points: list[int | None]
    abstained_because: str | None
    counts: bool


@dataclass(frozen=True)
class SpreadCell:
    """How far apart the assessors are for one criterion; ``wide`` by the installation's measure."""

    points: int | None
    wide: bool


@dataclass(frozen=True)
class LowPriceShown:
    """An unusually low price with its measure, rounded for showing; shares in percent."""

    price: Decimal
    mean_of_others: Decimal
    share: Decimal
    limit: Decimal


@dataclass(frozen=True)
class MatrixOffer:
    """One offer of the matrix. Nothing of others' points while it is not ``visible``."""

    row: LotOffer
    left_out: LeftOut | None
    reason_left_out: str | None
    low_price: LowPriceShown | None
    own_state: str | None
    finished: int
    expected: int
    visible: bool
    assessors: list[AssessorRow]
    spreads: list[SpreadCell]
    joint: list[int | None] | None
    joint_n: int
    joint_stale: bool
    may_assess: bool
    may_agree: bool
    may_judge: bool

    @property
    def offer(self) -> Offer:
        """The offer itself."""
        return self.row.offer


@dataclass(frozen=True)
class CriterionStep:
    """``weight × points / top = result``, the result rounded for showing."""

    criterion: CriterionShown
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

    @property
    def name(self) -> Mapping[str, str]:
        """Whose place it is."""
        return self.offer.provider.name


@dataclass(frozen=True)
class TurnShown:
    """The weight beyond which another offer would come before one that stands higher now."""

    weight: Decimal
    rival: Organisation


@dataclass(frozen=True)
class StabilityShown:
    """How far one weight could have been otherwise; no criterion stands for the price."""

    criterion: CriterionShown | None
    weight: Decimal
    first_down: TurnShown | None
    first_up: TurnShown | None
    order_down: TurnShown | None
    order_up: TurnShown | None


@dataclass(frozen=True)
class LotPage:
    """Everything about one lot after the opening."""

    part: Part
    lot: Lot
    criteria: list[CriterionShown]
    offers: list[MatrixOffer]
    ranking: list[RankedOffer]
    lowest: Decimal | None
    by_total: bool
    prices_known: bool
    award: Award | None
    discontinuation: Discontinuation | None
    drawn: list[Organisation]
    sheet: StoredDocument | None
    stability: list[StabilityShown]
    may_award: bool
    may_discontinue: bool
    may_take_back: bool

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

    def offer_named(self, offer_id: UUID) -> MatrixOffer | None:
        """One offer of the lot."""
        return next((line for line in self.offers if line.offer.id == offer_id), None)


def lot_page(session: Session, procurement_id: UUID, lot_key: str, person: Person) -> LotPage:
    """The lot as this person may see it. Raises NotFound and what `Part.require_open` raises."""
    part = seeing_part(session, procurement_id, person)
    procurement = part.procurement
    lot = lot_of(procurement, lot_key)
    criteria = criteria_shown(procurement)
    compared = compare_lots(session, procurement)[lot.id]
    work = panel_work(session, part, [lot])
    wide = settings_of(session).wide_spread
    offers = [
        _matrix_offer(part, compared, work, key, criteria, wide)
        for key, _row in sorted(
            compared.offers.items(), key=lambda item: sort_key(item[1].offer.provider)
        )
    ]
    blind = any(not offer.visible and not offer.left_out for offer in offers)
    placings = [] if blind and compared.award is None else list(compared.placings)
    award = compared.award
    decided = procurement.state == State.DECIDED and award is not None
    return LotPage(
        part=part,
        lot=lot,
        criteria=criteria,
        offers=offers,
        ranking=[_ranked(compared, placing, criteria) for placing in placings],
        lowest=rounded(placings[0].lowest_price) if placings else None,
        by_total=procurement.comparison == Comparison.TOTAL_AT_ESTIMATE,
        prices_known=compared.prices_known,
        award=award,
        drawn=[compared.offers[UUID(key)].offer.provider for key in (award.draw if award else [])],
        sheet=store.find(session, "result_sheet", award.id, person.language) if award else None,
        stability=_stability(compared, criteria) if decided else [],
        discontinuation=compared.discontinuation,
        may_award=part.officer and part.under_way and compared.undecided and bool(placings),
        may_discontinue=part.officer and part.under_way and compared.undecided,
        may_take_back=part.officer
        and part.under_way
        and any(
            one is not None and one.decision_id is None for one in (award, compared.discontinuation)
        ),
    )


def in_order(points: Mapping[str, Any], criteria: list[CriterionShown]) -> list[int | None]:
    """Points of a table's row, in the order of the criteria."""
    return [
        points[criterion.key]["points"] if criterion.key in points else None
        for criterion in criteria
    ]


def _matrix_offer(
    part: Part,
    compared: LotComparison,
    work: PanelWork,
    key: UUID,
    criteria: list[CriterionShown],
    wide: int,
) -> MatrixOffer:
    place = (compared.lot.id, key)
    left_out = compared.left_out(key)
    visible = work.visible(place)
    own = work.own(place)
    joint = compared.joint.get(key) if visible else None
    open_lot = part.under_way and compared.undecided
    finished = work.finished(place)
    assessors = [
        AssessorRow(
            assessment.evaluator.name,
            assessment.state,
            in_order(assessment.points, criteria),
            assessment.abstained_because,
            counts,
        )
        for counts, assessments in ((True, finished), (False, work.fallen_away(place)))
        for assessment in (assessments if visible else ())
    ]
    return MatrixOffer(
        row=compared.offers[key],
        left_out=left_out,
        reason_left_out=compared.reason_left_out(key) if left_out else None,
        low_price=_low_price(compared, key),
        own_state=own.state if own is not None else None,
        finished=len(finished),
        expected=len(work.members),
        visible=visible,
        assessors=assessors,
        spreads=_spreads([row.points for row in assessors if row.counts], len(criteria), wide),
        joint=in_order(joint.points, criteria) if joint else None,
        joint_n=joint.n if joint else 0,
        joint_stale=joint is not None and is_stale(joint, work),
        may_assess=(
            part.evaluates
            and open_lot
            and not left_out
            and not work.own_done(place)
            and not work.closed
        ),
        may_agree=(
            part.officer
            and open_lot
            and visible
            and not left_out
            and work.ready(place)
            and not work.closed
        ),
        may_judge=part.officer and open_lot,
    )


def is_stale(joint: JointScore, work: PanelWork) -> bool:
    """Whether somebody whose points were before the panel has declared a conflict since."""
    return any(
        assessment.evaluator_id in work.conflicts
        and work.conflicts[assessment.evaluator_id] > joint.agreed_at
        for assessment in work.fallen_away((joint.lot_id, joint.offer_id))
    )


def _spreads(rows: list[list[int | None]], criteria: int, wide: int) -> list[SpreadCell]:
    columns = [[row[n] for row in rows] for n in range(criteria)]
    apart = [spread(column) for column in columns]
    return [SpreadCell(points, points is not None and points >= wide) for points in apart]


def _low_price(compared: LotComparison, key: UUID) -> LowPriceShown | None:
    low = compared.low_prices.get(str(key))
    if low is None:
        return None
    return LowPriceShown(
        rounded(low.price), rounded(low.mean_of_others), rounded(low.share), low.limit
    )


def _ranked(
    compared: LotComparison, placing: Placing, criteria: list[CriterionShown]
) -> RankedOffer:
    row = compared.offers[UUID(placing.provider)]
    assert row.price is not None
    return RankedOffer(
        rank=placing.rank,
        tied=placing.tied,
        offer=row.offer,
        price=row.price,
        coordination_fee=row.coordination_fee,
        comparison_price=rounded(placing.comparison_price),
        price_points=rounded(placing.price_points),
        steps=steps_of(placing, criteria),
        quality_points=rounded(placing.quality_points),
        total=rounded(placing.total),
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


def _stability(compared: LotComparison, criteria: list[CriterionShown]) -> list[StabilityShown]:
    weights: dict[str | None, Decimal] = {None: compared.comparing.price_weight}
    weights.update(dict(compared.comparing.weights))
    asked = {criterion.key: criterion for criterion in criteria}

    def shown(turn: Turn | None) -> TurnShown | None:
        if turn is None:
            return None
        return TurnShown(rounded(turn.weight), compared.offers[UUID(turn.rival)].offer.provider)

    return [
        StabilityShown(
            criterion=None if one.key is None else asked[one.key],
            weight=one.weight,
            first_down=shown(one.first_down),
            first_up=shown(one.first_up),
            order_down=shown(one.order_down),
            order_up=shown(one.order_up),
        )
        for one in stability(compared.placings, weights)
    ]
