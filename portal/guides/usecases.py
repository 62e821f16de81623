"""Going through the first tour, and skipping it. It is no act: it changes nothing but itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.guides.models import TourSeen
from portal.organisations.models import Person


def see_steps(session: Session, *, steps: int, person: Person, at: datetime) -> None:
    """So many steps have been seen; pressing an old page's button takes nobody back."""
    seen = session.get(TourSeen, person.id)
    if seen is None:
        session.add(TourSeen(person_id=person.id, steps=steps, seen_at=at))
        session.flush()
        return
    seen.steps, seen.seen_at = max(seen.steps, steps), at


def begin_again(session: Session, *, person: Person) -> None:
    """The tour is shown from its first step on."""
    seen = session.get(TourSeen, person.id)
    if seen is not None:
        session.delete(seen)
