"""An installation in use to throw things at: the demonstration, played once, and put back at will.

Documents are built to their HTML and judged, but not laid out: laying out takes minutes, and
tests/documents holds what it does. Keys are drawn from a seeded source, so that one seed walks
one way.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import yaml
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

import portal.database
import portal.demonstration
from portal.app import build_app, open_services
from portal.audit.models import ReadEntry
from portal.audit.record import faults as audit_faults
from portal.capacity.ledger import balance_of
from portal.capacity.models import LedgerEntry
from portal.capacity.rules import EntryKind, replayed
from portal.cases.format import Case, read_case
from portal.config import Settings
from portal.contracts.models import Contract
from portal.demonstration import load_demonstration
from portal.documents import store
from portal.documents.render import Rendered, html_of
from portal.installation import Installation, open_installation
from portal.jobs.queue import do_all
from portal.models import Base
from portal.organisations import passwords
from portal.organisations.models import Membership, Person
from portal.web.unit import TOKEN, Services
from tests.conftest import KEY, ON_POSTGRESQL, SettableClock, log_in
from tests.fuzz.corpus import CORPUS, planted

AT = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
"""A Monday in summer, at which the demonstration is played."""

Play = Callable[[Installation, datetime], None]


@dataclass(frozen=True)
class Reader:
    """Somebody of the installation, or nobody: what their browser sends along."""

    name: str
    roles: tuple[str, ...] = ()
    person: UUID | None = None
    secret: str = "0" * 40
    """What the tokens of this reader's forms are signed for."""


NOBODY = Reader("nobody", ())


@dataclass
class Stage:
    """The installation, its application, and everybody in it."""

    folder: Path
    app: Flask
    services: Services
    clock: SettableClock
    installation: Installation
    readers: list[Reader] = field(default_factory=list)
    at: datetime = AT
    """When it is, unless somebody moves the clock."""
    printed: list[tuple[str, str]] = field(default_factory=list)
    """Kind and HTML of each document built since it was last emptied."""
    _cookies: dict[str, str] = field(default_factory=dict)

    def cookie(self, reader: Reader) -> str:
        """What the reader's browser sends as its cookies, logged in and in English."""
        if reader.name not in self._cookies:
            self._cookies[reader.name] = self._cookie(reader)
        return self._cookies[reader.name]

    def _cookie(self, reader: Reader) -> str:
        client = self.app.test_client()
        with client.session_transaction() as kept:
            kept["csrf_token"] = reader.secret
            if reader.person is not None:
                with self.services.database.reading() as session:
                    person = session.get_one(Person, reader.person)
                kept[TOKEN] = log_in(self.services.database, person, self.clock())
        name = self.app.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(name)
        assert cookie is not None
        return f"{name}={cookie.value}; siirtyma_language=en"

    def forget_log_in(self, reader: Reader) -> None:
        """The reader's log-in has ended; the next page is asked for with a new one."""
        self._cookies.pop(reader.name, None)

    def put_back(self) -> None:
        """The installation as it was played, whatever has been done to it since."""
        self.services.database.engine.dispose()
        self.services.reads_database.engine.dispose()
        self.installation.close()
        _copy(self.folder, "played", "portal", self.services.settings)
        self.clock.at = self.at
        self._cookies.clear()
        self.printed.clear()

    def do_jobs(self) -> int:
        """Build the documents and letters that acts have asked for; how many were done."""
        with printing(self.printed):
            return do_all(self.installation.database, self.installation.tasks, self.clock())

    def faults(self) -> list[str]:
        """What is wrong with the tables: breaks in the audit record, ledgers that do not add up."""
        with self.services.database.reading() as session:
            return audit_faults(session) + _ledger_faults(session)


@contextmanager
def printing(into: list[tuple[str, str]]) -> Iterator[None]:
    """Documents are built as far as their HTML, which is kept."""

    def built(kind: str, language: str, context: dict[str, Any]) -> Rendered:
        html = html_of(kind, language, context)
        into.append((kind, html))
        pdf = b"%PDF-1.7\n" + hashlib.sha256(html.encode()).hexdigest().encode()
        return Rendered(pdf, hashlib.sha256(pdf).hexdigest(), 1)

    with patch.object(store, "render", built):
        yield


@contextmanager
def seeded_keys(seed: int) -> Iterator[None]:
    """New rows get the keys of a seeded source, so that what sorts by key sorts as before."""
    source = random.Random(seed)
    with patch.object(portal.database, "uuid4", lambda: UUID(int=source.getrandbits(128))):
        yield


@contextmanager
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed in a moment: how slowly is not what is tried here."""
    passwords._of_nobody.cache_clear()
    with patch.object(passwords, "_hasher", PasswordHasher(1, 8, 1)):
        yield
    passwords._of_nobody.cache_clear()


def demonstration(installation: Installation, at: datetime) -> None:
    """The four cases of the demonstration, needs, a sounding and cards, full of hostile texts."""
    corpus = cycle(CORPUS)

    def case(file: Path) -> Case:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        return read_case(yaml.safe_dump(planted(told, corpus), allow_unicode=True, width=99_999))

    with patch.object(portal.demonstration, "_case", case):
        for _account in load_demonstration(installation, at):
            pass


def set_up(folder: Path, play: Play = demonstration, database: str = "fuzz") -> Stage:
    """Play into a folder, unless that has been done, and open the application on it."""
    folder.mkdir(parents=True, exist_ok=True)
    played = folder / "played.done"
    settings = _settings(folder, database)
    if not played.exists():
        _play(folder, settings, play)
        played.touch()
    _copy(folder, "played", "portal", settings)
    clock = SettableClock(AT)
    services = open_services(settings, clock)
    stage = Stage(
        folder, build_app(services, testing=True), services, clock, open_installation(settings)
    )
    stage.app.config["PROPAGATE_EXCEPTIONS"] = False
    stage.readers = [NOBODY, *_readers(stage)]
    return stage


def take_down(stage: Stage) -> None:
    """Let go of the databases."""
    stage.services.database.engine.dispose()
    stage.services.reads_database.engine.dispose()
    stage.installation.close()


def one_of_each_role(readers: Sequence[Reader]) -> list[Reader]:
    """Nobody, and for each role the first who holds it."""
    chosen: dict[str, Reader] = {}
    for reader in readers:
        for role in reader.roles or ("nobody",):
            chosen.setdefault(role, reader)
    return list(dict.fromkeys(chosen.values()))


def few(readers: Sequence[Reader]) -> list[Reader]:
    """Nobody, and the four roles that between them meet most forms, for the runs of the suite."""
    roles = ("procurement_officer", "course_sponsor", "representative", "administrator")
    return [NOBODY, *(next(one for one in readers if role in one.roles) for role in roles)]


def _play(folder: Path, settings: Settings, play: Play) -> None:
    _empty(folder, settings)
    installation = open_installation(settings, durable=False)
    Base.metadata.create_all(installation.database.engine)
    if not ON_POSTGRESQL:
        ReadEntry.__table__.create(installation.reads_database.engine, checkfirst=True)  # type: ignore[attr-defined]
    with printing([]), seeded_keys(7), quick_passwords():
        play(installation, AT)
    if not ON_POSTGRESQL:
        for database in (installation.database, installation.reads_database):
            with database.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.rollback()
    installation.close()
    _copy(folder, "portal", "played", settings)


def _settings(folder: Path, database: str) -> Settings:
    address = reads = f"sqlite:///{folder}/portal.sqlite"
    reads = f"sqlite:///{folder}/portal-reads.sqlite"
    if ON_POSTGRESQL:
        url = make_url(os.environ["PORTAL_TEST_POSTGRESQL_URL"])
        name = f"{url.database}_{database}"
        address = reads = url.set(database=name).render_as_string(hide_password=False)
    return Settings(
        database_url=address,
        reads_database_url=reads,
        jobs_database_url=f"sqlite:///{folder}/jobs.sqlite",
        secret_key="a key for tests, known to everybody",
        storage_key=KEY,
        secure_cookies=False,
        base_url="http://localhost",
        development=True,
    )


def _empty(folder: Path, settings: Settings) -> None:
    """Nothing is left of a play that was not finished."""
    if not ON_POSTGRESQL:
        for file in folder.glob("portal*.sqlite*"):
            file.unlink()
        return
    name = make_url(settings.database_url).database
    _at_the_server([f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"'])


def _copy(folder: Path, source: str, target: str, settings: Settings) -> None:
    """From one name to the other: files beside each other, or databases of the same server."""
    if ON_POSTGRESQL:
        name = make_url(settings.database_url).database
        names = {"portal": name, "played": f"{name}_played"}
        _at_the_server(
            [
                f'DROP DATABASE IF EXISTS "{names[target]}" WITH (FORCE)',
                f'CREATE DATABASE "{names[target]}" TEMPLATE "{names[source]}"',
            ]
        )
        return
    for part in ("", "-reads"):
        for left in (f"{target}{part}.sqlite-wal", f"{target}{part}.sqlite-shm"):
            (folder / left).unlink(missing_ok=True)
        shutil.copyfile(folder / f"{source}{part}.sqlite", folder / f"{target}{part}.sqlite")


def _at_the_server(statements: list[str]) -> None:
    engine = create_engine(
        os.environ["PORTAL_TEST_POSTGRESQL_URL"], isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _readers(stage: Stage) -> list[Reader]:
    with stage.services.database.reading() as session:
        held: dict[Person, list[str]] = {}
        for person, role in session.execute(
            select(Person, Membership.role)
            .join(Membership, Membership.person_id == Person.id)
            .order_by(Person.email, Membership.role)
        ):
            held.setdefault(person, []).append(str(role))
        return [
            Reader(
                person.email,
                tuple(roles),
                person.id,
                hashlib.sha256(person.email.encode()).hexdigest()[:40],
            )
            for person, roles in held.items()
        ]


def _ledger_faults(session: Session) -> list[str]:
    found = []
    for contract in session.scalars(select(Contract).order_by(Contract.reference)):
        entries = session.execute(
            select(LedgerEntry.kind, LedgerEntry.amount)
            .where(LedgerEntry.contract_id == contract.id)
            .order_by(LedgerEntry.n)
        ).all()
        balance = replayed((EntryKind(kind), amount) for kind, amount in entries)
        if entries and balance != balance_of(session, contract):
            found.append(f"the ledger of {contract.reference} does not add up")
    return found
