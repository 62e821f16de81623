"""Letters about much absence, to the sponsors of the participant's own office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.config import settings_of
from portal.enrolments.models import Enrolment
from portal.jobs.mail import send_mail
from portal.permissions import Role
from portal.procurement.rules import Unit
from portal.workdays.ledger import Line, lines_of, unit_of
from portal.workdays.models import WorkdayRecord
from portal.workdays.rules import AbsenceLimits, absent_too_much


def absence_limits(session: Session) -> AbsenceLimits:
    """Those that this installation has set."""
    settings = settings_of(session)
    return AbsenceLimits(settings.absence_alert_days, settings.absence_alert_percent)


def _much_absent(session: Session, training: Training, lines: Iterable[Line]) -> set[UUID]:
    """Whose absence is beyond a limit, by the keys of their enrolments."""
    limits = absence_limits(session)
    in_days = unit_of(session, training) != Unit.HOUR
    return {
        key
        for key, days, absent in lines
        if absent_too_much(days, absent, limits, counted_in_days=in_days)
    }


def tell_of_absences(
    session: Session, record: WorkdayRecord, before: WorkdayRecord | None, *, at: datetime
) -> None:
    """Write to the sponsors, once for each participant and month, within the trainer's act.

    The letter names nobody, and goes to nobody who has left or is no sponsor of the office now.
    """
    lines = [(line.enrolment_id, line.days, line.absent) for line in record.lines]
    found = _much_absent(session, record.training, lines)
    if found and before is not None:
        found -= _much_absent(session, record.training, lines_of(session, before))
    if not found:
        return
    offices = set(session.scalars(select(Enrolment.office_id).where(Enrolment.id.in_(found))))
    for sponsor in record.training.sponsors:
        still = sponsor.person.holds({Role.COURSE_SPONSOR}, sponsor.office_id)
        if still and sponsor.office_id in offices:
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
