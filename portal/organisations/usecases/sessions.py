"""What the acts on accounts do with the sessions of their person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.organisations.models import LoginSession, Person
from portal.organisations.rules import hash_of, new_token


def renew(session: Session, token: str, person: Person, **shown: datetime) -> str:
    """Give the person's session another token, and note what they have shown."""
    renewed = new_token()
    session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == hash_of(token), LoginSession.person_id == person.id)
        .values(token_hash=hash_of(renewed), **shown)
    )
    return renewed


def end_sessions(session: Session, person_id: UUID, at: datetime, but: str | None = None) -> None:
    """End the person's sessions, but for the one with that token."""
    ended = update(LoginSession).where(
        LoginSession.person_id == person_id, LoginSession.ended_at.is_(None)
    )
    if but is not None:
        ended = ended.where(LoginSession.token_hash != hash_of(but))
    session.execute(ended.values(ended_at=at))
