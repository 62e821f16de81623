"""Logging in and out, and showing once more who one is."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.audit.record import ACCOUNTS, acting
from portal.organisations.models import LoginSession, Person, SecondFactor
from portal.organisations.queries import person_by_email
from portal.organisations.rules import browser_named, hash_of, network_of, new_token, place_of
from portal.organisations.usecases.second_factor import use_code
from portal.organisations.usecases.sessions import end_sessions, renew
from portal.organisations.usecases.tries import forget_tries
from portal.shared.errors import NotFound, RuleBroken


def log_in(
    session: Session,
    *,
    email: str,
    verified: str | None,
    address: str | None,
    lasts: timedelta,
    at: datetime,
    agent: str | None = None,
) -> str:
    """Begin a session; returns the browser's token, of which only the hash is kept.

    ``verified`` is the kept hash that the typed password was found to match, None when it matched
    none. Raises log_in_wrong, alike for unknown and closed accounts, and email_unconfirmed.
    """
    person = person_by_email(session, email)
    right = (
        person is not None
        and verified is not None
        and person.password_hash == verified
        and person.closed_at is None
    )
    who = person.id if person is not None and right else None
    with acting(session, "log_in", chain=ACCOUNTS, by=who, at=at):
        if person is None or not right:
            raise RuleBroken("log_in_wrong")
        if person.confirmed_at is None:
            raise RuleBroken("email_unconfirmed")
        forget_tries(session, email, address)
        return begin_session(
            session, person=person, lasts=lasts, at=at, address=address, agent=agent
        )


def begin_session(
    session: Session,
    *,
    person: Person,
    lasts: timedelta,
    at: datetime,
    address: str | None = None,
    agent: str | None = None,
    second_factor: bool = False,
) -> str:
    """A session of somebody known to be that person; returns the browser's token.

    Where the person needs a second factor it opens nothing until that is given, unless it has
    been (``second_factor``) where the person logged in.
    """
    token = new_token()
    session.add(
        LoginSession(
            token_hash=hash_of(token),
            person_id=person.id,
            started_at=at,
            ends_at=at + lasts,
            ended_at=None,
            confirmed_at=at,
            second_factor_at=at if second_factor else None,
            place_hash=hash_of(place_of(address)) if address else None,
            network=network_of(address),
            browser=browser_named(agent),
        )
    )
    session.flush()
    return token


def give_code(session: Session, *, token: str, code: str, by: Person, at: datetime) -> str:
    """The second factor of a log-in; returns the browser's new token, the old one ends.

    `note_code_try` comes first. Raises code_wrong, code_used.
    """
    with acting(session, "give_code", chain=ACCOUNTS, by=by.id, at=at) as facts:
        facts.note(recovery=use_code(session, by, code, at))
        return renew(session, token, by, second_factor_at=at)


def confirm_log_in(
    session: Session,
    *,
    token: str,
    verified: str | None,
    code: str,
    address: str | None,
    by: Person,
    at: datetime,
) -> str:
    """Show once more who one is, by the password and, where there is one, the second factor.

    Returns the browser's new token. ``verified`` is as in `log_in`. Raises password_wrong,
    code_wrong, code_used.
    """
    with acting(session, "confirm_log_in", chain=ACCOUNTS, by=by.id, at=at):
        if verified is None or by.password_hash != verified:
            raise RuleBroken("password_wrong", field="password")
        if session.get(SecondFactor, by.id) is not None:
            use_code(session, by, code, at)
        forget_tries(session, by.email, address)
        return renew(session, token, by, confirmed_at=at)


def renew_log_in(
    session: Session,
    *,
    token: str,
    lasts: timedelta,
    at_most: timedelta,
    by: Person,
    at: datetime,
) -> datetime:
    """Let the log-in of this browser go on for ``lasts`` from now; returns when it then ends.

    Never beyond ``at_most`` from its beginning, and never shorter than it was.
    """
    with acting(session, "renew_log_in", chain=ACCOUNTS, by=by.id, at=at):
        found = session.scalars(
            select(LoginSession).where(
                LoginSession.token_hash == hash_of(token), LoginSession.person_id == by.id
            )
        ).one()
        found.ends_at = max(found.ends_at, min(at + lasts, found.started_at + at_most))
        return found.ends_at


def log_out(session: Session, *, token: str, by: Person, at: datetime) -> None:
    """End the session of this browser."""
    with acting(session, "log_out", chain=ACCOUNTS, by=by.id, at=at):
        session.execute(
            update(LoginSession)
            .where(LoginSession.token_hash == hash_of(token), LoginSession.person_id == by.id)
            .values(ended_at=at)
        )


def log_out_everywhere(session: Session, *, by: Person, at: datetime) -> None:
    """End all sessions of the person, this one too."""
    with acting(session, "log_out_everywhere", chain=ACCOUNTS, by=by.id, at=at):
        end_sessions(session, by.id, at)


def end_log_in(session: Session, *, key: UUID, by: Person, at: datetime) -> None:
    """End one of one's own log-ins. Raises NotFound."""
    with acting(session, "end_log_in", chain=ACCOUNTS, by=by.id, at=at) as facts:
        found = session.scalar(
            select(LoginSession).where(
                LoginSession.id == key,
                LoginSession.person_id == by.id,
            )
        )
        if found is None:
            raise NotFound
        found.ended_at = found.ended_at or at
        facts.note(log_in=str(key))
