"""Which evaluations a person takes part in, and what waits for them in each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from portal.database import Rows, by_name, sorted_by
from portal.evaluation.access import appointed_to, conflicted, declared
from portal.evaluation.comparison import STANDING_CONFORMITY, STANDING_SUITABILITY
from portal.evaluation.models import (
    Assessment,
    Award,
    ConformityJudgement,
    Discontinuation,
    SuitabilityJudgement,
)
from portal.evaluation.rules import AssessmentState
from portal.offers.models import LotOffer
from portal.organisations.asking import statement_for
from portal.organisations.models import Person
from portal.permissions import BUYERS_HANDLERS, Role
from portal.procurement.models import Appointment, Lot, Procurement
from portal.procurement.rules import State
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
    appointed = select(Appointment.procurement_id).where(Appointment.person_id == person.id)
    # A way that nobody can go would be tried for every row.
    ways: list[ColumnElement[bool]] = []
    if buyers:
        ways.append(Procurement.buyer_id.in_(buyers))
    if person.holds({Role.EVALUATOR}):
        ways.append(Procurement.id.in_(appointed))
    return (Procurement.state != State.DRAFT) & or_(false(), *ways)


def _counted(person: Person) -> Select[int]:
    return select(func.count()).select_from(Procurement).where(_taken_part_in_by(person))


def _listed(person: Person, order: Ordering) -> Rows:
    by: list[Any] = [
        *sorted_by(order, SORTED),
        Procurement.offers_due.desc(),
        Procurement.reference,
        Procurement.id,
    ]
    # What stands in a row is read for the rows of the page alone.
    shown = (
        select(Procurement.id)
        .where(_taken_part_in_by(person))
        .order_by(*by)
        .limit(ROWS_ON_A_PAGE)
        .offset(bindparam("offset", type_=Integer))
        .subquery()
    )
    return (
        select(
            Procurement.id,
            Procurement.reference,
            Procurement.title,
            Procurement.state,
            Procurement.offers_due,
            declared(Procurement.id, person.id).label("declared"),
            conflicted(Procurement.id, person.id).label("conflicted"),
            appointed_to(Procurement.id, person.id).label("appointed"),
        )
        .join(shown, shown.c.id == Procurement.id)
        .order_by(*by)
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


def _waits(state: str, has_declared: bool, tied: bool, to_assess: int) -> str | None:
    """What comes next for the person: a conflict ends it, and a decision leaves nothing."""
    if tied:
        return "conflict"
    if state == State.DECIDED:
        return None
    if not has_declared:
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
    return (
        select(Lot.procurement_id, func.count().label("left"))
        .select_from(LotOffer)
        .join(Lot, Lot.id == LotOffer.lot_id)
        .outerjoin(SuitabilityJudgement, STANDING_SUITABILITY)
        .outerjoin(ConformityJudgement, STANDING_CONFORMITY)
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
