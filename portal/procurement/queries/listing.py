"""The list of calls: open ones for everybody, the buyer's own in every state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, bindparam, case, false, func, or_, select
from sqlalchemy.orm import Session

from portal.criteria.queries import Usage, UsedIn
from portal.database import Instant, Rows, by_name, sorted_by
from portal.organisations.asking import statement_for
from portal.organisations.models import Organisation, Person
from portal.permissions import Role
from portal.procurement.access import buyers_read_by
from portal.procurement.models import AwardCriterion, Lot, Procurement
from portal.procurement.rules import Standing, State, TimeLeft, standing, time_left
from portal.shared.ordering import Ordering, ordering

ROWS_ON_A_PAGE = 20
SORTED: dict[str, Any] = {
    "title": by_name(Procurement.title),
    "buyer": by_name(Organisation.name),
    "kind": Procurement.kind,
    "offers_due": Procurement.offers_due,
}
"""What the list of calls can be sorted by."""


@dataclass(frozen=True)
class CallRow:
    """One call of the list."""

    id: UUID
    reference: str
    title: Mapping[str, str]
    kind: str
    standing: Standing
    buyer: Mapping[str, str]
    lots: int
    offers_due: datetime | None
    left: TimeLeft | None


@dataclass(frozen=True)
class CallList:
    """One page of the list, and what it can be narrowed to."""

    rows: list[CallRow]
    total: int
    n: int
    pages: int
    chosen: str
    states: list[str]
    may_draft: bool
    order: Ordering

    @property
    def earlier(self) -> int | None:
        """The page before this one."""
        return self.n - 1 if self.n > 1 else None

    @property
    def later(self) -> int | None:
        """The page after this one."""
        return self.n + 1 if self.n < self.pages else None


def calls_page(
    session: Session,
    person: Person | None,
    at: datetime,
    state: str | None,
    n: int,
    sort: str | None = None,
) -> CallList:
    """Open calls, the nearest deadline first; for the buyer's people then all of their own.

    A state narrows it to the calls that stand so; drafts are only ever the buyer's own. A page
    beyond the last is the last. ``sort`` sorts by one column instead.
    """
    order = ordering(sort, SORTED)
    own = buyers_read_by(person)
    states = [shown.value for shown in Standing if own or shown != Standing.DRAFT]
    chosen = state if state in states else ("" if own else Standing.OPEN.value)
    counted, keys = statement_for(person, _counted, chosen)
    total = session.scalar(counted, keys | {"at": at}) or 0
    pages = max(1, -(-total // ROWS_ON_A_PAGE))
    n = min(max(n, 1), pages)
    return CallList(
        rows=_rows(session, person, chosen, at, order, n),
        total=total,
        n=n,
        pages=pages,
        chosen=chosen,
        states=["", *states] if own else states,
        may_draft=person is not None and person.holds({Role.PROCUREMENT_OFFICER}),
        order=order,
    )


def open_calls(session: Session, at: datetime, most: int) -> list[CallRow]:
    """The open calls whose deadline is nearest, for whoever need not know how many there are."""
    return _rows(session, None, Standing.OPEN.value, at, ordering(None, SORTED), 1, most)


_AT = bindparam("at", type_=Instant)
_IS_OPEN = (Procurement.state == State.PUBLISHED) & (Procurement.offers_due >= _AT)


def _wanted(person: Person | None, chosen: str) -> ColumnElement[bool]:
    own = buyers_read_by(person)
    mine = Procurement.buyer_id.in_(own) if own else false()
    if chosen == "":
        return or_(mine, _IS_OPEN)
    if chosen == Standing.OPEN:
        return _IS_OPEN
    if chosen == Standing.CLOSED:
        return (Procurement.state == State.PUBLISHED) & (Procurement.offers_due < _AT)
    if chosen == Standing.DRAFT:
        return mine & (Procurement.state == State.DRAFT)
    return Procurement.state == chosen


def _counted(person: Person | None, chosen: str) -> Select[int]:
    return select(func.count()).select_from(Procurement).where(_wanted(person, chosen))


def _listed(person: Person | None, chosen: str, order: Ordering) -> Rows:
    lots = (
        select(func.count())
        .select_from(Lot)
        .where(Lot.procurement_id == Procurement.id)
        .scalar_subquery()
    )
    by: list[Any] = [
        *sorted_by(order, SORTED),
        case((_IS_OPEN, 0), (Procurement.state == State.DRAFT, 1), else_=2),
        case((_IS_OPEN, Procurement.offers_due)),
        Procurement.offers_due.desc().nulls_first(),
        Procurement.created_at.desc(),
        Procurement.reference,
        Procurement.id,
    ]
    # What stands in a row is read for the rows of the page alone.
    found = select(Procurement.id).where(_wanted(person, chosen))
    if order.chosen == "buyer":
        found = found.join(Organisation, Organisation.id == Procurement.buyer_id)
    shown = (
        found.order_by(*by)
        .limit(bindparam("most", type_=Integer))
        .offset(bindparam("offset", type_=Integer))
        .subquery()
    )
    return (
        select(
            Procurement.id,
            Procurement.reference,
            Procurement.title,
            Procurement.kind,
            Procurement.state,
            Procurement.offers_due,
            Organisation.name,
            lots,
        )
        .join(shown, shown.c.id == Procurement.id)
        .join(Organisation, Organisation.id == Procurement.buyer_id)
        .order_by(*by)
    )


def _rows(
    session: Session,
    person: Person | None,
    chosen: str,
    at: datetime,
    order: Ordering,
    n: int,
    most: int = ROWS_ON_A_PAGE,
) -> list[CallRow]:
    listed, keys = statement_for(person, _listed, chosen, order)
    keys |= {"at": at, "most": most, "offset": (n - 1) * most}
    return [_row(at, *row) for row in session.execute(listed, keys)]


def _row(
    at: datetime,
    key: UUID,
    reference: str,
    title: Mapping[str, str],
    kind: str,
    state: str,
    due: datetime | None,
    buyer: Mapping[str, str],
    lots: int,
) -> CallRow:
    shown = standing(state, due, at)
    left = time_left(due, at) if due is not None and shown == Standing.OPEN else None
    return CallRow(key, reference, title, kind, shown, buyer, lots, due, left)


def calls_with_criterion(session: Session, key: str, version: int, most: int) -> Usage:
    """The published calls that score offers by this version of the bank's criterion."""
    using = (
        select(Procurement)
        .join(AwardCriterion, AwardCriterion.procurement_id == Procurement.id)
        .where(
            AwardCriterion.key == key,
            AwardCriterion.version == version,
            Procurement.state != State.DRAFT,
        )
    )
    rows = session.execute(
        using.join(Organisation, Organisation.id == Procurement.buyer_id)
        .with_only_columns(
            Procurement.id,
            Procurement.reference,
            Procurement.title,
            Organisation.name,
            Procurement.published_at,
        )
        .order_by(Procurement.published_at.desc(), Procurement.reference)
        .limit(most)
    )
    newest = tuple(
        UsedIn(key_, reference, title, buyer, published_at)
        for key_, reference, title, buyer, published_at in rows
        if published_at is not None
    )
    total = session.scalar(select(func.count()).select_from(using.subquery()))
    return Usage(total or 0, newest)
