"""An application that makes codes, as the tests hold it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
from sqlalchemy.orm import Session

from portal.organisations import usecases
from portal.organisations.models import Person

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of an example
LASTS = timedelta(hours=10)


def code_at(at: datetime, secret: str = SECRET, steps: int = 0) -> str:
    """What the application shows then, or so many time-steps later."""
    return pyotp.TOTP(secret).at(int(at.timestamp()) + 30 * steps)


def enrolled(session: Session, person: Person, at: datetime) -> list[str]:
    """Take the application into use; returns the recovery codes."""
    myself = session.get_one(Person, person.id)
    token = usecases.begin_session(session, person=myself, lasts=LASTS, at=at)
    _token, codes = usecases.enrol(
        session, secret=SECRET, code=code_at(at, steps=-1), token=token, by=myself, at=at
    )
    return list(codes)
