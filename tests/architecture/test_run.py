"""`make run` finds by itself whether there is anything to do."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from portal.migrate import head
from portal.paths import ROOT


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A file with one person, at the newest migration, and the one of reads beside it."""
    for name in ("portal", "portal-reads"):
        with closing(sqlite3.connect(tmp_path / f"{name}.sqlite")) as made:
            made.executescript(
                f"""CREATE TABLE alembic_version (version_num);
                INSERT INTO alembic_version VALUES ('{head()}');
                CREATE TABLE membership (id);
                CREATE TABLE person (password_hash, closed_at);
                INSERT INTO person VALUES ('x', NULL);"""
            )
    return tmp_path / "portal.sqlite"


def asked(database: Path, *accounts: str) -> tuple[int, str]:
    """The exit code, and what was printed."""
    ran = subprocess.run(
        [sys.executable, ROOT / "scripts" / "up_to_date", *accounts],
        env={**os.environ, "PORTAL_DATABASE_URL": f"sqlite:///{database}"},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout


def test_the_accounts_are_printed_again_where_nothing_has_changed(database: Path) -> None:
    assert asked(database) == (1, "")
    assert asked(database, "opener hanna\nauditor tarja") == (0, "")
    assert asked(database) == (0, "opener hanna\nauditor tarja\n")


@pytest.mark.parametrize(
    "change", ["UPDATE person SET closed_at = 1", "UPDATE alembic_version SET version_num = 'old'"]
)
def test_another_person_or_schema_is_looked_at_by_the_portal(database: Path, change: str) -> None:
    asked(database, "opener hanna")
    with closing(sqlite3.connect(database)) as file, file:
        file.execute(change)
    assert asked(database) == (1, "")


def test_a_missing_database_is_no_fault(tmp_path: Path) -> None:
    assert asked(tmp_path / "none.sqlite") == (1, "")
