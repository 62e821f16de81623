"""From one training to another, with the way so far kept."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.capacity.models import Training
from portal.capacity.usecases.trainings import require_open
from portal.enrolments.access import require_own
from portal.enrolments.models import Enrolment, Interview
from portal.enrolments.rules import EnrolmentState, moved, require_ends_after_start
from portal.enrolments.usecases.selecting import apply
from portal.evaluation.rules import require_reason
from portal.organisations.models import Person
from portal.permissions import require
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken


def transfer(
    session: Session,
    *,
    enrolment: Enrolment,
    to: Training,
    reason: str,
    on: date | None = None,
    by: Person,
    at: datetime,
) -> Enrolment:
    """The office's sponsor moves a person to another training of the office.

    Here the way ends as transferred, which is neither an end with a status nor an interruption,
    and all that was recorded stays. There a new enrolment begins: under the same contract with
    the interview that was held, so that only the selection is made anew; under another contract,
    whose trainer has met nobody yet, with the application. The status at the start is the one
    known here. Raises ``wrong_state`` (decided against or ended here, or the other training is
    this one or closed), ``reason_missing``, ``ends_before_start``, ``applied_already``.
    """
    here = enrolment.training
    chain = here.contract.procurement_id
    with acting(session, "transfer", chain=chain, by=by.id, at=at) as facts:
        require(by, "transfer")
        require_own(by, [enrolment])
        state = moved(enrolment.state, "transfer")
        if to.id == here.id:
            raise RuleBroken("wrong_state", field="to")
        require_open(to)
        require_reason(reason)
        day = on or day_in_helsinki(at)
        require_ends_after_start(enrolment.started_on, day)
        begun = apply(
            session,
            training=to,
            name=enrolment.name,
            birth_year=enrolment.birth_year,
            sex=enrolment.sex,
            education=enrolment.education,
            status=enrolment.status_at_start,
            external_key=enrolment.external_key,
            referral_source=enrolment.referral_source,
            by=by,
            at=at,
        )
        if begun.office_id != enrolment.office_id:
            raise RuleBroken("not_permitted")
        begun.transferred_from_id = enrolment.id
        if to.contract_id == here.contract_id and enrolment.interviews:
            held = enrolment.interviews[-1]
            begun.state = moved(EnrolmentState.APPLIED, "interview")
            begun.interviews.append(
                Interview(
                    enrolment_id=begun.id,
                    by_id=held.by_id,
                    at=held.at,
                    need=held.need,
                    urgency=held.urgency,
                    suitability=held.suitability,
                    note=held.note,
                    with_ids=list(held.with_ids),
                )
            )
        enrolment.state, enrolment.end_reason = state, reason.strip()
        if enrolment.started_on is not None:
            enrolment.ended_on = day
        facts.note(enrolment=enrolment.id, to=begun.id, training=to.id)
        return begun
