"""Data as the last release left it, in whichever database the run stands on.

``release-0.1.0.tar.xz`` was written by release 0.1.0 itself: four case files played into SQLite
(an open call with sealed offers; two envelopes; scorecards; options), and the record of reads.
For PostgreSQL its rows are copied into the schema that the release's migrations make there.
"""

from __future__ import annotations

import secrets
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import make_url

from portal.config import Settings
from portal.database import Database
from portal.migrate import migrate
from tests.conftest import KEY, ON_POSTGRESQL

ARCHIVE = Path(__file__).with_name("release-0.1.0.tar.xz")
REVISION = "a6cards0001"


@contextmanager
def released(empty: str, folder: Path) -> Iterator[Settings]:
    """The settings of an installation that still stands at the last release."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    address, reads = f"sqlite:///{folder}/portal.sqlite", f"sqlite:///{folder}/portal-reads.sqlite"
    with place(empty, _filled(empty, folder) if ON_POSTGRESQL else None) as url:
        if url is not None:
            address = reads = url
        yield Settings(
            database_url=address,
            reads_database_url=reads,
            jobs_database_url=f"sqlite:///{folder}/jobs.sqlite",
            secret_key="a key for tests, known to everybody",
            storage_key=KEY,
            secure_cookies=False,
            base_url="http://localhost",
        )


@contextmanager
def place(empty: str, template: str | None = None) -> Iterator[str | None]:
    """The address of a new PostgreSQL database, gone afterwards; None where the run has none."""
    if not ON_POSTGRESQL:
        yield None
        return
    name = f"release_{secrets.token_hex(4)}"
    _maintain(empty, f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    yield _named(empty, name)
    _maintain(empty, f"DROP DATABASE {name} WITH (FORCE)")


_templates: dict[str, str] = {}


def _filled(empty: str, folder: Path) -> str:
    """The name of a database with the release's rows, filled once a run and copied from then on."""
    if empty not in _templates:
        name = f"template_{secrets.token_hex(4)}"
        _maintain(empty, f"CREATE DATABASE {name}")
        _copy(folder / "portal.sqlite", _named(empty, name))
        _templates[empty] = name
    return _templates[empty]


def _named(empty: str, name: str) -> str:
    return make_url(empty).set(database=name).render_as_string(hide_password=False)


def _maintain(empty: str, statement: str) -> None:
    maintenance = create_engine(make_url(empty), isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(text(statement))
    maintenance.dispose()


def _copy(file: Path, url: str) -> None:
    database = Database(url)
    migrate(database, REVISION)
    source = sqlite3.connect(file)
    with database.engine.begin() as connection:
        # As a replica no foreign key is looked after, so that the tables may come in any order.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in inspect(connection).get_table_names():
            if table != "alembic_version":
                _copy_table(source, connection, table)
    source.close()
    database.engine.dispose()


def _copy_table(source: sqlite3.Connection, connection: Connection, table: str) -> None:
    types = {column["name"]: column["type"] for column in inspect(connection).get_columns(table)}
    names = list(types)
    listed = ", ".join(f'"{name}"' for name in names)
    rows = source.execute(f'SELECT {listed} FROM "{table}"').fetchall()
    if not rows:
        return
    values = ", ".join(
        f"CAST(:{name} AS {types[name].compile(connection.dialect)})" for name in names
    )
    connection.execute(
        text(f'INSERT INTO "{table}" ({listed}) VALUES ({values})'),
        [
            {name: _plain(value, types[name]) for name, value in zip(names, row, strict=True)}
            for row in rows
        ],
    )
    for name in names:
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": f'"{table}"', "c": name}
        )
        if sequence:
            connection.execute(
                text(f'SELECT setval(:s, (SELECT max("{name}") FROM "{table}"))'), {"s": sequence}
            )


def _plain(value: Any, kind: Any) -> Any:
    if value is None or isinstance(value, bytes):
        return value
    if getattr(kind, "timezone", False):
        return f"{value}+00:00"
    return str(value)
