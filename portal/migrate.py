"""Bringing a database to the schema of this version, and telling whether it is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from portal.database import Database
from portal.paths import MIGRATIONS

# Alembic is loaded where it is used: a process that serves pages seldom asks.
if TYPE_CHECKING:
    from alembic.config import Config


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings, with the connection it is to use."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.set_main_option(
        "file_template", "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s"
    )
    config.attributes["connection"] = connection
    return config


@cache
def head() -> str:
    """The newest migration; there is one only."""
    from alembic.script import ScriptDirectory

    newest = ScriptDirectory.from_config(alembic_config()).get_current_head()
    assert newest is not None
    return newest


def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade the database; nothing happens where it is up to date."""
    from alembic import command

    with _unhurried(database) as connection:
        command.upgrade(alembic_config(connection), revision)


def downgrade(database: Database, revision: str = "base") -> None:
    """Take the database back to an earlier schema."""
    from alembic import command

    with _unhurried(database) as connection:
        command.downgrade(alembic_config(connection), revision)


@contextmanager
def _unhurried(database: Database) -> Iterator[Connection]:
    """One transaction whose statements may take as long as large tables need."""
    with database.engine.connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        yield connection


def is_current(database: Database) -> bool:
    """Whether the database stands at the newest migration."""
    from alembic.migration import MigrationContext

    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head()
