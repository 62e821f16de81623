"""How the command line ends when something fails: by one line and a code, never by a trace."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import click
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError

from portal.shared.references import referenced
from portal.web.logging import JsonLines

UNAVAILABLE = 75
"""The code of a fault of the surroundings, such as a database that is gone; trying again helps."""

UNEXPECTED = 70
"""The code of a fault of the portal itself."""

_NO_TABLE = ("no such table", "no such column", "does not exist")


class Commands(click.Group):
    """Commands that say what failed in one line; a fault of ours with its reference."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        with referenced() as reference:
            try:
                return super().invoke(ctx)
            except (click.ClickException, click.Abort, click.exceptions.Exit):
                raise
            except (OperationalError, InterfaceError, ProgrammingError) as fault:
                self._end(_of_database(fault), UNAVAILABLE)
            except OSError as fault:
                about = f": {fault.filename}" if fault.filename else ""
                self._end(f"{fault.strerror or type(fault).__name__}{about}", UNAVAILABLE)
            except Exception:
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
    told = logging.LogRecord(
        "portal.commands", logging.ERROR, __file__, 0, "fault", None, sys.exc_info()
    )
    line = json.loads(JsonLines().format(told)) | {"reference": reference}
    click.echo(json.dumps(line, ensure_ascii=False), err=True)
