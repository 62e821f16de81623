"""Which clause a person's after-guidance stands on, and which of its lines count."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.contracts.models import Contract
from portal.enrolments.guidance.rules import Clause, Entry, GuidanceState
from portal.enrolments.models import AfterGuidance, Enrolment
from portal.procurement.models import OptionClause
from portal.procurement.rules import OptionKind


def guidance_clause(session: Session, contract: Contract) -> OptionClause | None:
    """The lot's option of after-guidance, the first where there are several.

    It need not have been exercised (cases/FORMAT.md).
    """
    return session.scalar(
        select(OptionClause)
        .where(
            OptionClause.lot_id == contract.lot_id,
            OptionClause.kind == OptionKind.AFTER_GUIDANCE,
        )
        .order_by(OptionClause.position)
        .limit(1)
    )


def clause_terms(clause: OptionClause | None) -> Clause | None:
    """What the clause allows each person."""
    return None if clause is None else Clause(clause.amount, clause.window_months)


def standing_lines(enrolment: Enrolment) -> list[AfterGuidance]:
    """The lines that count: neither taken back nor the taking back itself."""
    taken_back: set[UUID | None] = {line.corrects_id for line in enrolment.guidance}
    return [
        line
        for line in enrolment.guidance
        if line.corrects_id is None and line.id not in taken_back
    ]


def entries_of(enrolment: Enrolment) -> list[Entry]:
    """The same as plain values."""
    return [
        Entry(line.day, GuidanceState(line.state), line.hours) for line in standing_lines(enrolment)
    ]
