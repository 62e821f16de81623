"""`portal legal`: the legal data, checked."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from portal.config import Settings
from portal.legal.decision import load_decision_law, load_instructions
from portal.legal.parameters import BadParameters, load_parameters


def legal_commands(settings: Callable[[], Settings]) -> click.Group:
    """The group of commands; where the settings come from, the command line knows."""

    @click.group()
    def legal() -> None:
        """Legal values, the parts of a decision, and the instructions for appeal."""

    @legal.command("check")
    @click.argument(
        "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
    )
    def legal_check(file: Path | None) -> None:
        """Check the legal data and FILE, by default the instructions that the installation uses.

        One line per fault, exit 1 when there is any; then what a lawyer still has to confirm.
        """
        try:
            load_parameters()
            load_decision_law()
            found = load_instructions(file or settings().appeal_instructions)
        except BadParameters as bad:
            for line in bad.faults:
                click.echo(line)
            sys.exit(1)
        click.echo("The legal data has no faults.")
        if found.confirm:
            click.echo(f"The instructions for appeal are still to be confirmed: {found.confirm}")

    return legal
