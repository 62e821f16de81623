"""Log-ins: whose a token is, what is kept of each, and how an account is entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from portal.config import settings_of
from portal.organisations.models import (
    LoginFailure,
    LoginSession,
    Membership,
    OneTimeLink,
    Organisation,
    Person,
    RecoveryCode,
    SecondFactor,
)
from portal.organisations.rules import Purpose, hash_of, normal_email
from portal.permissions import SECOND_FACTOR_NEEDED

LOG_INS_SHOWN = 50


@dataclass(frozen=True)
class LogIn:
    """A log-in in force: whose, when they last showed who they are, and whether it is whole.

    It is not while a second factor is still to be given. Until then nobody is logged in.
    """

    id: UUID
    person: Person
    ends_at: datetime
    confirmed_at: datetime
    has_factor: bool
    whole: bool


# Every page asks who reads it, in which roles, where, and what those houses are: in one statement
# that is made once. An inner join inside an outer one would be made for everybody's memberships.
_LOG_IN = (
    select(Person, LoginSession, SecondFactor.since)
    .join(LoginSession, LoginSession.person_id == Person.id)
    .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
    .where(
        LoginSession.token_hash == bindparam("token_hash"),
        LoginSession.ended_at.is_(None),
        LoginSession.ends_at > bindparam("at"),
        Person.closed_at.is_(None),
    )
    .options(
        joinedload(Person.memberships)
        .joinedload(Membership.organisation, innerjoin=False)
        .joinedload(Organisation.kind_rows)
    )
)


def log_in_of(session: Session, token: str, at: datetime) -> LogIn | None:
    """The log-in that the token is of; None once it has ended or the account is closed."""
    found = (
        session.execute(_LOG_IN, {"token_hash": hash_of(token), "at": at}).unique().one_or_none()
    )
    if found is None:
        return None
    person, kept, since = found
    return LogIn(
        id=kept.id,
        person=person,
        ends_at=kept.ends_at,
        confirmed_at=kept.confirmed_at or kept.started_at,
        has_factor=since is not None,
        whole=kept.second_factor_at is not None
        or not (since is not None or needs_second_factor(session, person)),
    )


def needs_second_factor(session: Session, person: Person) -> bool:
    """Whether the person may not do without: by their roles, where the installation asks for it."""
    asked = settings_of(session).second_factor == "required"
    return asked and person.holds(SECOND_FACTOR_NEEDED)


def own_places(session: Session, email: str, since: datetime) -> frozenset[str]:
    """The hashes of the places from which the account's owner has logged in since then."""
    return frozenset(
        place
        for place in session.scalars(
            select(LoginSession.place_hash)
            .join(Person, Person.id == LoginSession.person_id)
            .where(
                Person.email == normal_email(email),
                LoginSession.started_at > since,
                LoginSession.place_hash.is_not(None),
            )
            .distinct()
        )
        if place is not None
    )


def password_hash_of(session: Session, email: str) -> str | None:
    """The kept hash of the account with that address, if it has one."""
    return session.scalar(select(Person.password_hash).where(Person.email == normal_email(email)))


def link_in_force(
    session: Session, token: str, purpose: Purpose, at: datetime, *, for_update: bool = False
) -> Person | None:
    """Whom the link is for, while it can still be used."""
    found = select(OneTimeLink).where(
        OneTimeLink.token_hash == hash_of(token),
        OneTimeLink.purpose == purpose,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > at,
    )
    link = session.scalar(found.with_for_update() if for_update else found)
    if link is None:
        return None
    person = session.get_one(Person, link.person_id)
    return person if person.closed_at is None else None


def failures_of(
    session: Session, account: str, place: str, since: datetime
) -> tuple[list[tuple[datetime, str]], list[datetime]]:
    """Wrong passwords since then: of the account, with their places; and of the place."""
    of_account = session.execute(
        select(LoginFailure.at, LoginFailure.address_hash).where(
            LoginFailure.account_hash == account, LoginFailure.at > since
        )
    )
    of_place = session.scalars(
        select(LoginFailure.at).where(LoginFailure.address_hash == place, LoginFailure.at > since)
    )
    return [(at, where) for at, where in of_account], list(of_place)


def second_factor_page(session: Session, person: Person) -> dict[str, Any]:
    """The person's second factor: since when, and how many recovery codes are left."""
    factor = session.get(SecondFactor, person.id)
    left = select(func.count()).where(
        RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None)
    )
    return {
        "since": factor.since if factor is not None else None,
        "codes_left": session.scalar(left) or 0,
        "needed": needs_second_factor(session, person),
    }


@dataclass(frozen=True)
class LogInShown:
    """One row of the page of own log-ins."""

    id: UUID
    started_at: datetime
    ends_at: datetime
    network: str | None
    browser: str | None
    here: bool


def log_ins_page(session: Session, person: Person, token: str, at: datetime) -> dict[str, Any]:
    """The person's log-ins in force, the newest first."""
    found = session.scalars(
        select(LoginSession)
        .where(
            LoginSession.person_id == person.id,
            LoginSession.ended_at.is_(None),
            LoginSession.ends_at > at,
        )
        .order_by(LoginSession.started_at.desc(), LoginSession.id)
        .limit(LOG_INS_SHOWN)
    )
    return {
        "log_ins": [
            LogInShown(
                id=one.id,
                started_at=one.started_at,
                ends_at=one.ends_at,
                network=one.network,
                browser=one.browser,
                here=one.token_hash == hash_of(token),
            )
            for one in found
        ]
    }
