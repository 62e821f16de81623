"""Having the whole decision made as a PDF before it is issued."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.evaluation.queries import require_decision_to_make
from portal.jobs import work
from portal.jobs.models import Work
from portal.organisations.models import Person

DRAFT = "decision_draft"


def begin_draft(
    session: Session, procurement_id: UUID, *, language: str, by: Person, at: datetime
) -> Work:
    """Have the draft made in the background, as the decision would be if it were issued now.

    Raises NotFound where there is no decision to make, and what `Part.require_open` raises.
    """
    require_decision_to_make(session, procurement_id, by)
    return work.begin(
        session, DRAFT, person_id=by.id, subject=procurement_id, language=language, at=at
    )
