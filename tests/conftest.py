"""Fixtures for every test: a clean database, the application, the cast, a browser, a clock."""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import pickle
import secrets
import shutil
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as of_properties
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool
from werkzeug.serving import make_server

from portal import database as database_module
from portal.app import build_app, open_services
from portal.audit.models import READS_TABLES
from portal.config import Settings
from portal.database import Database, Limits, make_engine
from portal.documents import store
from portal.documents.render import Rendered, html_of, render
from portal.models import Base
from portal.organisations.models import LoginSession, Person
from portal.organisations.rules import hash_of
from portal.paths import TRANSLATIONS
from portal.web.unit import Services
from tests.cast import Cast, assemble
from tests.page import Browser

ON_POSTGRESQL = os.environ.get("PORTAL_TEST_DATABASE") == "postgresql"
# Tables of a few rows are emptied twenty times as fast as they are truncated, and in any order
# where no foreign key is looked after.
EMPTYING = ";".join(
    [
        "SET LOCAL session_replication_role = replica",
        *(f'DELETE FROM "{table.name}"' for table in Base.metadata.sorted_tables),
        "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'",
    ]
)
# How long an example takes is the machine's affair, and no test's.
of_properties.register_profile(
    "portal", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
of_properties.load_profile("portal")
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()


class SettableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> datetime:
        """Forward by days, hours, minutes or seconds."""
        self.at += timedelta(**by)
        return self.at


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that stands on no database says on the second one what it said on the first.

    So does a page with htmx: it asks the database what it asks without.
    """
    if ON_POSTGRESQL:
        alike = [item for item in items if not _stands_on_the_database(item)]
        config.hook.pytest_deselected(items=alike)
        items[:] = [item for item in items if _stands_on_the_database(item)]


def _stands_on_the_database(item: pytest.Item) -> bool:
    given = getattr(item, "callspec", None)
    with_htmx = given is not None and given.params.get("with_htmx") == "htmx"
    return "_empty" in getattr(item, "fixturenames", ()) and not with_htmx


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """In place of pytest-flask's own, by which all browsers of a test would share one reader."""


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    """Pages are asked for in every language."""
    compile_catalogues()


def compile_catalogues() -> None:
    """Compile each catalogue that is newer than what was compiled from it."""
    for source in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as read:
                catalogue = read_po(read, locale=source.parent.parent.name)
            # Another worker may be doing the same: whole files only.
            whole = compiled.with_suffix(f".{os.getpid()}")
            with whole.open("wb") as written:
                write_mo(written, catalogue)
            whole.replace(compiled)


@pytest.fixture(scope="session", autouse=True)
def _printed_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[None]:
    """What the workers of the portal print, they lay out once for the same page.

    Laying out takes seconds, and tests/documents holds that one page always becomes the same
    bytes: it calls ``render`` itself, which remembers nothing. ``PORTAL_TEST_PRINTED`` is a folder
    that the run on the other database shares.
    """
    base = tmp_path_factory.getbasetemp()
    # Beside the folders of all workers of this run, or in that of the only one.
    own = (base if worker_id == "alone" else base.parent) / "printed"
    folder = Path(os.environ.get("PORTAL_TEST_PRINTED") or own)
    folder.mkdir(exist_ok=True)

    def remembered(kind: str, language: str, context: dict[str, Any]) -> Rendered:
        page = f"{kind}\n{language}\n{html_of(kind, language, context)}"
        file = folder / hashlib.sha256(page.encode()).hexdigest()
        if file.exists():
            kept: Rendered = pickle.loads(file.read_bytes())
            return kept
        made = render(kind, language, context)
        whole = file.with_suffix(f".{os.getpid()}")
        whole.write_bytes(pickle.dumps(made))
        whole.replace(file)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "render", remembered)
        yield


@pytest.fixture
def clock() -> SettableClock:
    """Monday 12 January 2026, 9.00 in Helsinki."""
    return SettableClock(datetime(2026, 1, 12, 7, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def _empty(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """The address of a database with all tables and no rows, one for each worker."""
    if ON_POSTGRESQL:
        url = make_url(os.environ["PORTAL_TEST_POSTGRESQL_URL"])
        name = f"{url.database}_{worker_id}"
        maintenance = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with maintenance.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        address = url.set(database=name).render_as_string(hide_password=False)
    else:
        address = f"sqlite:///{tmp_path_factory.mktemp('database')}/empty.sqlite"
    engine = make_engine(address)
    Base.metadata.create_all(engine)
    if not ON_POSTGRESQL:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.rollback()
    engine.dispose()
    return address


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """The name of this worker, also when there is only one."""
    given = getattr(request.config, "workerinput", {"workerid": "alone"})
    return str(given["workerid"])


class KeptEngines:
    """Gives a test the engines that the test before it had, in the same order.

    An engine remembers how each statement is compiled; a new one for each test would compile all
    of them anew, which took a quarter of the suite's time.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[str, bool], list[Engine]] = defaultdict(list)
        self._taken: Counter[tuple[str, bool]] = Counter()
        self._addresses: set[str | None] = set()

    def __call__(self, url: str, *, durable: bool = True, limits: Limits | None = None) -> Engine:
        """One that nobody has taken in this test; none waits for a disk."""
        if url not in self._addresses:
            return make_engine(url, durable=durable, limits=limits)
        key = (url, durable)
        if self._taken[key] == len(self._made[key]):
            many = replace(limits or Limits(), kept_statements=5000)
            self._made[key].append(make_engine(url, durable=False, limits=many))
        self._taken[key] += 1
        return self._made[key][self._taken[key] - 1]

    def begin(self, settings: Settings) -> None:
        """Another test: whatever was taken is free, and its connections are closed."""
        self._addresses = {settings.database_url, settings.reads_database_url}
        for key, taken in self._taken.items():
            for engine in self._made[key][:taken]:
                engine.dispose()
        self._taken.clear()


@pytest.fixture(scope="session", autouse=True)
def _kept_engines() -> Iterator[KeptEngines]:
    kept = KeptEngines()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database_module, "make_engine", kept)
        yield kept


@pytest.fixture(scope="session")
def _place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this worker's database lies, test after test."""
    return tmp_path_factory.mktemp("place")


@pytest.fixture
def settings(_empty: str, _place: Path, _kept_engines: KeptEngines) -> Settings:
    """An installation whose database holds nothing."""
    for left in _place.iterdir():
        left.unlink()
    made = settings_on(_empty, _place)
    _kept_engines.begin(made)
    return made


def settings_on(empty: str, folder: Path) -> Settings:
    """An installation on a copy of the empty database (SQLite) or on the very one."""
    reads: str | None = None
    address = empty
    if not ON_POSTGRESQL:
        address = f"sqlite:///{folder}/portal.sqlite"
        shutil.copyfile(empty.removeprefix("sqlite:///"), folder / "portal.sqlite")
        reads = f"sqlite:///{folder}/reads.sqlite"
    return Settings(
        database_url=address,
        reads_database_url=reads,
        jobs_database_url=f"sqlite:///{folder}/jobs.sqlite",
        secret_key="a key for tests, known to everybody",
        storage_key=KEY,
        secure_cookies=False,
        sealing_openers=2,
        base_url="http://localhost",
    )


@pytest.fixture
def services(settings: Settings, clock: SettableClock) -> Iterator[Services]:
    """What the pages need, on a clean database."""
    with clean_services(settings, clock) as opened:
        yield opened


@contextmanager
def clean_services(settings: Settings, clock: SettableClock) -> Iterator[Services]:
    """What the pages need, once the database has been emptied."""
    opened = open_services(settings, clock)
    if ON_POSTGRESQL:
        with opened.database.engine.begin() as connection:
            connection.exec_driver_sql(EMPTYING)
    else:
        Base.metadata.create_all(opened.reads_database.engine, tables=READS_TABLES)
    yield opened
    opened.database.engine.dispose()
    opened.reads_database.engine.dispose()


@pytest.fixture
def database(services: Services) -> Database:
    """A clean database."""
    return services.database


@pytest.fixture(scope="session")
def _one_app() -> list[Flask]:
    """The application is built once a worker; only what it stands on changes."""
    return []


@pytest.fixture
def app(services: Services, _one_app: list[Flask]) -> Flask:
    """The application on a clean database."""
    if not _one_app:
        _one_app.append(build_app(services, testing=True))
    one = _one_app[0]
    one.extensions["portal"] = services
    one.extensions["missing_translations"].clear()
    return one


@pytest.fixture
def cast(database: Database) -> Cast:
    """Everybody, in the database."""
    with database.transaction() as session:
        session.expire_on_commit = False
        return assemble(session)


@pytest.fixture
def browse(app: Flask, database: Database, clock: SettableClock) -> Callable[..., Browser]:
    """A browser for a person of the cast, logged in, or for nobody in particular."""

    def open_browser(
        person: Person | None = None, language: str = "en", *, htmx: bool = False
    ) -> Browser:
        token = log_in(database, person, clock()) if person is not None else None
        return Browser(app, language=language, htmx=htmx, token=token)

    return open_browser


@pytest.fixture(params=["plain", "htmx"])
def with_htmx(request: pytest.FixtureRequest) -> bool:
    """Runs the test once without and once with htmx: ``browse(person, htmx=with_htmx)``."""
    return bool(request.param == "htmx")


def log_in(database: Database, person: Person, at: datetime) -> str:
    """Begin a log-in that lasts as long as the test; returns the browser's token.

    It stays fresh, and the second factor has been given.
    """
    token = secrets.token_urlsafe(32)
    with database.transaction() as session:
        session.add(
            LoginSession(
                token_hash=hash_of(token),
                person_id=person.id,
                started_at=at,
                ends_at=at + timedelta(days=3650),
                confirmed_at=at + timedelta(days=3650),
                second_factor_at=at,
            )
        )
    return token


FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def path_of_chromium() -> str:
    """Debian's Chromium: without its window where that is installed, which takes half the time."""
    named = os.environ.get("CHROMIUM")
    path = named or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert path, "chromium is missing: make setup-tests installs it"
    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path_of_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The portal, served on a free port."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
