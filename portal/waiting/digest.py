"""The digest by e-mail: how much waits, and where it is shown."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.jobs.mail import send_mail
from portal.organisations.models import Person
from portal.shared.clock import day_in_helsinki
from portal.waiting.models import DigestSent
from portal.waiting.queries import waiting_for


def send_digests(session: Session, at: datetime) -> int:
    """Write to everybody for whom something waits within the week; once a day at most.

    A run that comes again on the same day sends nothing, and after a week without a run the next
    one sends a single digest of what waits then. Returns how many were written.
    """
    settings = settings_of(session)
    today = day_in_helsinki(at)
    if today.isoweekday() not in settings.digest_weekdays:
        return 0
    had = select(DigestSent.person_id).where(DigestSent.day == today)
    people = session.scalars(
        select(Person)
        .where(Person.closed_at.is_(None), Person.confirmed_at.is_not(None), Person.id.not_in(had))
        .order_by(Person.id)
    ).all()
    sent = 0
    for person in people:
        everything = waiting_for(session, person, at, settings)
        found = [one for one in everything if one.is_this_week(today)]
        if not found:
            continue
        late = sum(one.is_late(today) for one in found)
        session.add(DigestSent(person_id=person.id, day=today, things=len(found), sent_at=at))
        send_mail(
            session,
            to=person,
            letter="digest",
            facts={"things": len(found), "late": late, "path": "/waiting"},
            at=at,
        )
        sent += 1
    return sent
