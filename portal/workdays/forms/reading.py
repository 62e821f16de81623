"""Rows out of what was pasted, or out of a CSV or Excel file: read behind the gate for files."""

from __future__ import annotations

from portal.config import Settings
from portal.offers.attachments import Limits, table_in
from portal.shared.errors import RuleBroken
from portal.workdays.rules import MOST_ROWS, Cell

_COLUMNS = 3


def rows_of_text(text: str, settings: Settings) -> list[list[Cell]]:
    """Lines whose cells are apart by tabs, as a spreadsheet copies them, or by semicolons.

    Raises RuleBroken as `rows_of_file` does.
    """
    try:
        return rows_of_file("pasted.txt", text.encode(), settings)
    except RuleBroken as broken:
        broken.field = "pasted"
        raise


def rows_of_file(name: str, content: bytes, settings: Settings) -> list[list[Cell]]:
    """The first sheet of an Excel file, or the lines of a CSV file.

    Raises RuleBroken by the rules for attachments of offers: what is too large, no such file,
    encrypted, with macros, unreadable.
    """
    limits = Limits.of(settings)
    return table_in(name, content, limits, most_rows=MOST_ROWS, columns=_COLUMNS)
