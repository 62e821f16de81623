"""What is done with an account: its language, its password, its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.audit.record import ACCOUNTS, acting
from portal.jobs.mail import send_mail
from portal.organisations.models import Person
from portal.organisations.queries import person_by_email
from portal.organisations.rules import Purpose
from portal.organisations.usecases.links import end_links, give_link, use_link, written_enough
from portal.organisations.usecases.sessions import end_sessions
from portal.organisations.usecases.tries import forget_all_tries, forget_tries
from portal.permissions import require
from portal.shared.errors import RuleBroken
from portal.shared.names import LANGUAGES


def change_language(session: Session, *, language: str, by: Person, at: datetime) -> None:
    """Choose the language of the person's pages and letters. Raises language_unknown."""
    with acting(session, "change_language", chain=ACCOUNTS, by=by.id, at=at):
        if language not in LANGUAGES:
            raise RuleBroken("language_unknown", field="language")
        by.language = language


def change_password(
    session: Session,
    *,
    verified: str | None,
    password_hash: str,
    token: str,
    address: str | None,
    by: Person,
    at: datetime,
) -> None:
    """A new password; all sessions but the one with this token end.

    ``verified`` is as in `log_in`. Raises password_wrong when the old password was not right.
    """
    with acting(session, "change_password", chain=ACCOUNTS, by=by.id, at=at):
        _require_password(by, verified)
        by.password_hash = password_hash
        forget_tries(session, by.email, address)
        end_sessions(session, by.id, at, but=token)
        end_links(session, by, at, Purpose.RESET)


def request_reset(session: Session, *, email: str, link_lives: timedelta, at: datetime) -> None:
    """Send the owner a link for choosing a new password; says nothing of whether there is one.

    An invitation not yet taken up is no account.
    """
    with acting(session, "request_reset", chain=ACCOUNTS, by=None, at=at) as facts:
        person = person_by_email(session, email)
        if person is None or person.closed_at is not None or person.password_hash is None:
            return
        if written_enough(session, person, "reset_password", at):
            return
        token = give_link(session, person, Purpose.RESET, at, link_lives)
        send_mail(
            session,
            to=person,
            letter="reset_password",
            facts={
                "path": f"/reset/{token}",
                "hours": int(link_lives / timedelta(hours=1)),
            },
            at=at,
        )
        facts.note(person=str(person.id))


def reset_password(session: Session, *, token: str, password_hash: str, at: datetime) -> Person:
    """A new password by a link; having the link confirms the address. All sessions end.

    Raises link_expired.
    """
    with acting(session, "reset_password", chain=ACCOUNTS, by=None, at=at) as facts:
        person = use_link(session, token, Purpose.RESET, at)
        person.password_hash = password_hash
        person.confirmed_at = person.confirmed_at or at
        end_sessions(session, person.id, at)
        forget_all_tries(session, person.email)
        facts.note(person=str(person.id))
        return person


def close_account(
    session: Session,
    *,
    person: Person,
    by: Person,
    at: datetime,
    verified: str | None = None,
) -> None:
    """Close an account for good; its sessions and links end at once, its acts stay on record.

    By an administrator, or by oneself with the password (``verified`` as in `log_in`). Raises
    not_permitted, password_wrong, account_closed.
    """
    with acting(session, "close_account", chain=ACCOUNTS, by=by.id, at=at) as facts:
        if person.id == by.id:
            _require_password(by, verified)
        else:
            require(by, "close_account")
        if person.closed_at is not None:
            raise RuleBroken("account_closed")
        person.closed_at = at
        end_sessions(session, person.id, at)
        end_links(session, person, at, None)
        facts.note(person=str(person.id))


def _require_password(person: Person, verified: str | None) -> None:
    if verified is None or person.password_hash != verified:
        raise RuleBroken("password_wrong", field="old_password")
