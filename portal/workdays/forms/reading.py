"""Rows out of what was pasted, or out of a CSV or Excel file."""

from __future__ import annotations

import csv
from contextlib import closing
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

from openpyxl import load_workbook

from portal.config import Settings
from portal.offers.attachments import Limits, checked
from portal.shared.errors import RuleBroken
from portal.workdays.rules import MOST_ROWS, Cell

ENDINGS = ("xlsx", "csv", "txt")
_COLUMNS = 3


def rows_of_text(text: str) -> list[list[Cell]]:
    """Lines whose cells are apart by tabs, as a spreadsheet copies them, or by semicolons."""
    mark = next((one for one in ("\t", ";") if one in text), ",")
    read = csv.reader(StringIO(text.removeprefix("\ufeff")), delimiter=mark)
    return [list(row[:_COLUMNS]) or [None] for row in islice(read, MOST_ROWS)]


def rows_of_file(name: str, content: bytes, settings: Settings) -> list[list[Cell]]:
    """The first sheet of an Excel file, or the lines of a CSV file.

    Raises RuleBroken by the rules for attachments of offers: what is too large, no such file,
    encrypted, with macros, unreadable.
    """
    ending = name.rpartition(".")[2].lower()
    if ending not in ENDINGS:
        raise RuleBroken("sheet_type", field="file")
    if ending == "xlsx":
        checked(name, content, Limits.of(settings))
        return _rows_of_excel(content)
    if len(content) > settings.attachment_megabytes * 1024 * 1024 or b"\0" in content:
        raise RuleBroken("file_unreadable", field="file")
    try:
        return rows_of_text(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        # What older spreadsheets save in Finland.
        return rows_of_text(content.decode("cp1252", errors="replace"))


def _rows_of_excel(content: bytes) -> list[list[Cell]]:
    try:
        with closing(load_workbook(BytesIO(content), read_only=True, data_only=True)) as book:
            rows = book.worksheets[0].iter_rows(
                max_row=MOST_ROWS, max_col=_COLUMNS, values_only=True
            )
            return [[_cell(value) for value in row] for row in rows]
    except Exception as fault:
        raise RuleBroken("file_unreadable", field="file") from fault


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return str(value)
