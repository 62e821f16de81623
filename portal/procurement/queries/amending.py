"""What the page of an amendment works on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.organisations.models import Person
from portal.procurement.changes import require_before_deadline
from portal.procurement.models import Procurement
from portal.procurement.queries.drafting import officers_procurement
from portal.procurement.rules import CallTerms, State
from portal.procurement.terms import call_terms
from portal.shared.errors import RuleBroken


@dataclass(frozen=True)
class AmendPage:
    """A published call as it stands; ``revision`` tells whether it has been changed meanwhile."""

    procurement: Procurement
    call: CallTerms
    revision: int


def amend_page(session: Session, procurement_id: UUID, person: Person, at: datetime) -> AmendPage:
    """A call that may be amended. Raises NotFound, ``wrong_state``, ``deadline_passed``."""
    procurement = officers_procurement(session, procurement_id, person)
    if procurement.state == State.DRAFT:
        raise RuleBroken("wrong_state")
    require_before_deadline(procurement.offers_due, at)
    if procurement.state != State.PUBLISHED:
        raise RuleBroken("wrong_state")
    return AmendPage(procurement, call_terms(procurement), procurement.revision)
