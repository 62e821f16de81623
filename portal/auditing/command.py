"""`portal audit`: the commands around the record."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import click

from portal.audit.heads import (
    BadHead,
    check_signature,
    found_in,
    keep_head,
    known_keys,
    public_key,
    read_head,
)
from portal.audit.models import privileges
from portal.audit.reads import unlinked
from portal.audit.stamping import stamp_faults
from portal.config import PREFIX, Settings
from portal.database import Database
from portal.shared.clock import now

NO_KEY = f"{PREFIX}AUDIT_KEY is missing: no head can be signed"


class Opened(Protocol):
    """What the commands need of an installation."""

    @property
    def settings(self) -> Settings:
        """Its settings."""

    @property
    def database(self) -> Database:
        """Where the record of acts is."""

    @property
    def reads_database(self) -> Database:
        """Where that of reads is."""


def audit_commands(
    opened: Callable[[], Opened], settings_or_stop: Callable[[], Settings]
) -> click.Group:
    """The group of commands; how an installation is opened, the command line knows."""

    @click.group()
    def audit() -> None:
        """The audit record."""

    @audit.command("verify")
    @click.option(
        "--head",
        "files",
        multiple=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="an exported head that the record is held against",
    )
    @click.option(
        "--key", "keys", multiple=True, help="a public key that may have signed it; also an old one"
    )
    def verify(files: tuple[Path, ...], keys: tuple[str, ...]) -> None:
        """Check every chain of the record of acts and of reads; exit 1 when one is broken.

        It is held against the heads that the installation has kept, and those of FILE. The kept
        ones are in the same database: a tail that was cut with them is found by a FILE only.
        """
        mine = opened()
        told, faults = verified(mine.database, mine.reads_database, mine.settings, files, keys)
        for line in [*faults, *told]:
            click.echo(line)
        if faults:
            sys.exit(1)
        click.echo("The audit record is whole.")

    @audit.command("head")
    @click.option("--to", "file", required=True, type=click.Path(dir_okay=False, path_type=Path))
    def head(file: Path) -> None:
        """Sign the heads of all chains, keep them, and write them to FILE.

        A head tells how many entries each chain has: keep it as a backup is kept.
        """
        _write_head(opened(), file)

    @audit.command("key")
    def key() -> None:
        """Print the public key that the installation's heads are signed with."""
        private = settings_or_stop().audit_key
        if private is None:
            click.echo(NO_KEY, err=True)
            sys.exit(2)
        click.echo(public_key(private))

    @audit.command("privileges")
    @click.argument("role")
    def for_role(role: str) -> None:
        """Print the SQL by which ROLE may add to the record on PostgreSQL and change nothing of it.

        For installations whose tables belong to another role than the portal runs as; run it as
        the owner after each `portal migrate`.
        """
        for line in privileges(role):
            click.echo(line)

    return audit


def verified(
    database: Database,
    reads: Database,
    settings: Settings,
    files: Iterable[Path],
    keys: Iterable[str],
) -> tuple[list[str], list[str]]:
    """What else there is to tell, and one line for each fault of the record."""
    trusted = known_keys(settings.audit_key, *keys)
    faults, given, told = [], [], []
    for file in files:
        try:
            head = read_head(file.read_text(encoding="utf-8"))
            check_signature(head, trusted)
            given.append(head)
        except (BadHead, UnicodeDecodeError, OSError) as bad:
            faults.append(f"{file}: {bad}")
    faults += found_in(database, reads, keys=trusted, given=given)
    faults += stamp_faults(database, settings)
    with reads.reading() as session:
        waiting = unlinked(session)
    if waiting:
        told.append(f"Readings that are in no chain yet: {waiting}")
    if not given:
        told.append("Without an exported head (--head) a cut tail cannot be found for certain.")
    return told, faults


def _write_head(mine: Opened, file: Path) -> None:
    if mine.settings.audit_key is None:
        click.echo(NO_KEY, err=True)
        sys.exit(2)
    made, faults = keep_head(mine.database, mine.reads_database, mine.settings.audit_key, now())
    file.write_text(made.as_file(), encoding="utf-8")
    for line in faults:
        click.echo(line)
    click.echo(f"Head {made.number}: {len(made.heads)} chains, signed with {made.key}")
    if faults:
        sys.exit(1)
