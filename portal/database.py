"""The database: how it is reached, the base of all tables, exact column types, the transaction.

SQLite is the embedded default and PostgreSQL the choice for many servers; nothing above this
module knows which one it talks to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Numeric,
    Select,
    String,
    create_engine,
    event,
    func,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from portal.shared.names import DEFAULT_LANGUAGE
from portal.shared.ordering import Ordering

# SQLite wakes whoever waits by chance, not in turn: the unluckiest of many waits far longer than
# the others, and nobody is to lose an act by it.
BUSY_TIMEOUT_MS = 60_000

# A request may read and write at once: two for each thread of a serving process, or some wait.
MOST_CONNECTIONS = 48
_KEPT_CONNECTIONS = 5
KEPT_STATEMENTS = 500

Rows = Select[*tuple[Any, ...]]
"""A statement of several columns."""


class Instant(TypeDecorator[datetime]):
    """An instant, kept in UTC; refuses a time without a zone."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """With a zone where the database has one."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC, without a zone for SQLite."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """A decimal kept digit by digit: NUMERIC on PostgreSQL, text on SQLite, never a float."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """NUMERIC without a fixed scale keeps what was typed."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Numeric(asdecimal=True))
        return dialect.type_descriptor(String(64))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Refuses anything that is not a finite Decimal."""
        if value is None:
            return None
        if not isinstance(value, Decimal) or not value.is_finite():
            raise ValueError(f"{value!r} is not a finite Decimal")
        return value if dialect.name == "postgresql" else f"{value:f}"

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """As typed."""
        return None if value is None else Decimal(value)


class Base(DeclarativeBase):
    """The base of every table. Keys are random, so that an address tells nothing of a number."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: Instant,
        Decimal: Exact,
        dict[str, str]: JSON,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
    }


class Keyed:
    """A random key, known before the row is written."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)

    def __init__(self, **values: Any) -> None:
        values.setdefault("id", uuid4())
        super().__init__(**values)


@dataclass(frozen=True)
class Limits:
    """What one process may take of the database."""

    connections: int = MOST_CONNECTIONS
    statement_seconds: int | None = None
    """How long one statement may take on PostgreSQL; None sets no end."""
    kept_statements: int = KEPT_STATEMENTS
    """How many statements stay compiled."""

    def pool(self) -> dict[str, Any]:
        """As the library's engine takes them."""
        kept = min(_KEPT_CONNECTIONS, self.connections)
        return {
            "pool_size": kept,
            "max_overflow": self.connections - kept,
            "query_cache_size": self.kept_statements,
        }


def make_engine(url: str, *, durable: bool = True, limits: Limits | None = None) -> Engine:
    """An engine for SQLite or PostgreSQL with the portal's settings for each.

    What need not be ``durable`` is gone anyhow when its process ends, and waits for no disk.
    """
    limits = limits or Limits()
    if not url.startswith("sqlite"):
        seconds = limits.statement_seconds
        options = {"options": f"-c statement_timeout={seconds * 1000}"} if seconds else {}
        return create_engine(url, pool_pre_ping=True, connect_args=options, **limits.pool())
    timeout = {"timeout": BUSY_TIMEOUT_MS / 1000}
    engine = create_engine(url, connect_args=timeout, **limits.pool())

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        # Else a row that takes another's place deletes it past every guard (INSERT OR REPLACE).
        cursor.execute("PRAGMA recursive_triggers = ON")
        cursor.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A reader that takes the write lock would queue behind every writer; a writer that takes
        # it late can be refused half-way.
        writes = connection.get_execution_options().get("portal_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class Database:
    """One database and what its sessions carry along (the storage's keys, say)."""

    def __init__(
        self, url: str, *, durable: bool = True, limits: Limits | None = None, **carried: object
    ) -> None:
        self.url = url
        self.engine = make_engine(url, durable=durable, limits=limits)
        self._for_writing = self.engine.execution_options(portal_writes=True)
        self._carried = carried

    def reading(self) -> Session:
        """A session that only reads; close it when done."""
        return Session(self.engine, autoflush=False, info=dict(self._carried))

    def snapshot(self) -> Session:
        """A session that only reads, and sees one state from its first query to its last."""
        if self.url.startswith("sqlite"):
            # So does every transaction that reads there.
            return self.reading()
        unchanging = self.engine.execution_options(isolation_level="REPEATABLE READ")
        return Session(unchanging, autoflush=False, info=dict(self._carried))

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """All or nothing: holds the right to write from its first statement, commits at the end.

        What use-cases left in ``info["after_commit"]`` is called once the commit is safe.
        """
        with Session(self._for_writing, info=dict(self._carried)) as session:
            yield session
            session.commit()
            for follow in session.info.pop("after_commit", ()):
                follow()


def by_name(names: Any) -> ColumnElement[str]:
    """What a list sorted by names in several languages is sorted by: the Finnish one."""
    text: ColumnElement[str] = func.lower(names[DEFAULT_LANGUAGE].as_string())
    return text


def sorted_by(order: Ordering, columns: Mapping[str, ColumnElement[Any]]) -> list[Any]:
    """The first terms of an ORDER BY as chosen, what is empty last; none where nothing was."""
    if not order.chosen:
        return []
    column = columns[order.chosen]
    return [column.desc().nulls_last() if order.descending else column.asc().nulls_last()]


def beside_for_writing(session: Session) -> Session:
    """A second session on the same database, which commits by itself what its caller must not.

    Close it when done; commit or nothing is kept.
    """
    engine = session.get_bind()
    return Session(
        engine.execution_options(portal_writes=True), autoflush=False, info=dict(session.info)
    )


def beside_in_one_state(session: Session) -> Session:
    """A second session on the same database that only reads, and sees one state throughout."""
    engine = session.get_bind()
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    return Session(engine, autoflush=False, info=dict(session.info))
