"""One database out into a file, and back in from it, with the database's own tools."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.engine import URL

from portal.backups.contents import contents_of, hash_of_file
from portal.backups.manifest import BadBackup, Copied
from portal.database import Database

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_MISSING = "{} is missing: Debian's package postgresql-client brings it."


def kind_of(database: Database) -> str:
    """Which of the two databases it is; a backup goes back into one of the same kind."""
    return SQLITE if database.url.startswith("sqlite") else POSTGRESQL


def copy_out(database: Database, name: str, folder: Path) -> Copied:
    """A copy of one state of a database that goes on being used, with the hashes of its tables."""
    kind = kind_of(database)
    file = folder / f"{name}.{'sqlite' if kind == SQLITE else 'dump'}"
    if kind == SQLITE:
        source = sqlite3.connect(f"file:{make_url(database.url).database}?mode=ro", uri=True)
        target = sqlite3.connect(file)
        with source, target:
            source.backup(target)
        # The file is one by itself: without a log of writes beside it.
        target.execute("PRAGMA journal_mode = DELETE")
        target.close()
        source.close()
        copy = Database(f"sqlite:///{file}")
        with copy.engine.connect() as connection:
            tables = contents_of(connection)
        copy.engine.dispose()
        settle(file)
    else:
        unchanging = database.engine.execution_options(isolation_level="REPEATABLE READ")
        with unchanging.connect() as connection:
            # The hashes and the dump are of the very same state.
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            _run(
                "pg_dump",
                make_url(database.url),
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
                f"--file={file}",
            )
            tables = contents_of(connection)
    return Copied(name, kind, file.name, hash_of_file(file), tables)


def settle(file: Path) -> None:
    """Let a SQLite file stand alone, with nothing of it in files beside it."""
    alone = sqlite3.connect(file)
    alone.execute("PRAGMA journal_mode = DELETE")
    alone.close()


def is_empty(database: Database) -> bool:
    """Whether nothing at all is in the database yet."""
    if kind_of(database) == SQLITE:
        file = Path(str(make_url(database.url).database))
        return not file.exists() or file.stat().st_size == 0
    with database.engine.connect() as connection:
        return not connection.scalar(
            text("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")
        )


def copy_in(file: Path, database: Database) -> None:
    """Fill an empty database with a copy. Raises BadBackup where its tool refuses it."""
    if kind_of(database) == SQLITE:
        shutil.copyfile(file, str(make_url(database.url).database))
        with database.engine.connect() as connection:
            try:
                found = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
            except Exception as fault:
                raise BadBackup(f"{file.name} is no database that can be read.") from fault
        if found != "ok":
            raise BadBackup(f"{file.name} is broken: {found}")
        return
    url = make_url(database.url)
    _run(
        "pg_restore",
        url,
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        str(file),
    )


def _run(program: str, url: URL, *arguments: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise BadBackup(_MISSING.format(program))
    # The password goes by the environment, since anybody may read a command line.
    environment = {**os.environ, "PGPASSWORD": url.password or ""}
    address = url.set(drivername="postgresql", password=None).render_as_string()
    done = subprocess.run(  # noqa: S603  # a program of the database, with arguments of our own
        [path, f"--dbname={address}", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BadBackup(f"{program} failed:", *done.stderr.strip().splitlines()[:5])
