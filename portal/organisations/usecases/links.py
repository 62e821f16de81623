"""Links that work once and only for a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.jobs.models import OutgoingMail
from portal.organisations.models import OneTimeLink, Person
from portal.organisations.queries import link_in_force
from portal.organisations.rules import Purpose, hash_of, new_token
from portal.shared.errors import RuleBroken

MOST_ALIKE = 3
ALIKE_WITHIN = timedelta(hours=1)


def give_link(
    session: Session, person: Person, purpose: Purpose, at: datetime, lives: timedelta
) -> str:
    """A new link for the person; returns its token, of which only the hash is kept."""
    token = new_token()
    session.add(
        OneTimeLink(
            token_hash=hash_of(token),
            person_id=person.id,
            purpose=purpose,
            expires_at=at + lives,
            used_at=None,
        )
    )
    session.flush()
    return token


def use_link(session: Session, token: str, purpose: Purpose, at: datetime) -> Person:
    """Use the link up, and with it all others of the person for the same purpose.

    Refuses by ``link_expired`` one that is unknown, used or too old, or of a closed account.
    """
    found = link_in_force(session, token, purpose, at, for_update=True)
    if found is None:
        raise RuleBroken("link_expired")
    end_links(session, found, at, purpose)
    return found


def end_links(session: Session, person: Person, at: datetime, purpose: Purpose | None) -> None:
    """Let none of the person's links, or none for that purpose, work any longer."""
    ended = update(OneTimeLink).where(
        OneTimeLink.person_id == person.id, OneTimeLink.used_at.is_(None)
    )
    if purpose is not None:
        ended = ended.where(OneTimeLink.purpose == purpose)
    session.execute(ended.values(used_at=at))


def written_enough(session: Session, person: Person, letter: str, at: datetime) -> bool:
    """Whether the person has been sent so many of this letter lately that more would be a pest."""
    alike = session.scalar(
        select(func.count())
        .select_from(OutgoingMail)
        .where(
            OutgoingMail.recipient_id == person.id,
            OutgoingMail.letter == letter,
            OutgoingMail.created_at > at - ALIKE_WITHIN,
        )
    )
    return (alike or 0) >= MOST_ALIKE
