"""Tables for spreadsheet programs: XLSX and CSV. What somebody typed never becomes a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

from portal.shared.clock import in_helsinki
from portal.shared.numbers import plain

Cell = str | int | Decimal | date | datetime | None
"""Text, a number, a day, an instant, or nothing."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"

# What a spreadsheet program takes for the beginning of a formula when it reads CSV.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_TITLE = 31
_LONGEST_TEXT = 32_767
_NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
# Neither the clock nor the machine shows in the file: the same rows give the same bytes.
CREATED = datetime(1980, 1, 1)  # noqa: DTZ001  # the format knows no zones
_NARROWEST, _WIDEST = 8, 60


def sheet_bytes(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet with a heading row, the same bytes for the same rows.

    Text stays text whatever it begins with; decimals are shown with two places, days and instants
    in the Finnish form, instants in Helsinki time.
    """
    from xlsxwriter import Workbook  # loaded by the first workbook only

    into = BytesIO()
    book = Workbook(
        into,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    book.set_properties({"title": title, "created": CREATED})
    sheet = book.add_worksheet(sheet_name(title))
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats = {
        Decimal: book.add_format({"num_format": "#,##0.00"}),
        datetime: book.add_format({"num_format": "d.m.yyyy hh:mm"}),
        date: book.add_format({"num_format": "d.m.yyyy"}),
    }
    widths = [len(column) for column in columns]
    for column, text in enumerate(columns):
        sheet.write_string(0, column, text, heading)
    for n, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                sheet.write_string(n, column, value[:_LONGEST_TEXT])
            elif isinstance(value, datetime):
                there = in_helsinki(value).replace(tzinfo=None)
                sheet.write_datetime(n, column, there, formats[datetime])
            elif isinstance(value, date):
                sheet.write_datetime(n, column, value, formats[date])
            else:
                sheet.write_number(n, column, value, formats.get(type(value)))
            widths[column] = max(widths[column], len(str(value)))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width + 1, _NARROWEST), _WIDEST))
    sheet.freeze_panes(1, 0)
    book.close()
    return into.getvalue()


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The same table as CSV in the form that Finnish and Swedish spreadsheet programs open.

    Semicolons between, decimal commas, days as ISO, UTF-8 with its mark. A text that a program
    would take for a formula gets an apostrophe before it.
    """
    into = StringIO(newline="")
    writer = csv.writer(into, delimiter=";", lineterminator="\r\n")
    writer.writerow([_in_csv(column) for column in columns])
    writer.writerows([_in_csv(value) for value in row] for row in rows)
    return into.getvalue().encode("utf-8-sig")


def _in_csv(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value
    if isinstance(value, datetime):
        return in_helsinki(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return plain(Decimal(value)).replace(".", ",")


def sheet_name(title: str) -> str:
    """What a sheet may be called: at most 31 characters, without those that the format forbids."""
    name = title.translate(_NOT_IN_TITLES)[:_LONGEST_TITLE].strip(" '")
    # The one word that the format keeps for itself.
    return name if name and name.lower() != "history" else "1"
