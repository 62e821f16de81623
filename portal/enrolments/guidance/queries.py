"""The data of a person's after-guidance page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.enrolments.guidance.access import (
    clause_terms,
    entries_of,
    guidance_clause,
    standing_lines,
)
from portal.enrolments.guidance.models import GuidanceAgreement
from portal.enrolments.guidance.rules import ENDED, Clause, Standing, standing
from portal.enrolments.models import AfterGuidance, Enrolment
from portal.enrolments.people import enrolment_in_guidance, enrolments_seen_by, teaches
from portal.organisations.models import Person
from portal.permissions import may
from portal.shared.errors import NotFound


@dataclass(frozen=True)
class GuidanceRow:
    """One line: what, when, how much, and whether it still counts."""

    id: UUID
    day: date
    state: str
    hours: Decimal | None
    recorded_by: str
    recorded_at: datetime
    taken_back: bool
    reason: str


@dataclass(frozen=True)
class GuidancePage:
    """A person's after-guidance; ``clause`` is None where the contract includes none."""

    enrolment: Enrolment
    clause: Clause | None
    standing: Standing | None
    rows: list[GuidanceRow]
    agreements: list[GuidanceAgreement]
    open: bool
    may_record: bool
    may_agree: bool
    sees_person: bool


def guidance_page(
    session: Session, enrolment_id: UUID, person: Person, today: date
) -> GuidancePage:
    """Everything on the page, the newest line first. Raises NotFound."""
    enrolment = enrolment_in_guidance(session, enrolment_id, person)
    clause = clause_terms(guidance_clause(session, enrolment.training.contract))
    now = None
    if clause is not None:
        now = standing(clause, enrolment.ended_on, entries_of(enrolment))
    is_open = (
        now is not None
        and enrolment.state in ENDED
        and (now.last_day is None or today <= now.last_day)
    )
    own = select(Enrolment.id).where(Enrolment.id == enrolment_id, enrolments_seen_by(person))
    return GuidancePage(
        enrolment=enrolment,
        clause=clause,
        standing=now,
        rows=_rows(session, enrolment),
        agreements=list(
            session.scalars(
                select(GuidanceAgreement)
                .where(GuidanceAgreement.enrolment_id == enrolment_id)
                .order_by(GuidanceAgreement.at.desc(), GuidanceAgreement.id)
            )
        ),
        open=is_open,
        may_record=enrolment.state in ENDED and teaches(person, enrolment.training),
        may_agree=may(person, "agree_guidance", enrolment.office_id),
        sees_person=session.scalar(own) is not None,
    )


def _rows(session: Session, enrolment: Enrolment) -> list[GuidanceRow]:
    counting = {line.id for line in standing_lines(enrolment)}
    reasons = {line.corrects_id: line.reason for line in enrolment.guidance if line.corrects_id}
    recorders = select(Person.id, Person.name).where(
        Person.id.in_({line.recorded_by_id for line in enrolment.guidance})
    )
    names = {row.id: row.name for row in session.execute(recorders)}
    lines = [line for line in enrolment.guidance if line.corrects_id is None]
    lines.sort(key=lambda line: (line.day, line.recorded_at), reverse=True)
    return [
        GuidanceRow(
            id=line.id,
            day=line.day,
            state=line.state,
            hours=line.hours,
            recorded_by=names[line.recorded_by_id],
            recorded_at=line.recorded_at,
            taken_back=line.id not in counting,
            reason=reasons.get(line.id, ""),
        )
        for line in lines
    ]


def line_of(enrolment: Enrolment, line_id: UUID) -> AfterGuidance:
    """A line of this person's. Raises NotFound."""
    for line in enrolment.guidance:
        if line.id == line_id and line.corrects_id is None:
            return line
    raise NotFound
