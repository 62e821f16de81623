"""The changes of a contract."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.contracts.models import Contract
from portal.contracts.queries import contract_of
from portal.contracts.rules import ContractState
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.legal.changes import ChangeGround, change_grounds
from portal.options.access import (
    original_value,
)
from portal.options.models import ContractChange
from portal.options.rules import (
    ChangeState,
    percent_of,
)
from portal.options.usecases import running_total
from portal.organisations.models import Person
from portal.permissions import may
from portal.shared.errors import NotFound


@dataclass(frozen=True)
class ChangesPage:
    """The changes of a contract, and their running total against the ceiling, in euros."""

    contract: Contract
    changes: list[ContractChange]
    grounds: dict[str, ChangeGround]
    original: Decimal
    total: Decimal
    ceiling: Decimal
    percent: Decimal
    may_propose: bool


def changes_page(session: Session, contract_id: UUID, person: Person) -> ChangesPage:
    """The changes of a contract that this reader may see. Raises NotFound."""
    contract = contract_of(session, contract_id, person)
    original = original_value(session, contract)
    percent = settings_of(session).change_ceiling_percent
    changes = select(ContractChange).where(ContractChange.contract_id == contract.id)
    return ChangesPage(
        contract=contract,
        changes=list(session.scalars(changes.order_by(ContractChange.n))),
        grounds=change_grounds(),
        original=original,
        total=running_total(session, contract),
        ceiling=percent_of(percent, original),
        percent=percent,
        may_propose=may(person, "change_contract", contract.buyer_id)
        and contract.state == ContractState.IN_FORCE,
    )


@dataclass(frozen=True)
class ChangePage:
    """One change, and what this reader may do about it now."""

    change: ContractChange
    ground: ChangeGround
    amendment: StoredDocument | None
    may_consent: bool
    may_refuse: bool


def change_of(session: Session, contract_id: UUID, n: int, person: Person) -> ContractChange:
    """A change of a contract that this reader may see. Raises NotFound."""
    contract = contract_of(session, contract_id, person)
    found = session.scalar(
        select(ContractChange).where(
            ContractChange.contract_id == contract.id, ContractChange.n == n
        )
    )
    if found is None:
        raise NotFound
    return found


def change_page(session: Session, contract_id: UUID, n: int, person: Person) -> ChangePage:
    """One change of a contract. Raises NotFound."""
    change = change_of(session, contract_id, n, person)
    contract = change.contract
    open_ = change.state == ChangeState.PROPOSED
    return ChangePage(
        change=change,
        ground=change_grounds()[change.ground],
        amendment=store.find(session, "amendment", change.id, contract.language),
        may_consent=open_ and may(person, "consent_to_change", contract.provider_id),
        may_refuse=open_ and may(person, "refuse_change", contract.provider_id, contract.buyer_id),
    )
