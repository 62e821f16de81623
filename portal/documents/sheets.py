"""Tables as XLSX and CSV files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

Value = str | int | Decimal | date | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_TITLE = 31
_NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def sheet_bytes(title: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """One sheet with its headings; numbers and days are such, and no text is a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title.translate(_NOT_IN_TITLES)[:_LONGEST_TITLE])
    sheet.freeze_panes = "A2"
    headings = [WriteOnlyCell(sheet, value=column) for column in columns]
    for heading in headings:
        heading.font = Font(bold=True)
    sheet.append(headings)
    for row in rows:
        cells = [WriteOnlyCell(sheet, value=value) for value in row]
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
        sheet.append(cells)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Semicolons, a point as decimal mark, ISO days; UTF-8 with the mark that Excel looks for."""
    written = StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow([_text(column) for column in columns])
    writer.writerows([_text(value) for value in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    # A spreadsheet would reckon what begins so.
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else str(value)
