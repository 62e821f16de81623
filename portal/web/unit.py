"""What one request holds: its sessions, its reader, its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast
from uuid import UUID

from flask import Flask, Response, abort, current_app, g, request
from flask import session as browser_session
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.record import ReadRecord, taken_shown
from portal.config import Settings
from portal.database import Database
from portal.shared.clock import SteadyClock
from portal.shared.errors import RuleBroken
from portal.storage.vault import Vault
from portal.unit_of_work import unit_of_work

if TYPE_CHECKING:
    from portal.organisations.models import Person
    from portal.organisations.queries import LogIn

TOKEN = "token"  # noqa: S105  # the name of a key, not a secret


@dataclass
class Services:
    """What the installation offers to every request.

    The last three come from rooms above this one: which log-in a token is of, whether a reader
    is let through to an endpoint, and how a refusal is said in words.
    """

    settings: Settings
    database: Database
    reads: ReadRecord
    reads_database: Database
    vault: Vault
    clock: Callable[[], datetime]
    log_in_of: Callable[[Session, str, datetime], LogIn | None]
    allows: Callable[[str, Person | None], bool]
    refusal_text: Callable[[RuleBroken], str]


def install(app: Flask, services: Services) -> None:
    """Attach the services, and close what a request opened when it ends."""
    app.extensions["portal"] = services

    @app.after_request
    def note_reads(response: Response) -> Response:
        _remember_shown()
        shown = list(g.pop("portal_shown", {}))
        if shown and not 300 <= response.status_code < 400:
            record_read(*shown)
        return response

    @app.teardown_request
    def close(_fault: BaseException | None) -> None:
        _close_reading()
        g.pop("portal_anonymous", None)


def services() -> Services:
    """The services of this installation."""
    return cast("Services", current_app.extensions["portal"])


def now() -> datetime:
    """This request's instant, in UTC: one and the same from its beginning to its end."""
    if "portal_now" not in g:
        g.portal_now = services().clock()
    return cast("datetime", g.portal_now)


def clock_offset_ms(session: Session) -> int:
    """How far the database server's clock is ahead of this one; SQLite has none of its own.

    The middle of asking and being told is held against it, so that a slow way does not count.
    """
    if session.get_bind().dialect.name != "postgresql":
        return 0
    asked = services().clock()
    there = session.scalar(select(func.clock_timestamp()))
    told = services().clock()
    assert there is not None
    ahead: timedelta = there - (asked + (told - asked) / 2)
    return round(ahead.total_seconds() * 1000)


def require_certain_clock(session: Session) -> None:
    """Refuse what must never be done too early while nobody knows what time it is.

    Raises ``clock_in_doubt`` where the server's clock has been set since its process began, or is
    not that of the database's server.
    """
    clock = services().clock
    if isinstance(clock, SteadyClock) and (
        clock.has_jumped() or abs(clock_offset_ms(session)) > services().settings.clock_alarm_ms
    ):
        raise RuleBroken("clock_in_doubt")


def reading() -> Session:
    """This request's read-only session, opened when first asked for and closed at its end."""
    if "portal_reading" not in g:
        g.portal_reading = services().database.reading()
    return cast("Session", g.portal_reading)


def let_go() -> None:
    """Give back what was read so far, before something that takes long and asks no database.

    A database keeps old rows for whoever still reads, and has so many connections and no more.
    """
    _close_reading()


@contextmanager
def transaction() -> Iterator[Session]:
    """One act, done whole; when a rule refuses, only the denial is kept and the refusal raised.

    What was read before is forgotten afterwards, so that the page shows what is true now.
    """
    try:
        with unit_of_work(services().database) as session:
            yield session
    finally:
        _close_reading()


def present() -> LogIn | None:
    """The log-in of this browser, whole or half-way, loaded in `reading()`."""
    if g.get("portal_anonymous"):
        return None
    if "portal_log_in" not in g:
        token = browser_session.get(TOKEN)
        found = services().log_in_of(reading(), token, now()) if token else None
        g.portal_log_in = found
        g.portal_reader = found.person.id if found is not None else None
    return cast("LogIn | None", g.portal_log_in)


def current_person() -> Person | None:
    """Who is logged in, loaded in `reading()`; None for everybody else.

    So it is for who still has to give a second factor.
    """
    found = present()
    return found.person if found is not None and found.whole else None


def me(session: Session, *, half_way: bool = False) -> Person:
    """Who is logged in, loaded in that session; with ``half_way`` before the second factor, too.

    Aborts with 401 when nobody is, or no longer.
    """
    if session is g.get("portal_reading"):
        found = present()
    else:
        token = browser_session.get(TOKEN)
        found = services().log_in_of(session, token, now()) if token else None
    if found is None or not (found.whole or half_way):
        abort(401)
    return found.person


def record_read(*subjects: UUID | str) -> None:
    """Note, durably and before the answer, that this reader saw these sealed or personal things.

    A page that shows several people names each of them, so that each can be told who has read.
    """
    person = current_person()
    services().reads.note_all(
        by=person.id if person else None,
        page=request.endpoint or "",
        subjects=[str(subject) for subject in subjects],
        at=now(),
    )


def stay_anonymous() -> None:
    """Answer the rest of this request without asking the database who reads, also after an act."""
    g.portal_anonymous = True


def _close_reading() -> None:
    g.pop("portal_log_in", None)
    _remember_shown()
    opened: Session | None = g.pop("portal_reading", None)
    if opened is not None:
        opened.close()


def _remember_shown() -> None:
    """A page may show what was read before its act, in a session that the act has closed."""
    opened: Session | None = g.get("portal_reading")
    if opened is not None:
        g.setdefault("portal_shown", {}).update(dict.fromkeys(taken_shown(opened)))
