"""Acts on accounts with what the tests leave unsaid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.jobs.models import OutgoingMail
from portal.organisations import usecases
from portal.organisations.models import Person

AT = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"
KEPT = "a hash"


def sign_up(session: Session, **changes: Any) -> None:
    usecases.sign_up_provider(
        session,
        **{
            "organisation_name": {"fi": "Metsäopisto", "sv": " ", "en": "Forest College"},
            "business_id": "0112038-9",
            "name": "Maija Metsä",
            "email": "Maija@metsaopisto.example",
            "password_hash": KEPT,
            "language": "en",
            "link_lives": 14 * DAY,
            "at": AT,
            **changes,
        },
    )


def newest_token(session: Session, letter: str) -> str:
    mail = session.scalars(
        select(OutgoingMail)
        .where(OutgoingMail.letter == letter)
        .order_by(OutgoingMail.created_at.desc())
    ).first()
    assert mail is not None, f"no {letter}"
    return str(mail.facts["path"]).rpartition("/")[2]


def letters(session: Session) -> list[str]:
    return list(session.scalars(select(OutgoingMail.letter).order_by(OutgoingMail.created_at)))


def counted(session: Session, table: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def begin(session: Session, person: Person, at: datetime = AT) -> str:
    return usecases.begin_session(session, person=person, lasts=10 * HOUR, at=at)


def log_in(session: Session, **changes: Any) -> str:
    return usecases.log_in(
        session,
        **{
            "email": "maija@metsaopisto.example",
            "verified": KEPT,
            "address": HERE,
            "lasts": 10 * HOUR,
            "at": AT,
            **changes,
        },
    )
