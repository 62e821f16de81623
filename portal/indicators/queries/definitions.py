"""What the indicators mean, and what can be counted of a lot's target group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.contracts.models import Contract
from portal.contracts.queries import contract_of
from portal.criteria.bank import bank
from portal.criteria.rules import IndicatorDefinition
from portal.indicators.models import TargetGroup
from portal.indicators.rules import MEASURES
from portal.organisations.models import Person
from portal.permissions import may
from portal.procurement.models import Lot


def definitions_page() -> list[IndicatorDefinition]:
    """The latest definition of every indicator, in the order of the table of measures."""
    return [bank().indicator(key) for key in MEASURES]


def definition_page(key: str) -> IndicatorDefinition:
    """One definition. Raises NotFound."""
    return bank().indicator(key)


@dataclass(frozen=True)
class TargetGroupPage:
    """The target group of a contract's lot: in the call's words, and as it is counted."""

    contract: Contract
    lot: Mapping[str, str]
    words: Mapping[str, str]
    named: list[TargetGroup]
    may_name: bool

    @property
    def standing(self) -> TargetGroup | None:
        """The latest naming."""
        return self.named[0] if self.named else None


def target_group_page(session: Session, contract_id: UUID, person: Person) -> TargetGroupPage:
    """The target group of a contract that this reader may see. Raises NotFound."""
    contract = contract_of(session, contract_id, person)
    lot = session.get_one(Lot, contract.lot_id)
    named = session.scalars(
        select(TargetGroup).where(TargetGroup.lot_id == lot.id).order_by(TargetGroup.n.desc())
    )
    return TargetGroupPage(
        contract=contract,
        lot=lot.title,
        words=lot.target_group,
        named=list(named),
        may_name=may(person, "name_target_group", contract.buyer_id),
    )
