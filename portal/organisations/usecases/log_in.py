"""Logging in and out.

A try is noted in a transaction of its own before the password is looked at, so that a wrong one
counts although the log-in is refused, and so that many at once cannot slip past the slow-down.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from portal.audit.record import ACCOUNTS, acting
from portal.organisations.models import LoginFailure, LoginSession, Person
from portal.organisations.queries import failures_of, person_by_email
from portal.organisations.rules import (
    TRIES_COUNT_FOR,
    TRIES_OF_ACCOUNT,
    TRIES_OF_ADDRESS,
    TRIES_OF_PAIR,
    hash_of,
    new_token,
    normal_email,
    place_of,
    wait_before_next_try,
)
from portal.organisations.usecases.turns import wait_for_turn
from portal.shared.errors import RuleBroken


def note_try(session: Session, *, email: str, address: str | None, at: datetime) -> None:
    """Count a try as a wrong one; `log_in` forgets it when the password was right.

    Refuses by ``log_in_wait`` with the ``minutes`` to wait, alike for accounts that do not exist.
    """
    wait_for_turn(session)
    account, place = _hashes(email, address)
    of_account, of_place = failures_of(session, account, place, at - TRIES_COUNT_FOR)
    of_pair = [at_ for at_, from_ in of_account if from_ == place]
    wait = max(
        wait_before_next_try(of_pair, at, TRIES_OF_PAIR),
        wait_before_next_try(of_place, at, TRIES_OF_ADDRESS),
        wait_before_next_try([at_ for at_, _from in of_account], at, TRIES_OF_ACCOUNT),
    )
    if wait:
        with acting(session, "log_in", chain=ACCOUNTS, by=None, at=at):
            raise RuleBroken("log_in_wait", minutes=ceil(wait / timedelta(minutes=1)))
    session.execute(delete(LoginFailure).where(LoginFailure.at < at - timedelta(days=1)))
    session.add(LoginFailure(account_hash=account, address_hash=place, at=at))
    session.flush()


def log_in(
    session: Session,
    *,
    email: str,
    verified: str | None,
    address: str | None,
    lasts: timedelta,
    at: datetime,
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
        return begin_session(session, person=person, lasts=lasts, at=at)


def begin_session(session: Session, *, person: Person, lasts: timedelta, at: datetime) -> str:
    """A session of somebody known to be that person; returns the browser's token."""
    token = new_token()
    session.add(
        LoginSession(
            token_hash=hash_of(token),
            person_id=person.id,
            started_at=at,
            ends_at=at + lasts,
            ended_at=None,
        )
    )
    session.flush()
    return token


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


def end_sessions(session: Session, person_id: UUID, at: datetime, but: str | None = None) -> None:
    """End the person's sessions, but for the one with that token."""
    ended = update(LoginSession).where(
        LoginSession.person_id == person_id, LoginSession.ended_at.is_(None)
    )
    if but is not None:
        ended = ended.where(LoginSession.token_hash != hash_of(but))
    session.execute(ended.values(ended_at=at))


def forget_tries(session: Session, email: str, address: str | None) -> None:
    """The password was right: what was tried before from this address counts no more."""
    account, place = _hashes(email, address)
    session.execute(
        delete(LoginFailure).where(
            LoginFailure.account_hash == account, LoginFailure.address_hash == place
        )
    )


def forget_all_tries(session: Session, email: str) -> None:
    """The owner has shown to be the owner: nothing tried before counts against the account."""
    session.execute(
        delete(LoginFailure).where(LoginFailure.account_hash == hash_of(normal_email(email)))
    )


def _hashes(email: str, address: str | None) -> tuple[str, str]:
    return hash_of(normal_email(email)), hash_of(place_of(address))
