"""Naming what can be counted of a lot's target group."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.contracts.models import Contract
from portal.enrolments.rules import Status
from portal.indicators.models import TargetGroup
from portal.organisations.models import Person
from portal.permissions import require
from portal.shared.errors import RuleBroken


def name_target_group(
    session: Session,
    *,
    contract: Contract,
    statuses: Collection[Status],
    reason: str,
    by: Person,
    at: datetime,
) -> TargetGroup:
    """Name the starting statuses that make up the target group of the contract's lot.

    None of them says that it cannot be counted so. The earlier naming stays on record. Raises
    ``not_permitted``, ``reason_missing``.
    """
    chain = contract.procurement_id
    with acting(session, "name_target_group", chain=chain, by=by.id, at=at) as facts:
        require(by, "name_target_group", contract.buyer_id)
        if not reason.strip():
            raise RuleBroken("reason_missing", field="reason")
        latest = select(func.max(TargetGroup.n)).where(TargetGroup.lot_id == contract.lot_id)
        named = TargetGroup(
            lot_id=contract.lot_id,
            n=(session.scalar(latest) or 0) + 1,
            statuses=[str(status) for status in Status if status in statuses],
            reason=reason.strip(),
            by_id=by.id,
            at=at,
        )
        session.add(named)
        session.flush()
        facts.note(lot=contract.lot_id, statuses=named.statuses)
        return named
