"""How the command line ends when something fails: by one line and a code, never by a trace."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from portal.shared.references import referenced

# The libraries are loaded by a fault only: the command that starts the server has no time to lose.
if TYPE_CHECKING:
    from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError

UNAVAILABLE = 75
"""The code of a fault of the surroundings, such as a database that is gone; trying again helps."""

UNEXPECTED = 70
"""The code of a fault of the portal itself."""

_NO_TABLE = ("no such table", "no such column", "does not exist")


class Commands(click.Group):
    """Commands that say what failed in one line; a fault of ours with its reference.

    Those named in ``of_rooms`` are looked for by ``found_by`` when they are asked for.
    """

    def __init__(
        self,
        *arguments: Any,
        of_rooms: Sequence[str] = (),
        found_by: Callable[[str], click.Command | None] = lambda _name: None,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self._of_rooms, self._found_by = of_rooms, found_by

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, also of what is not loaded yet."""
        return sorted({*super().list_commands(ctx), *self._of_rooms})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        return super().get_command(ctx, cmd_name) or self._found_by(cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        with referenced() as reference:
            try:
                return super().invoke(ctx)
            except (click.ClickException, click.Abort, click.exceptions.Exit):
                raise
            except OSError as fault:
                about = f": {fault.filename}" if fault.filename else ""
                self._end(f"{fault.strerror or type(fault).__name__}{about}", UNAVAILABLE)
            except Exception as fault:
                from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError

                if isinstance(fault, (OperationalError, InterfaceError, ProgrammingError)):
                    self._end(_of_database(fault), UNAVAILABLE)
                _tell_place(reference)
                self._end(
                    f"Something in the portal failed. Its reference is {reference}; the line above"
                    " tells where.",
                    UNEXPECTED,
                )

    def _end(self, line: str, code: int) -> None:
        click.echo(line, err=True)
        sys.exit(code)


def _of_database(fault: OperationalError | InterfaceError | ProgrammingError) -> str:
    if any(sign in str(fault.orig) for sign in _NO_TABLE):
        return "The database is not at the schema of this version: portal migrate brings it there."
    return (
        "The database cannot be used: it does not answer, is busy, or has no room"
        f" ({type(fault.orig).__name__})."
    )


def _tell_place(reference: str) -> None:
    from portal.web.logging import JsonLines

    told = logging.LogRecord(
        "portal.commands", logging.ERROR, __file__, 0, "fault", None, sys.exc_info()
    )
    line = json.loads(JsonLines().format(told)) | {"reference": reference}
    click.echo(json.dumps(line, ensure_ascii=False), err=True)
