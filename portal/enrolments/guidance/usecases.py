"""Recording after-guidance, taking a mistaken line back, agreeing on its use."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.enrolments.guidance.access import (
    clause_terms,
    entries_of,
    guidance_clause,
    standing_lines,
)
from portal.enrolments.guidance.models import GuidanceAgreement
from portal.enrolments.guidance.rules import Entry, GuidanceState, require_guidance
from portal.enrolments.models import AfterGuidance, Enrolment
from portal.enrolments.people import require_teaching
from portal.evaluation.rules import require_reason
from portal.organisations.models import Person
from portal.permissions import require
from portal.shared.errors import RuleBroken


def record_guidance(
    session: Session,
    *,
    enrolment: Enrolment,
    day: date,
    state: str,
    hours: Decimal | None = None,
    key: UUID | None = None,
    by: Person,
    at: datetime,
) -> AfterGuidance:
    """Record after-guidance as offered, accepted or used on a day; only used hours are counted.

    A ``key`` that the recorder's form was shown with makes one line, however often the form is
    sent. Raises ``wrong_state`` before the person's training has ended and for a key of somebody
    else's, ``changed_meanwhile`` for the key of another line, ``not_in_contract``,
    ``after_guidance_window_passed``, ``after_guidance_hours_exceeded``, ``guidance_before_end``.
    """
    chain = enrolment.training.contract.procurement_id
    with acting(session, "after_guidance", chain=chain, by=by.id, at=at) as facts:
        require_teaching(by, enrolment.training)
        made = None if key is None else session.get(AfterGuidance, key)
        if made is not None:
            if made.recorded_by_id != by.id or made.enrolment_id != enrolment.id:
                raise RuleBroken("wrong_state")
            if (made.day, made.state, made.hours) != (day, state, hours):
                raise RuleBroken("changed_meanwhile")
            facts.note(enrolment=enrolment.id, again=True)
            return made
        entry = Entry(day, GuidanceState(state), hours)
        require_guidance(
            clause_terms(guidance_clause(session, enrolment.training.contract)),
            enrolment.state,
            enrolment.ended_on,
            entries_of(enrolment),
            entry,
        )
        line = AfterGuidance(
            id=key or uuid4(),
            enrolment_id=enrolment.id,
            day=day,
            state=entry.state,
            hours=hours,
            recorded_by_id=by.id,
            recorded_at=at,
        )
        enrolment.guidance.append(line)
        facts.note(enrolment=enrolment.id, state=entry.state, day=day.isoformat(), hours=hours)
    return line


def take_back_guidance(
    session: Session,
    *,
    enrolment: Enrolment,
    line: AfterGuidance,
    reason: str,
    by: Person,
    at: datetime,
) -> None:
    """Take back a line that was recorded by mistake, by a line of the opposite amount.

    So hours summed over all lines of a month stay right. Raises ``wrong_state`` where it was taken
    back already, ``reason_missing``.
    """
    chain = enrolment.training.contract.procurement_id
    with acting(session, "take_back_guidance", chain=chain, by=by.id, at=at) as facts:
        require_teaching(by, enrolment.training)
        if line not in standing_lines(enrolment):
            raise RuleBroken("wrong_state")
        require_reason(reason)
        enrolment.guidance.append(
            AfterGuidance(
                enrolment_id=enrolment.id,
                day=line.day,
                state=line.state,
                hours=None if line.hours is None else -line.hours,
                corrects_id=line.id,
                reason=reason.strip(),
                recorded_by_id=by.id,
                recorded_at=at,
            )
        )
        facts.note(enrolment=enrolment.id, corrects=line.id)


def agree_guidance(
    session: Session, *, enrolment: Enrolment, text: str, by: Person, at: datetime
) -> None:
    """The responsible official notes how the hours are used, as agreed with the trainer.

    Raises ``text_missing``.
    """
    chain = enrolment.training.contract.procurement_id
    with acting(session, "agree_guidance", chain=chain, by=by.id, at=at) as facts:
        require(by, "agree_guidance", enrolment.office_id)
        if not text.strip():
            raise RuleBroken("text_missing", field="text")
        session.add(
            GuidanceAgreement(enrolment_id=enrolment.id, text=text.strip(), by_id=by.id, at=at)
        )
        facts.note(enrolment=enrolment.id)
