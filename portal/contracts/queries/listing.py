"""The list of contracts that one may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from portal.contracts.access import seen_by
from portal.contracts.models import Contract
from portal.contracts.queries.shown import Names
from portal.contracts.rules import ContractState
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Lot, Procurement

ROWS_ON_A_PAGE = 20


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

    @property
    def earlier(self) -> int | None:
        """The page before this one."""
        return self.n - 1 if self.n > 1 else None

    @property
    def later(self) -> int | None:
        """The page after this one."""
        return self.n + 1 if self.n < self.pages else None


def contracts_page(session: Session, person: Person, n: int) -> ContractList:
    """The person's contracts: those waiting for approval first, then the newest.

    A page beyond the last is the last.
    """
    mine = seen_by(person)
    total = session.scalar(select(func.count()).select_from(Contract).where(mine)) or 0
    pages = max(1, -(-total // ROWS_ON_A_PAGE))
    n = min(max(n, 1), pages)
    buyer, provider = aliased(Organisation), aliased(Organisation)
    found = session.execute(
        select(
            Contract.id,
            Contract.reference,
            Procurement.title,
            Lot.title,
            buyer.name,
            provider.name,
            Contract.state,
            Contract.concluded_at,
            Contract.in_force_at,
        )
        .join(Procurement, Procurement.id == Contract.procurement_id)
        .join(Lot, Lot.id == Contract.lot_id)
        .join(buyer, buyer.id == Contract.buyer_id)
        .join(provider, provider.id == Contract.provider_id)
        .where(mine)
        .order_by(
            case((Contract.state == ContractState.AWAITING_APPROVAL, 0), else_=1),
            Contract.concluded_at.desc(),
            Contract.reference,
            Contract.id,
        )
        .limit(ROWS_ON_A_PAGE)
        .offset((n - 1) * ROWS_ON_A_PAGE)
    )
    return ContractList([ContractRow(*row) for row in found], total, n, pages)
