"""A lot's matrix of points, its ranking with every step, and its award."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.evaluation.comparison import Agreed, Bidder, LeftOut, LotComparison, PricedOffer
from portal.evaluation.models import Award, Discontinuation
from portal.evaluation.queries.panel_work import Assessed
from portal.evaluation.queries.part import Part
from portal.evaluation.queries.places import RankedOffer, is_by_total, ranked_offer
from portal.evaluation.queries.seen import SeenLot, in_order, seen_lot
from portal.evaluation.rules import Turn, spread, stability
from portal.organisations.models import Person
from portal.procurement.models import Lot
from portal.procurement.queries.shown import CriterionShown
from portal.procurement.rules import State
from portal.shared.numbers import rounded

STEPS_ON_THE_PAGE = 10
"""Of so many ranked offers at most, the steps stand on the lot's page; of more, on their own."""


class AssessorRow(NamedTuple):
    """One assessor's points, in the order of the criteria; none where they abstained.

    What does not ``count`` was handed in by somebody who has declared a conflict since.
    """

    name: str
    state: str
    points: list[int | None]
    abstained_because: str | None
    counts: bool


class SpreadCell(NamedTuple):
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

    offer: PricedOffer
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


@dataclass(frozen=True)
class TurnShown:
    """The weight beyond which another offer would come before one that stands higher now."""

    weight: Decimal
    rival: Bidder


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
    winner: Bidder | None
    discontinuation: Discontinuation | None
    drawn: list[Bidder]
    sheet: StoredDocument | None
    stability: list[StabilityShown]
    may_award: bool
    may_discontinue: bool
    may_take_back: bool
    blind: bool

    @property
    def columns(self) -> int:
        """Of the matrix: the criteria, and who gave the points."""
        return len(self.criteria) + 1

    @property
    def first_tied(self) -> list[RankedOffer]:
        """The offers that share the first place, which only a draw can settle."""
        return [ranked for ranked in self.ranking if ranked.rank == 1 and ranked.tied]

    @property
    def steps_shown(self) -> bool:
        """Whether the steps of every offer stand on the page, and not on a page for each."""
        return len(self.ranking) <= STEPS_ON_THE_PAGE


def lot_page(session: Session, procurement_id: UUID, lot_key: str, person: Person) -> LotPage:
    """The lot as this person may see it. Raises NotFound and what `Part.require_open` raises."""
    seen = seen_lot(session, procurement_id, lot_key, person)
    part, compared, placings = seen.part, seen.compared, seen.placings
    award, discontinuation = compared.award, compared.discontinuation
    few = len(placings) <= STEPS_ON_THE_PAGE
    decided = part.procurement.state == State.DECIDED and award is not None
    wide = settings_of(session).wide_spread
    directs = part.officer and part.under_way
    return LotPage(
        part=part,
        lot=seen.lot,
        criteria=seen.criteria,
        offers=[_matrix_offer(seen, offer, wide) for offer in seen.offers],
        ranking=[ranked_offer(seen, placing, with_steps=few) for placing in placings],
        lowest=rounded(placings[0].lowest_price) if placings else None,
        by_total=is_by_total(seen),
        prices_known=compared.prices_known,
        award=award,
        winner=compared.offers[award.offer_id].provider if award else None,
        drawn=[compared.offers[UUID(key)].provider for key in (award.draw if award else [])],
        sheet=store.find(session, "result_sheet", award.id, person.language) if award else None,
        stability=_stability(compared, seen.criteria) if decided else [],
        discontinuation=discontinuation,
        may_award=directs and compared.undecided and bool(placings),
        may_discontinue=directs and compared.undecided,
        may_take_back=directs
        and any(one is not None and one.decision_id is None for one in (award, discontinuation)),
        blind=seen.blind,
    )


def _matrix_offer(seen: SeenLot, offer: PricedOffer, wide: int) -> MatrixOffer:
    part, compared, criteria = seen.part, seen.compared, seen.criteria
    key = offer.offer_id
    work = seen.work_on[key]
    own, visible, finished = work.own, work.visible, work.finished
    left_out = compared.left_out(key)
    joint = compared.joint.get(key) if visible else None
    open_lot = part.under_way and compared.undecided
    scorable = open_lot and not left_out and not seen.work.closed
    assessors = [
        AssessorRow(
            assessed.name,
            assessed.state,
            [assessed.points.get(criterion.key) for criterion in criteria],
            assessed.abstained_because,
            counts,
        )
        for counts, assessments in ((True, finished), (False, work.fallen_away))
        for assessed in (assessments if visible else ())
    ]
    return MatrixOffer(
        offer=offer,
        left_out=left_out,
        reason_left_out=compared.reason_left_out(key) if left_out else None,
        low_price=_low_price(compared, key),
        own_state=own.state if own is not None else None,
        finished=len(finished),
        expected=len(seen.work.members),
        visible=visible,
        assessors=assessors,
        spreads=_spreads([row.points for row in assessors if row.counts], len(criteria), wide),
        joint=in_order(joint.points, criteria) if joint else None,
        joint_n=joint.n if joint else 0,
        joint_stale=joint is not None and _is_stale(joint, work.fallen_away, seen.work.conflicts),
        may_assess=part.evaluates and scorable and not work.own_done,
        may_agree=part.officer and scorable and visible and work.ready,
        may_judge=part.officer and open_lot,
    )


def _is_stale(
    joint: Agreed, fallen_away: Sequence[Assessed], conflicts: Mapping[UUID, datetime]
) -> bool:
    """Whether somebody whose points were before the panel has declared a conflict since."""
    return any(
        one.evaluator_id in conflicts and conflicts[one.evaluator_id] > joint.agreed_at
        for one in fallen_away
    )


def _spreads(rows: list[list[int | None]], criteria: int, wide: int) -> list[SpreadCell]:
    apart = [spread(column) for column in zip(*rows, strict=True)] if rows else [None] * criteria
    return [SpreadCell(points, points is not None and points >= wide) for points in apart]


def _low_price(compared: LotComparison, key: UUID) -> LowPriceShown | None:
    low = compared.low_prices.get(str(key))
    if low is None:
        return None
    return LowPriceShown(
        rounded(low.price), rounded(low.mean_of_others), rounded(low.share), low.limit
    )


def _stability(compared: LotComparison, criteria: list[CriterionShown]) -> list[StabilityShown]:
    weights: dict[str | None, Decimal] = {None: compared.comparing.price_weight}
    weights.update(dict(compared.comparing.weights))
    asked = {criterion.key: criterion for criterion in criteria}

    def shown(turn: Turn | None) -> TurnShown | None:
        if turn is None:
            return None
        return TurnShown(rounded(turn.weight), compared.offers[UUID(turn.rival)].provider)

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
