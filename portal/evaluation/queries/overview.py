"""How one evaluation stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.evaluation.comparison import (
    Bidder,
    LotComparison,
    Suitability,
    all_scored,
    compare_lots,
    sort_key,
)
from portal.evaluation.models import (
    Award,
    AwardDecision,
    Clarification,
    Conflict,
    Discontinuation,
    InterestDeclaration,
)
from portal.evaluation.queries.panel_work import PanelWork, panel_work
from portal.evaluation.queries.part import Part, part_of
from portal.evaluation.rules import ClarificationState
from portal.offers.models import Offer, Opening
from portal.offers.rules import OpeningStage
from portal.organisations.models import Person
from portal.procurement.models import Appointment, Lot, Procurement
from portal.procurement.rules import State
from portal.shared.clock import in_time


@dataclass(frozen=True)
class OfferLine:
    """An opened offer in the overview."""

    offer_id: UUID
    provider: Bidder
    lots: list[Lot]
    judgement: Suitability | None


@dataclass(frozen=True)
class LotLine:
    """How far one lot has come. ``finished`` and ``expected`` count assessments."""

    lot: Lot
    offers: int
    own_left: int
    finished: int
    expected: int
    scored: int
    suitable: int
    award: Award | None
    discontinued: bool


@dataclass(frozen=True)
class PanelMember:
    """An appointed evaluator and what they have declared."""

    person: Person
    declared: bool
    conflicted: bool


@dataclass(frozen=True)
class Overview:
    """The steps of an evaluation. Without offers for whoever may not see them (yet)."""

    part: Part
    opened_at: datetime | None
    prices_opened_at: datetime | None
    quality_complete: bool
    questions_open: int
    panel: list[PanelMember]
    offers: list[OfferLine]
    lots: list[LotLine]
    decision: AwardDecision | None
    to_discontinue: list[Lot]
    all_discontinued: bool

    @property
    def unjudged(self) -> int:
        """How many offers have not been judged suitable or not."""
        return sum(line.judgement is None for line in self.offers)

    @property
    def own_left(self) -> int:
        """How many assessments wait for the reader."""
        return sum(line.own_left for line in self.lots)

    @property
    def all_decided(self) -> bool:
        """Whether every lot is awarded or discontinued, so that the decision can be issued."""
        return bool(self.lots) and all(
            line.award is not None or line.discontinued for line in self.lots
        )


def overview(session: Session, procurement_id: UUID, person: Person, at: datetime) -> Overview:
    """How the evaluation stands. Raises NotFound, ``conflict_of_interest``."""
    part = part_of(session, procurement_id, person)
    part.require_free()
    procurement = part.procurement
    openings = {
        row.stage: row.opened_at
        for row in session.execute(
            select(Opening.stage, Opening.opened_at).where(Opening.procurement_id == procurement.id)
        )
    }
    offers: list[OfferLine] = []
    lots: list[LotLine] = []
    quality_complete, questions_open = False, 0
    if part.opened and part.clean:
        compared = compare_lots(session, procurement)
        work = panel_work(session, part, procurement.lots)
        offers = _offer_lines(compared)
        quality_complete = all_scored(compared)
        questions_open = _questions_open(session, procurement, at)
        lots = [_lot_line(compared[lot.id], work) for lot in procurement.lots]
    open_lots = _not_discontinued(session, procurement) if _unopened(part) else []
    return Overview(
        part=part,
        to_discontinue=open_lots if part.officer else [],
        all_discontinued=_unopened(part) and not open_lots,
        opened_at=openings.get(OpeningStage.OFFERS),
        prices_opened_at=openings.get(OpeningStage.PRICES),
        quality_complete=quality_complete,
        questions_open=questions_open,
        panel=_panel(session, procurement),
        offers=offers,
        lots=lots,
        decision=session.scalar(
            select(AwardDecision).where(
                AwardDecision.procurement_id == procurement.id, AwardDecision.voided_at.is_(None)
            )
        ),
    )


def _unopened(part: Part) -> bool:
    return part.procurement.state == State.PUBLISHED


def _not_discontinued(session: Session, procurement: Procurement) -> list[Lot]:
    gone = set(
        session.scalars(
            select(Discontinuation.lot_id)
            .join(Lot, Lot.id == Discontinuation.lot_id)
            .where(Lot.procurement_id == procurement.id, Discontinuation.voided_at.is_(None))
        )
    )
    return [lot for lot in procurement.lots if lot.id not in gone]


def _questions_open(session: Session, procurement: Procurement, at: datetime) -> int:
    """How many clarifications may still be answered."""
    moments = session.scalars(
        select(Clarification.due)
        .join(Offer, Offer.id == Clarification.offer_id)
        .where(
            Offer.procurement_id == procurement.id,
            Clarification.state == ClarificationState.ASKED,
        )
    )
    return sum(in_time(at, due) for due in moments)


def _offer_lines(compared: Mapping[UUID, LotComparison]) -> list[OfferLine]:
    lines: dict[UUID, OfferLine] = {}
    for lot in compared.values():
        for key, row in lot.offers.items():
            line = lines.setdefault(key, OfferLine(key, row.provider, [], lot.suitability.get(key)))
            line.lots.append(lot.lot)
    return sorted(lines.values(), key=lambda line: sort_key(line.provider))


def _lot_line(compared: LotComparison, work: PanelWork) -> LotLine:
    lot = compared.lot
    left_in = compared.left_in
    works = {key: work.of((lot.id, key)) for key in left_in}
    assessing = work.part.evaluates and work.part.under_way and compared.undecided
    return LotLine(
        lot=lot,
        offers=len(compared.offers),
        own_left=sum(not one.own_done for one in works.values()) if assessing else 0,
        finished=sum(len(one.finished) for one in works.values()),
        expected=len(works) * len(work.members),
        scored=sum(key in compared.joint and one.visible for key, one in works.items()),
        suitable=len(left_in),
        award=compared.award,
        discontinued=compared.discontinuation is not None,
    )


def _panel(session: Session, procurement: Procurement) -> list[PanelMember]:
    people = session.scalars(
        select(Person)
        .join(Appointment, Appointment.person_id == Person.id)
        .where(Appointment.procurement_id == procurement.id)
        .order_by(Person.name, Person.id)
    ).all()
    declared, conflicted = set(), set()
    for key, provider in session.execute(
        select(InterestDeclaration.person_id, Conflict.provider_id)
        .outerjoin(Conflict)
        .where(InterestDeclaration.procurement_id == procurement.id)
    ):
        declared.add(key)
        if provider is not None:
            conflicted.add(key)
    return [
        PanelMember(person, person.id in declared, person.id in conflicted) for person in people
    ]
