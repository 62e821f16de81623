"""A contract's place among ranked ones."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.arrangements.models import RankedContract
from portal.contracts.models import Contract


def is_ranked(session: Session, contract: Contract) -> bool:
    """Whether the contract is called off only through its arrangement."""
    ranked = select(RankedContract.contract_id).where(RankedContract.contract_id == contract.id)
    return session.scalar(ranked) is not None
