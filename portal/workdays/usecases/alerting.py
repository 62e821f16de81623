"""Letters about much absence, to the sponsors of the participant's own office."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.enrolments.models import Enrolment
from portal.jobs.mail import send_mail
from portal.procurement.rules import Unit
from portal.workdays.ledger import unit_of
from portal.workdays.models import WorkdayRecord
from portal.workdays.rules import AbsenceLimits, absent_too_much


def absence_limits(session: Session) -> AbsenceLimits:
    """Those that this installation has set."""
    settings = settings_of(session)
    return AbsenceLimits(settings.absence_alert_days, settings.absence_alert_percent)


def much_absent(session: Session, record: WorkdayRecord) -> set[UUID]:
    """Whose absence in the record is beyond a limit, by the keys of their enrolments."""
    limits = absence_limits(session)
    in_days = unit_of(session, record.training) != Unit.HOUR
    return {
        line.enrolment_id
        for line in record.lines
        if absent_too_much(line.days, line.absent, limits, counted_in_days=in_days)
    }


def tell_of_absences(
    session: Session, record: WorkdayRecord, before: WorkdayRecord | None, *, at: datetime
) -> None:
    """Write to the sponsors, once for each participant and month, within the trainer's act.

    The letter names nobody.
    """
    known = set() if before is None else much_absent(session, before)
    found = much_absent(session, record) - known
    if not found:
        return
    offices = set(session.scalars(select(Enrolment.office_id).where(Enrolment.id.in_(found))))
    for sponsor in record.training.sponsors:
        if sponsor.office_id in offices:
            send_mail(
                session,
                to=sponsor.person,
                letter="absence_alert",
                facts={
                    "contract": record.training.contract.reference,
                    "path": f"/trainings/{record.training_id}/workdays",
                },
                at=at,
            )
