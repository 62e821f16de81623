"""``portal verify``: whether a file is a document of this portal, and who sealed it."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import click

from portal.config import Settings
from portal.contracts.queries import verified
from portal.database import Database
from portal.documents import store
from portal.offers.attachments.seals import Examined, examined
from portal.shared.errors import RuleBroken

_KNOWN = {
    "bytes": "The bytes are those of a document of this portal.",
    "seal": "The bytes are those of a sealed copy of a document of this portal.",
}


class Opened(Protocol):
    """What the command needs of an installation."""

    @property
    def database(self) -> Database:
        """Where the documents are."""

    @property
    def settings(self) -> Settings:
        """Whom it trusts, and how long it reads a file."""


def verify_command(opened: Callable[[], Opened]) -> click.Command:
    """The command, which opens the installation only when it is called."""

    @click.command("verify")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    def verify(file: Path) -> None:
        """Check FILE: is it a document of this portal, who sealed it, is it unchanged.

        Exit 1 unless its bytes, or an unbroken and trusted seal over all of it, vouch for it.
        """
        installation = opened()
        pdf = file.read_bytes()
        sha256 = hashlib.sha256(pdf).hexdigest()
        click.echo(f"{sha256}  {file}")
        try:
            said = examined(pdf, installation.settings)
        except RuleBroken as broken:
            click.echo(f"The file cannot be examined: {broken.rule}")
            said = Examined(None, None, [])
        with installation.database.reading() as session:
            found = verified(session, sha256)
            bears = said.printed is not None and store.by_content(session, said.printed) is not None
        click.echo("No document of this portal." if found is None else _KNOWN[found.known_by])
        if found is None and bears:
            click.echo("Its pages bear the hash of one, but its bytes are others.")
        if found is not None and found.kind is not None:
            click.echo(f"{found.kind['en']}, made on {found.made_on}")
        for line in _lines(said):
            click.echo(line)
        sealed = any(seal.intact and seal.whole and seal.trusted for seal in said.seals)
        broken_seal = any(not seal.intact for seal in said.seals)
        if broken_seal or not (found is not None or sealed):
            sys.exit(1)

    return verify


def _lines(said: Examined) -> list[str]:
    lines = []
    if said.carried is not None:
        same = "is" if said.carried == said.printed else "is not"
        lines.append(f"The hash on the pages {same} that of the attached content.")
    lines.extend(
        f"Sealed by {seal.signer or 'somebody unknown'}: "
        f"{'unchanged' if seal.intact else 'CHANGED'}, "
        f"{'all of the file' if seal.whole else 'not all of the file'}, "
        f"{'trusted' if seal.trusted else 'not trusted here'}, "
        + (f"stamped {seal.stamped_at.isoformat()}" if seal.stamped_at else "no time stamp")
        for seal in said.seals
    )
    return lines or ["No seal."]
