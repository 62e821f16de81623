"""Whose log-in a token is, as the pages ask."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.organisations.models import Person
from portal.organisations.queries import log_in_of


def person_of_session(session: Session, token: str, at: datetime) -> Person | None:
    """None once the log-in has ended, and before the second factor is given."""
    found = log_in_of(session, token, at)
    return found.person if found is not None and found.whole else None
