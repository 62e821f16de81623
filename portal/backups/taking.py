"""Taking a backup of an installation that goes on working."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from alembic.migration import MigrationContext

from portal.backups.copying import copy_out
from portal.backups.manifest import BadBackup, Manifest, write_archive
from portal.installation import Installation


def back_up(installation: Installation, file: Path, at: datetime) -> Manifest:
    """Write a backup of one state of each database into a new file.

    The record of reads is a database of its own on SQLite, copied after the other one: it may hold
    a few readings more, never fewer. The workers' queue is left out, since what is due is found in
    the jobs' table. Raises BadBackup where the file is there already or a database cannot be read.
    """
    if file.exists():
        raise BadBackup(f"{file} is there already; a backup never writes over anything.")
    databases = {"portal": installation.database}
    if installation.reads_database.url != installation.database.url:
        databases["reads"] = installation.reads_database
    with installation.database.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise BadBackup("There is nothing to back up: the database has never been migrated.")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
        copied = tuple(copy_out(one, name, Path(folder)) for name, one in databases.items())
        manifest = Manifest(
            made_at=at.astimezone(UTC).isoformat(timespec="seconds"),
            version=version("siirtyma"),
            revision=revision,
            databases=copied,
        )
        write_archive(file, manifest, {one.file: Path(folder) / one.file for one in copied})
    return manifest
