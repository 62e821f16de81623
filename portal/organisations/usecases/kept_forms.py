"""What was sent after the log-in had ended: kept closed for its person, for a day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.organisations.models import KeptForm, LoginSession, Person
from portal.organisations.rules import hash_of
from portal.storage.sealing import bound_to
from portal.storage.vault import vault_of

KEPT_FOR = timedelta(days=1)
"""Proposal: who comes back later begins anew."""

Fields = Sequence[tuple[str, str]]


def person_whose_log_in_ended(session: Session, token: str, at: datetime) -> UUID | None:
    """Whose log-in the token was of, where time alone has ended it."""
    return session.scalar(
        select(LoginSession.person_id)
        .join(Person, Person.id == LoginSession.person_id)
        .where(
            LoginSession.token_hash == hash_of(token),
            LoginSession.ended_at.is_(None),
            LoginSession.ends_at <= at,
            Person.closed_at.is_(None),
        )
    )


def keep_form(
    session: Session, *, person_id: UUID, path: str, fields: Fields, at: datetime
) -> None:
    """Keep it in the place of an earlier one. Nothing of it is carried out."""
    drop_form(session, person_id)
    content = json.dumps(list(fields), ensure_ascii=False).encode()
    closed = vault_of(session).close_for(session, person_id, content, _binding(person_id))
    session.add(KeptForm(person_id=person_id, path=path, closed=closed, kept_at=at))
    session.flush()


def drop_form(session: Session, person_id: UUID) -> None:
    """It has been sent, or is not wanted."""
    session.execute(delete(KeptForm).where(KeptForm.person_id == person_id))


def kept_form(
    session: Session, person: Person, at: datetime
) -> tuple[KeptForm, list[tuple[str, str]]] | None:
    """What is kept for the person, with its fields; None where there is nothing, or no longer."""
    found = session.get(KeptForm, person.id)
    if found is None or at - found.kept_at > KEPT_FOR:
        return None
    content = vault_of(session).open_for(session, person.id, found.closed, _binding(person.id))
    return found, [(name, value) for name, value in json.loads(content)]


def drop_old_forms(session: Session, at: datetime) -> int:
    """Delete what nobody came back for; returns how many."""
    old = session.scalars(select(KeptForm.person_id).where(KeptForm.kept_at < at - KEPT_FOR)).all()
    for person_id in old:
        drop_form(session, person_id)
    return len(old)


def _binding(person_id: UUID) -> bytes:
    return bound_to("kept form", person_id)
