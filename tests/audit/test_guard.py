"""The database itself refuses to change or delete what is on record."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, delete, insert, inspect, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from portal.audit.guard import READS
from portal.audit.heads import keep_head
from portal.audit.models import (
    AuditChain,
    AuditEntry,
    AuditHead,
    AuditStamp,
    ReadEntry,
    ReadLink,
    privileges,
)
from portal.audit.reads import link_reads
from portal.audit.record import ReadRecord, acting, faults
from portal.database import Database
from portal.migrate import downgrade, migrate
from portal.unit_of_work import unit_of_work
from portal.web.unit import Services
from tests.architecture.test_migrations import bare
from tests.conftest import ON_POSTGRESQL

AT = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
ENTRIES = [AuditEntry, ReadEntry, ReadLink, AuditHead, AuditStamp]
__all__ = ["bare"]


def filled(database: Database, reads: Database) -> None:
    """At least one row in each table of the record."""
    with (
        unit_of_work(database) as session,
        acting(session, "submit_offer", chain="a chain", by=uuid4(), at=AT),
    ):
        pass
    ReadRecord(reads).note(by=uuid4(), page="offers.show", subject="an offer", at=AT)
    link_reads(reads)
    keep_head(database, reads, bytes(32), AT)
    with database.transaction() as session:
        session.add(AuditStamp(number=1, at=AT, token=None, fault="no answer"))


def refused(database: Database, statement: object) -> str:
    with pytest.raises(DBAPIError) as caught, database.transaction() as session:
        session.execute(statement)  # type: ignore[call-overload]  # any statement
    return str(caught.value.orig)


def test_no_entry_is_changed_or_deleted(services: Services) -> None:
    filled(services.database, services.reads_database)
    for model in ENTRIES:
        of_reads = model in (ReadEntry, ReadLink)
        there = services.reads_database if of_reads else services.database
        column = next(iter(inspect(model).columns))
        for statement in (update(model).values({column: column}), delete(model)):
            assert "only added" in refused(there, statement), (model, statement)
        if ON_POSTGRESQL:
            emptied = text(f"TRUNCATE {model.__tablename__} CASCADE")
            assert "only added" in refused(there, emptied)


@pytest.mark.skipif(ON_POSTGRESQL, reason="SQLite's own way of writing over a row")
def test_no_entry_is_written_over_by_another_with_its_key(services: Services) -> None:
    filled(services.database, services.reads_database)
    for model in (*ENTRIES, AuditChain):
        of_reads = model in (ReadEntry, ReadLink)
        there = services.reads_database if of_reads else services.database
        again = text(
            f"INSERT OR REPLACE INTO {model.__tablename__} SELECT * FROM {model.__tablename__}"
        )
        assert "only" in refused(there, again), model


@pytest.mark.parametrize(
    "values",
    [{"length": 0}, {"length": 3}, {"head": "f" * 64}, {"chain": "b", "length": 2}],
    ids=["cut", "leap", "same length", "renamed"],
)
def test_a_head_only_moves_on(services: Services, values: dict[str, object]) -> None:
    filled(services.database, services.reads_database)
    moved = update(AuditChain).where(AuditChain.chain == "a chain").values(values)
    assert "only moves on" in refused(services.database, moved)
    assert "only moves on" in refused(services.database, delete(AuditChain))


def test_the_head_of_the_reads_moves_on_by_many_and_never_back(services: Services) -> None:
    filled(services.database, services.reads_database)
    reads = ReadRecord(services.reads_database)
    reads.note_all(by=None, page="a page", subjects=["one", "two", "three"], at=AT)
    assert link_reads(services.reads_database) == 3
    back = update(AuditChain).where(AuditChain.chain == READS).values(length=2)
    assert "only moves on" in refused(services.reads_database, back)


def test_the_migration_sets_the_guard_and_takes_it_off(bare: Database) -> None:
    migrate(bare)
    filled(bare, bare)
    for model in ENTRIES:
        assert "only added" in refused(bare, delete(model))
    assert "only moves on" in refused(bare, update(AuditChain).values(length=99))
    downgrade(bare, "a6cards0001")
    with bare.transaction() as session:
        session.execute(update(AuditEntry).values(act="another"))
        session.execute(delete(AuditEntry))
        session.execute(delete(AuditChain))


@pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite knows no roles")
def test_a_role_with_the_printed_privileges_adds_and_changes_nothing(services: Services) -> None:
    filled(services.database, services.reads_database)
    role = f"portal_{secrets.token_hex(4)}"
    owner = services.database.engine
    with owner.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD 'portal'"))
        for line in privileges(role):
            connection.execute(text(line))
    url = make_url(services.settings.database_url)
    engine = create_engine(url.set(username=role, password="portal"))  # of this test
    own = Database(engine.url.render_as_string(hide_password=False))
    try:
        with unit_of_work(own) as session, acting(session, "ask", chain="b", by=None, at=AT):
            pass
        ReadRecord(own).note(by=None, page="a page", subject="one", at=AT)
        assert link_reads(own) == 1
        with own.reading() as session:
            assert faults(session) == []
            assert session.scalars(select(AuditEntry.act).where(AuditEntry.chain == "b")).all() == [
                "ask"
            ]
        for model in ENTRIES:
            column = next(iter(inspect(model).columns))
            for statement in (update(model).values({column: column}), delete(model)):
                assert "permission denied" in refused(own, statement)
            emptied = text(f"TRUNCATE {model.__tablename__} CASCADE")
            assert "permission denied" in refused(own, emptied)
        assert "permission denied" in refused(own, delete(AuditChain))
        with pytest.raises(DBAPIError), own.transaction() as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
        with own.transaction() as session:
            session.execute(insert(ReadEntry).values(id=uuid4(), at=AT, page="p", subject="s"))
    finally:
        own.engine.dispose()
        engine.dispose()
        with owner.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))
