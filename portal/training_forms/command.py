"""`portal forms`: forms of training and units, checked."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from portal.config import PREFIX
from portal.training_forms.bank import faults, to_confirm


def forms_commands() -> click.Group:
    """The group of commands."""

    @click.group()
    def forms() -> None:
        """Forms of training and qualification units."""

    @forms.command("check")
    @click.argument(
        "folder",
        required=False,
        envvar=f"{PREFIX}TRAINING_FORMS",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
    )
    def forms_check(folder: Path | None) -> None:
        """Check the forms of training and the units, with those of FOLDER added or in their place.

        Without FOLDER, those of the installation's setting. One line per fault, exit 1 when there
        is any; then how much a lawyer, or whoever knows the qualifications, still has to confirm.
        """
        found = faults(folder)
        for line in found:
            click.echo(line)
        if found:
            sys.exit(1)
        click.echo("The forms of training have no faults.")
        click.echo(f"Rules, laws, fundings and units still to be confirmed: {to_confirm(folder)}")

    return forms
