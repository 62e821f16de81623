"""That a bundle was made, on the record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.organisations.models import Person
from portal.reports.bundles.access import bundled_for, scope_for
from portal.reports.bundles.rules import Made
from portal.shared.errors import RuleBroken


def make_bundle(
    session: Session, *, procurement_id: UUID, made: Made, by: Person | None, at: datetime
) -> None:
    """Note a bundle that has been packed, before it is handed out; None is who keeps the machine.

    It was packed from what could be seen then: whoever may no longer have as much, because a
    decision was corrected or a conflict declared meanwhile, is not handed it. Raises NotFound,
    ``conflict_of_interest``, ``changed_meanwhile``.
    """
    bundled_for(session, procurement_id, by)
    actor = None if by is None else by.id
    with acting(session, "make_bundle", chain=procurement_id, by=actor, at=at) as facts:
        procurement = bundled_for(session, procurement_id, by)
        if scope_for(session, procurement, by) != made.scope:
            raise RuleBroken("changed_meanwhile")
        facts.note(sha256=made.sha256, size=made.size, files=made.files, scope=made.scope.value)
