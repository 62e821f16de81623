"""The key of an opener, and the phrase that it is closed by."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.audit.record import ACCOUNTS, acting
from portal.organisations.models import OpenerKey, Person
from portal.organisations.usecases.turns import wait_for_turn
from portal.permissions import require
from portal.shared.errors import RuleBroken
from portal.storage.sealing import (
    Unreadable,
    bound_to,
    close_by_phrase,
    new_pair,
    new_phrase,
    open_by_phrase,
)


def make_opener_key(session: Session, *, by: Person, at: datetime) -> str:
    """A new key of one's own in the place of the one before; returns its phrase.

    The phrase is shown once and kept nowhere. What was sealed to the key before, that key's
    opener can no longer help to open.
    """
    phrase = new_phrase()
    with acting(session, "make_opener_key", chain=ACCOUNTS, by=by.id, at=at) as facts:
        require(by, "make_opener_key")
        wait_for_turn(session)
        key = enter_opener_key(session, by, phrase, at)
        facts.note(key=key.id)
    return phrase


def enter_opener_key(session: Session, person: Person, phrase: str, at: datetime) -> OpenerKey:
    """Enter a key closed by that phrase; the one before loses its private part for good."""
    session.execute(
        update(OpenerKey)
        .where(OpenerKey.person_id == person.id, OpenerKey.replaced_at.is_(None))
        .values(replaced_at=at, closed_private=None)
    )
    key_id = uuid4()
    private, public = new_pair()
    key = OpenerKey(
        id=key_id,
        person_id=person.id,
        public_key=public,
        closed_private=close_by_phrase(phrase, private, _binding(key_id, person.id)),
        made_at=at,
    )
    session.add(key)
    session.flush()
    return key


def opener_key_of(session: Session, person: Person) -> OpenerKey | None:
    """The key that the person has now."""
    return session.scalar(
        select(OpenerKey).where(OpenerKey.person_id == person.id, OpenerKey.replaced_at.is_(None))
    )


def private_key(key: OpenerKey, phrase: str) -> bytes:
    """The private part, by its phrase. Raises ``opener_phrase_wrong``."""
    assert key.closed_private is not None
    try:
        return open_by_phrase(phrase, key.closed_private, _binding(key.id, key.person_id))
    except Unreadable as fault:
        raise RuleBroken("opener_phrase_wrong", field="phrase") from fault


def is_opened_by(key: OpenerKey, phrase: str) -> bool:
    """Whether the phrase is that of the key."""
    try:
        private_key(key, phrase)
    except RuleBroken:
        return False
    return True


def _binding(key_id: UUID, person_id: UUID) -> bytes:
    return bound_to("opener key", person_id, key_id)
