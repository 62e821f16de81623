"""``portal backup`` and ``portal restore``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from portal.backups.manifest import BadBackup
from portal.backups.restoring import restore as restore_backup
from portal.backups.taking import back_up
from portal.config import Settings
from portal.installation import Installation
from portal.jobs.routines import Routine, note_run
from portal.shared.clock import now

Result = TypeVar("Result")


def commands(
    settings: Callable[[], Settings], opened: Callable[[], Installation]
) -> list[click.Command]:
    """Both commands, for an installation that is opened when one of them runs."""

    @click.command()
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    def backup(file: Path) -> None:
        """Write a consistent backup of the running installation into FILE, which must be new.

        What is encrypted stays so, and the keys of the environment are not in it: keep
        PORTAL_STORAGE_KEY and PORTAL_SECRET_KEY somewhere else, since without them a backup is
        of no use.
        """
        installation, at = opened(), now()
        made = _or_stop(lambda: back_up(installation, file, at))
        with installation.database.transaction() as session:
            note_run(session, Routine.BACKUP, whole=True, at=at)
        click.echo(f"{file}: {made.rows} rows at {made.made_at}, schema {made.revision}")

    @click.command()
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--drill", is_flag=True, help="in a place of its own; leaves nothing")
    def restore(file: Path, drill: bool) -> None:
        """Put the backup FILE into the empty databases of the settings, and check it all.

        The hash of every table and document and every audit chain is verified; exit 1 with one
        line per fault. Letters sent after the backup was made will be sent again.
        """
        done = _or_stop(lambda: restore_backup(settings(), file, drill=drill))
        click.echo(
            f"{done.manifest.rows} rows of {done.manifest.made_at} are as they were; "
            f"the audit record is whole; {done.documents} documents are what their hashes say."
        )
        if drill:
            click.echo("This was a drill: nothing has been put in place.")

    return [backup, restore]


def _or_stop(work: Callable[[], Result]) -> Result:
    try:
        return work()
    except BadBackup as bad:
        for line in bad.faults:
            click.echo(line, err=True)
        sys.exit(1)
