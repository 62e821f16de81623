"""Logging in by an OpenID Connect provider."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.audit.record import ACCOUNTS, acting
from portal.organisations.models import LoginSession, Person, ProviderIdentity
from portal.organisations.provider import Claims
from portal.organisations.queries import person_by_email
from portal.organisations.rules import hash_of
from portal.organisations.usecases.log_in import begin_session
from portal.shared.errors import RuleBroken


def log_in_by_provider(
    session: Session,
    *,
    issuer: str,
    claims: Claims,
    address: str | None,
    agent: str | None,
    lasts: timedelta,
    instead_of: str | None,
    by: Person | None,
    at: datetime,
) -> str:
    """Begin a session of the account that the provider means; returns the browser's token.

    The account is the one bound to the provider's subject, else the one with the address that the
    provider has confirmed, which is bound to the subject then. No account and no role is ever made
    of what a provider says. Where ``by`` shows once more who they are, it must be the same person,
    and the session with the token ``instead_of`` ends.

    Raises provider_account_unknown, provider_email_unconfirmed, provider_other_person.
    """
    who = by.id if by is not None else None
    with acting(session, "log_in_by_provider", chain=ACCOUNTS, by=who, at=at) as facts:
        person = _meant(session, issuer, claims, at)
        if by is not None and by.id != person.id:
            raise RuleBroken("provider_other_person")
        facts.note(person=str(person.id), second_factor=claims.second_factor)
        if instead_of is not None:
            session.execute(
                update(LoginSession)
                .where(LoginSession.token_hash == hash_of(instead_of))
                .values(ended_at=at)
            )
        return begin_session(
            session,
            person=person,
            lasts=lasts,
            at=at,
            address=address,
            agent=agent,
            second_factor=claims.second_factor,
        )


def note_provider_refusal(
    session: Session, *, rule: str, by: Person | None, at: datetime
) -> NoReturn:
    """Put on record that a log-in by the provider failed before it was known whose it was."""
    who = by.id if by is not None else None
    with acting(session, "log_in_by_provider", chain=ACCOUNTS, by=who, at=at):
        raise RuleBroken(rule)


def _meant(session: Session, issuer: str, claims: Claims, at: datetime) -> Person:
    bound = session.scalar(
        select(Person)
        .join(ProviderIdentity, ProviderIdentity.person_id == Person.id)
        .where(ProviderIdentity.issuer == issuer, ProviderIdentity.subject == claims.subject)
    )
    if bound is not None:
        if bound.closed_at is not None:
            raise RuleBroken("provider_account_unknown")
        return bound
    if claims.email is None:
        raise RuleBroken("provider_account_unknown")
    if not claims.email_verified:
        raise RuleBroken("provider_email_unconfirmed")
    person = person_by_email(session, claims.email)
    if person is None or person.closed_at is not None or person.confirmed_at is None:
        raise RuleBroken("provider_account_unknown")
    other = select(ProviderIdentity.id).where(
        ProviderIdentity.issuer == issuer, ProviderIdentity.person_id == person.id
    )
    if session.scalar(other) is not None:
        raise RuleBroken("provider_account_unknown")
    session.add(
        ProviderIdentity(issuer=issuer, subject=claims.subject, person_id=person.id, bound_at=at)
    )
    session.flush()
    return person
