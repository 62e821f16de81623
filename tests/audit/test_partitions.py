"""The record of acts in parts by time, as docs/operations/partition-audit.sql makes them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.audit.record import acting, faults
from portal.database import Database
from portal.migrate import migrate
from portal.paths import ROOT
from portal.unit_of_work import unit_of_work
from tests.architecture.test_migrations import bare
from tests.conftest import ON_POSTGRESQL

__all__ = ["bare"]

SCRIPT = ROOT / "docs/operations/partition-audit.sql"
PARTS = ("audit_entry_first", "audit_entry_next", "audit_entry_later")
pytestmark = pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite knows no parts of a table")


def act(database: Database, year: int) -> None:
    with (
        unit_of_work(database) as session,
        acting(
            session, "publish", chain="a chain", by=uuid4(), at=datetime(year, 6, 1, tzinfo=UTC)
        ),
    ):
        pass


@pytest.fixture
def database(bare: Database) -> Database:
    """As migrated, with an act of 2026, and then in parts; psql would fill in the variables."""
    migrate(bare)
    act(bare, 2026)
    script = SCRIPT.read_text().replace("BEGIN;", "").replace("COMMIT;", "")
    for name, day in (("next", "2027-01-01"), ("after", "2028-01-01")):
        script = script.replace(f":'{name}'", f"'{day}'")
    with bare.engine.begin() as connection:
        connection.exec_driver_sql(script)
    return bare


def counted(database: Database) -> list[int]:
    with database.engine.connect() as connection:
        return [connection.scalar(text(f"SELECT count(*) FROM {part}")) or 0 for part in PARTS]


def test_a_chain_goes_on_over_the_parts_and_is_verified_as_one(database: Database) -> None:
    for year in (2026, 2027, 2029):
        act(database, year)
    assert counted(database) == [2, 1, 1]
    with database.reading() as session:
        assert faults(session) == []


def test_each_part_refuses_what_the_record_refuses(database: Database) -> None:
    for year in (2027, 2029):
        act(database, year)
    for table in ("audit_entry", *PARTS):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET n = 9", f"TRUNCATE {table}"):
            with pytest.raises(DBAPIError, match="only added"), database.transaction() as session:
                session.execute(text(statement))


def test_a_part_that_is_away_is_told_and_put_back_whole(database: Database) -> None:
    act(database, 2027)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit_entry DETACH PARTITION audit_entry_first")
    with database.reading() as session:
        assert faults(session) == ["a chain: entry 1 is missing before 2"]
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "ALTER TABLE audit_entry ATTACH PARTITION audit_entry_first"
            " FOR VALUES FROM (MINVALUE) TO ('2027-01-01 00:00:00+00')"
        )
    with database.reading() as session:
        assert faults(session) == []
    with pytest.raises(DBAPIError, match="only added"), database.transaction() as session:
        session.execute(text("DELETE FROM audit_entry_first"))
