"""What a bundle holds, and the page on which it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.organisations.models import Person
from portal.procurement.models import Procurement
from portal.reports.bundles.access import bundled_for, scope_for
from portal.reports.bundles.queries.packing import pack
from portal.reports.bundles.rules import Scope
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging

__all__ = ["BundlePage", "MadeBefore", "bundle_page", "pack", "procurements_called"]


@dataclass(frozen=True)
class MadeBefore:
    """A bundle that was made: by whom (None: on the machine itself), when, its facts."""

    at: datetime
    by: str | None
    facts: dict[str, Any]


@dataclass(frozen=True)
class BundlePage:
    """What a bundle would hold now, and those made before."""

    procurement: Procurement
    scope: Scope
    rows: list[MadeBefore]
    paging: Paging


def bundle_page(session: Session, procurement_id: UUID, person: Person, n: int = 1) -> BundlePage:
    """The page of bundles. Raises NotFound, ``conflict_of_interest``."""
    procurement = bundled_for(session, procurement_id, person)
    made = (AuditEntry.chain == str(procurement.id)) & (AuditEntry.act == "make_bundle")
    wanted = made & (AuditEntry.outcome == "done")
    total = session.scalar(select(func.count()).select_from(AuditEntry).where(wanted))
    pages = paging(total or 0, n)
    found = session.execute(
        select(AuditEntry.at, Person.name, AuditEntry.facts)
        .outerjoin(Person, Person.id == AuditEntry.by)
        .where(wanted)
        .order_by(AuditEntry.n.desc())
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    )
    return BundlePage(
        procurement=procurement,
        scope=scope_for(session, procurement, person),
        rows=[MadeBefore(*row) for row in found],
        paging=pages,
    )


def procurements_called(session: Session, reference: str) -> list[Procurement]:
    """The procurements with this reference: one for each buyer that uses it."""
    return list(
        session.scalars(
            select(Procurement)
            .where(func.lower(Procurement.reference) == reference.strip().lower())
            .order_by(Procurement.created_at)
        )
    )
