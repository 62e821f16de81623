"""Reading a table: the first sheet of an Excel file, or the lines of a CSV file.

Runs where files are checked, since a library that reads a file can be harmed by it.
"""

from __future__ import annotations

import csv
from contextlib import closing
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

from openpyxl import load_workbook

from portal.offers.attachments.limits import Limits, refused
from portal.offers.attachments.office import check_office

MOST_ROWS = 2_000
"""Rows of one table that are looked at (proposal)."""
COLUMNS = 3
LONGEST_CELL = 500
"""Longer texts than this are cut; no name and no number is as long."""

Cell = str | Decimal | None


def rows_of_text(text: str) -> list[list[Cell]]:
    """Lines whose cells are apart by tabs, as a spreadsheet copies them, or by semicolons.

    Raises ``file_unreadable`` for a cell without an end.
    """
    mark = next((one for one in ("\t", ";") if one in text), ",")
    read = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=mark)
    try:
        return [
            [cell[:LONGEST_CELL] for cell in row[:COLUMNS]] or [None]
            for row in islice(read, MOST_ROWS)
        ]
    except csv.Error as fault:
        raise refused("file_unreadable") from fault


def rows_of_lines(_ending: str, content: bytes, _limits: Limits) -> list[list[Cell]]:
    """The rows of a CSV file."""
    if b"\0" in content:
        raise refused("file_unreadable")
    try:
        return rows_of_text(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        # What older spreadsheets save in Finland.
        return rows_of_text(content.decode("cp1252", errors="replace"))


def rows_of_excel(ending: str, content: bytes, limits: Limits) -> list[list[Cell]]:
    """The rows of the first sheet, once the file is known to be an Excel file in order."""
    check_office(ending, content, limits)
    try:
        with closing(load_workbook(BytesIO(content), read_only=True, data_only=True)) as book:
            rows = book.worksheets[0].iter_rows(
                max_row=MOST_ROWS, max_col=COLUMNS, values_only=True
            )
            return [[_cell(value) for value in row] for row in rows]
    except MemoryError:
        raise
    except Exception as fault:
        raise refused("file_unreadable") from fault


def _cell(value: Any) -> Cell:
    if value is None:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return str(value)[:LONGEST_CELL]
