"""From the data of the last release to this version, and back, and up again: nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from portal.app import build_app, open_services
from portal.audit.models import AuditEntry
from portal.audit.record import faults
from portal.backups.contents import contents_of, differences
from portal.backups.manifest import Contents
from portal.config import Settings
from portal.database import Database
from portal.documents.models import StoredDocument
from portal.migrate import downgrade, is_current, migrate
from portal.offers.models import OfferVersion
from portal.offers.usecases import submitted_content
from portal.organisations.models import Person
from portal.shared.canonical import sha256
from portal.storage.vault import Vault, vault_of
from tests.conftest import log_in
from tests.page import Browser
from tests.promises.figures import leave, times
from tests.upgrade.release import REVISION, released

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


@pytest.fixture
def settings(_empty: str, tmp_path: Path) -> Iterator[Settings]:
    """An installation at the last release."""
    with released(_empty, tmp_path) as found:
        yield found


@pytest.fixture
def old(settings: Settings) -> Iterator[Database]:
    """Its database, not yet migrated."""
    database = Database(settings.database_url, vault=Vault(settings.storage_key), settings=settings)
    yield database
    database.engine.dispose()


def contents(database: Database) -> dict[str, Contents]:
    with database.engine.connect() as connection:
        return contents_of(connection)


@pytest.mark.trust
def test_down_and_up_again_leaves_every_row_as_it_was(old: Database) -> None:
    added = times(600, 1_000_000)
    fill(old, added)
    before = contents(old)
    started = time.monotonic()
    migrate(old)
    upgraded_in = time.monotonic() - started
    assert is_current(old)
    above = contents(old)
    downgrade(old, REVISION)
    assert differences(contents(old), before) == []
    migrate(old)
    assert differences(contents(old), above) == []
    leave(
        "migrations_lose_nothing",
        "up_down_up",
        {
            "rows": sum(table.rows for table in before.values()),
            "tables": len(before),
            "seconds of the upgrade": round(upgraded_in, 1),
            "tables that differ": 0,
        },
    )


def fill(database: Database, rows: int) -> None:
    """So many rows more, where an installation of some years has most of them."""
    third = rows // 3
    for first in range(0, third, 10_000):
        part = range(first, min(first + 10_000, third))
        with database.engine.begin() as connection:
            for table, row in OF_A_LOAD.items():
                values = ", ".join(
                    f"CAST(:{name} AS {cast})"
                    if database.url.startswith("postgresql")
                    else f":{name}"
                    for name, cast in row.items()
                )
                names = ", ".join(f'"{name}"' for name in row)
                connection.execute(
                    text(f"INSERT INTO {table} ({names}) VALUES ({values})"),
                    [{name: _value(name, n) for name in row} for n in part],
                )


OF_A_LOAD = {
    "read_entry": {
        "id": "uuid",
        "at": "timestamptz",
        "by": "uuid",
        "page": "text",
        "subject": "text",
    },
    "login_failure": {
        "id": "uuid",
        "account_hash": "text",
        "address_hash": "text",
        "at": "timestamptz",
    },
    "audit_entry": {
        "chain": "text",
        "n": "integer",
        "at": "timestamptz",
        "by": "uuid",
        "act": "text",
        "outcome": "text",
        "rule": "text",
        "facts": "json",
        "previous": "text",
        "hash": "text",
    },
}


def _value(name: str, n: int) -> str | int | None:
    if name in ("id", "by"):
        return uuid4().hex
    if name == "at":
        return f"2026-03-01 {n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}.000000"
    fixed = {
        "n": n // 100 + 1,
        "chain": f"load {n % 100}",
        "outcome": "done",
        "rule": None,
        "facts": "{}",
    }
    return fixed.get(name, f"{name} {n}")


def test_the_upgraded_release_is_whole_and_readable(settings: Settings, old: Database) -> None:
    with old.engine.connect() as connection:
        submitted = connection.scalar(text("SELECT count(*) FROM offer_version"))
        acts = connection.scalar(text("SELECT count(*) FROM audit_entry"))
    migrate(old)
    with old.reading() as session:
        assert faults(session) == []
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == acts
        vault = vault_of(session)
        documents = session.scalars(select(StoredDocument)).all()
        assert len(documents) > 40
        for document in documents:
            assert sha256(vault.unseal(session, document.blob_id)) == document.sha256
        versions = session.scalars(select(OfferVersion)).all()
        assert len(versions) == submitted
        for version in versions:
            assert submitted_content(session, version).hash() == version.sha256


def test_people_of_the_last_release_find_their_pages(settings: Settings, old: Database) -> None:
    migrate(old)
    if settings.reads_database_url != settings.database_url:
        reads = Database(str(settings.reads_database_url))
        migrate(reads)
        reads.engine.dispose()
    services = open_services(settings, lambda: AT)
    app = build_app(services, testing=True)
    with services.database.reading() as session:
        people = session.scalars(select(Person).order_by(Person.email)).all()
    seen = 0
    for person in people[:8]:
        browser = Browser(app, language="fi", token=log_in(services.database, person, AT))
        home = browser.get("/")
        for link in home.all("main a[href^='/']")[:3]:
            browser.get(str(link["href"]))
            seen += 1
    assert seen > 5
    services.database.engine.dispose()
    services.reads_database.engine.dispose()
