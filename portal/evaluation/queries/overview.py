"""Which evaluations a person takes part in, and how one of them stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.database import Rows, by_name, sorted_by
from portal.evaluation.comparison import (
    Bidder,
    LotComparison,
    Suitability,
    all_scored,
    compare_lots,
    sort_key,
)
from portal.evaluation.models import (
    Assessment,
    Award,
    AwardDecision,
    Clarification,
    Conflict,
    ConformityJudgement,
    Discontinuation,
    InterestDeclaration,
    SuitabilityJudgement,
)
from portal.evaluation.queries.panel_work import PanelWork, panel_work
from portal.evaluation.queries.part import Part, part_of
from portal.evaluation.rules import AssessmentState, ClarificationState
from portal.offers.models import LotOffer, Offer, Opening
from portal.offers.rules import OpeningStage
from portal.organisations.asking import statement_for
from portal.organisations.models import Person
from portal.permissions import BUYERS_HANDLERS, Role
from portal.procurement.models import Appointment, Lot, Procurement
from portal.procurement.rules import State
from portal.shared.clock import in_time
from portal.shared.ordering import Ordering, ordering
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging


@dataclass(frozen=True)
class Listed:
    """One line of a person's evaluations; ``waits`` is what they are to do next, if anything."""

    procurement_id: UUID
    reference: str
    title: Mapping[str, str]
    state: str
    offers_due: datetime | None
    waits: str | None
    to_assess: int


SORTED: dict[str, Any] = {
    "title": by_name(Procurement.title),
    "state": Procurement.state,
    "offers_due": Procurement.offers_due,
}
"""What the list of evaluations can be sorted by."""


@dataclass(frozen=True)
class ListedPage:
    """One page of a person's evaluations."""

    rows: list[Listed]
    paging: Paging
    order: Ordering


def listed(session: Session, person: Person, n: int, sort: str | None = None) -> ListedPage:
    """What the person handles or has been appointed to, latest deadline first.

    ``sort`` sorts by one column instead.
    """
    order = ordering(sort, SORTED)
    counted, keys = statement_for(person, _counted)
    pages = paging(session.scalar(counted, keys) or 0, n)
    return ListedPage(_lines(session, person, order, pages.offset), pages, order)


def first_listed(session: Session, person: Person) -> list[Listed]:
    """The first page, for whoever need not know how many there are."""
    return _lines(session, person, ordering(None, SORTED), 0)


def _taken_part_in_by(person: Person) -> ColumnElement[bool]:
    buyers = [one.id for one in person.organisations_as(*BUYERS_HANDLERS)]
    takes_part: ColumnElement[bool] = Procurement.buyer_id.in_(buyers)
    if person.holds({Role.EVALUATOR}):
        appointed = select(Appointment.procurement_id).where(Appointment.person_id == person.id)
        takes_part = or_(takes_part, Procurement.id.in_(appointed))
    return (Procurement.state != State.DRAFT) & takes_part


def _counted(person: Person) -> Select[int]:
    return select(func.count()).select_from(Procurement).where(_taken_part_in_by(person))


def _listed(person: Person, order: Ordering) -> Rows:
    declared = (
        exists()
        .where(
            InterestDeclaration.procurement_id == Procurement.id,
            InterestDeclaration.person_id == person.id,
        )
        .correlate(Procurement)
    )
    conflicted = declared.where(Conflict.declaration_id == InterestDeclaration.id)
    appointed = exists().where(
        Appointment.procurement_id == Procurement.id, Appointment.person_id == person.id
    )
    return (
        select(
            Procurement.id,
            Procurement.reference,
            Procurement.title,
            Procurement.state,
            Procurement.offers_due,
            declared.label("declared"),
            conflicted.label("conflicted"),
            appointed.label("appointed"),
        )
        .where(_taken_part_in_by(person))
        .order_by(
            *sorted_by(order, SORTED),
            Procurement.offers_due.desc(),
            Procurement.reference,
            Procurement.id,
        )
        .limit(ROWS_ON_A_PAGE)
        .offset(bindparam("offset", type_=Integer))
    )


def _lines(session: Session, person: Person, order: Ordering, offset: int) -> list[Listed]:
    listed, keys = statement_for(person, _listed, order)
    rows = session.execute(listed, keys | {"offset": offset}).all()
    appointments = [row.id for row in rows if row.appointed]
    evaluates = appointments and person.holds({Role.EVALUATOR})
    to_assess = _to_assess(session, person, appointments) if evaluates else {}
    return [
        Listed(
            procurement_id=row.id,
            reference=row.reference,
            title=row.title,
            state=row.state,
            offers_due=row.offers_due,
            waits=_waits(row.state, row.declared, row.conflicted, to_assess.get(row.id, 0)),
            to_assess=to_assess.get(row.id, 0),
        )
        for row in rows
    ]


def _waits(state: str, declared: bool, conflicted: bool, to_assess: int) -> str | None:
    """What comes next for the person: a conflict ends it, and a decision leaves nothing."""
    if conflicted:
        return "conflict"
    if state == State.DECIDED:
        return None
    if not declared:
        return "declare"
    return "assess" if to_assess else None


def _to_assess(session: Session, person: Person, keys: Collection[UUID]) -> dict[UUID, int]:
    """By procurement, how many offers in how many lots still wait for the person's assessment."""
    rows = session.execute(_TO_ASSESS, {"evaluator": person.id, "procurements": list(keys)})
    return {row.procurement_id: row.left for row in rows}


def _unassessed() -> Select[UUID, int]:
    done = and_(
        Assessment.lot_id == LotOffer.lot_id,
        Assessment.offer_id == LotOffer.offer_id,
        Assessment.evaluator_id == bindparam("evaluator"),
        Assessment.state != AssessmentState.DRAFT,
    )
    awarded = and_(Award.lot_id == LotOffer.lot_id, Award.voided_at.is_(None))
    discontinued = exists().where(
        Discontinuation.lot_id == LotOffer.lot_id, Discontinuation.voided_at.is_(None)
    )
    suitability = and_(
        SuitabilityJudgement.offer_id == LotOffer.offer_id,
        SuitabilityJudgement.replaced_at.is_(None),
    )
    conformity = and_(
        ConformityJudgement.lot_id == LotOffer.lot_id,
        ConformityJudgement.offer_id == LotOffer.offer_id,
        ConformityJudgement.replaced_at.is_(None),
    )
    return (
        select(Lot.procurement_id, func.count().label("left"))
        .select_from(LotOffer)
        .join(Lot, Lot.id == LotOffer.lot_id)
        .outerjoin(SuitabilityJudgement, suitability)
        .outerjoin(ConformityJudgement, conformity)
        .outerjoin(Assessment, done)
        .outerjoin(Award, awarded)
        .where(
            Lot.procurement_id.in_(bindparam("procurements", expanding=True)),
            Assessment.id.is_(None),
            Award.id.is_(None),
            ~discontinued,
            or_(SuitabilityJudgement.suitable.is_(None), SuitabilityJudgement.suitable.is_(True)),
            or_(ConformityJudgement.conforms.is_(None), ConformityJudgement.conforms.is_(True)),
        )
        .group_by(Lot.procurement_id)
    )


_TO_ASSESS = _unassessed()
"""Made once: to make it costs more than to ask for it."""


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
