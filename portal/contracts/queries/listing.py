"""The list of contracts that one may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, bindparam, case, func, select
from sqlalchemy.orm import Session, aliased

from portal.contracts.access import seen_by
from portal.contracts.models import Contract
from portal.contracts.queries.shown import Names
from portal.contracts.rules import ContractState
from portal.database import Rows, by_name, sorted_by
from portal.organisations.asking import statement_for
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Lot, Procurement
from portal.shared.ordering import Ordering, ordering

ROWS_ON_A_PAGE = 20
_BUYER, _PROVIDER = aliased(Organisation), aliased(Organisation)
SORTED: dict[str, Any] = {
    "reference": Contract.reference,
    "lot": by_name(Lot.title),
    "buyer": by_name(_BUYER.name),
    "provider": by_name(_PROVIDER.name),
    "state": Contract.state,
    "concluded": Contract.concluded_at,
    "in_force": Contract.in_force_at,
}
"""What the list of contracts can be sorted by."""


@dataclass(frozen=True)
class ContractRow:
    """One contract of the list."""

    id: UUID
    reference: str
    title: Names
    lot: Names
    buyer: Names
    provider: Names
    state: str
    concluded_at: datetime
    in_force_at: datetime | None


@dataclass(frozen=True)
class ContractList:
    """One page of the list."""

    rows: list[ContractRow]
    total: int
    n: int
    pages: int
    chosen: str
    states: list[str]
    order: Ordering

    @property
    def earlier(self) -> int | None:
        """The page before this one."""
        return self.n - 1 if self.n > 1 else None

    @property
    def later(self) -> int | None:
        """The page after this one."""
        return self.n + 1 if self.n < self.pages else None


def contracts_page(
    session: Session,
    person: Person,
    n: int,
    state: str | None = None,
    sort: str | None = None,
) -> ContractList:
    """The person's contracts: those waiting for approval first, then the newest.

    A state narrows it to the contracts that stand so; ``sort`` sorts by one column instead. A page
    beyond the last is the last.
    """
    order, states = ordering(sort, SORTED), [str(one) for one in ContractState]
    chosen = state if state in states else ""
    statement, keys = statement_for(person, _counted, chosen)
    total = session.scalar(statement, keys) or 0
    pages = max(1, -(-total // ROWS_ON_A_PAGE))
    n = min(max(n, 1), pages)
    listed, keys = statement_for(person, _listed, chosen, order)
    found = session.execute(listed, keys | {"offset": (n - 1) * ROWS_ON_A_PAGE})
    rows = [ContractRow(*row) for row in found]
    return ContractList(rows, total, n, pages, chosen, ["", *states], order)


def _mine(person: Person, chosen: str) -> ColumnElement[bool]:
    return seen_by(person) & (Contract.state == chosen) if chosen else seen_by(person)


def _counted(person: Person, chosen: str) -> Select[int]:
    return select(func.count()).select_from(Contract).where(_mine(person, chosen))


def _listed(person: Person, chosen: str, order: Ordering) -> Rows:
    return (
        select(
            Contract.id,
            Contract.reference,
            Procurement.title,
            Lot.title,
            _BUYER.name,
            _PROVIDER.name,
            Contract.state,
            Contract.concluded_at,
            Contract.in_force_at,
        )
        .join(Procurement, Procurement.id == Contract.procurement_id)
        .join(Lot, Lot.id == Contract.lot_id)
        .join(_BUYER, _BUYER.id == Contract.buyer_id)
        .join(_PROVIDER, _PROVIDER.id == Contract.provider_id)
        .where(_mine(person, chosen))
        .order_by(
            *sorted_by(order, SORTED),
            case((Contract.state == ContractState.AWAITING_APPROVAL, 0), else_=1),
            Contract.concluded_at.desc(),
            Contract.reference,
            Contract.id,
        )
        .limit(ROWS_ON_A_PAGE)
        .offset(bindparam("offset", type_=Integer))
    )
