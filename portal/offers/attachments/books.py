"""Reading a workbook cell by cell: what stands in it, never what it would reckon.

Runs where files are checked, since a library that reads a file can be harmed by it.
"""

from __future__ import annotations

import json
from contextlib import closing
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from portal.offers.attachments.limits import Limits, refused
from portal.offers.attachments.office import check_office

MOST_SHEETS = 20
MOST_ROWS = 2_000
COLUMNS = 12
"""Of a workbook so many sheets, and of each so many rows and columns are looked at (proposal)."""
LONGEST_CELL = 32_767
MOST_TEXT = 3_000_000
"""Signs of all texts together, as the answer of a check writes them (proposal)."""

TEXT, NUMBER, FORMULA, OTHER = "text", "number", "formula", "other"
"""What a cell is told to be; ``FORMULA`` is one that has never been reckoned."""


def cells_of_book(ending: str, content: bytes, limits: Limits) -> list[list[Any]]:
    """Each sheet as its title and its filled cells: row, column, kind, value, counted from one.

    A formula is told by the value that the program which saved the file has reckoned. Refuses as
    `check_office` does, and by ``file_too_much_text``, ``file_unreadable``.
    """
    check_office(ending, content, limits)
    try:
        with (
            closing(load_workbook(BytesIO(content), read_only=True, data_only=True)) as values,
            closing(load_workbook(BytesIO(content), read_only=True)) as formulas,
        ):
            told: list[list[Any]] = []
            signs = 0
            for shown, typed in zip(values.worksheets, formulas.worksheets, strict=True):
                if len(told) == MOST_SHEETS:
                    break
                cells = list(_filled(shown, typed))
                signs += sum(len(json.dumps(cell[3], default=str)) for cell in cells)
                if signs > MOST_TEXT:
                    raise refused("file_too_much_text")
                told.append([shown.title, cells])
            return told
    except (MemoryError, AssertionError):
        raise
    except Exception as fault:
        if getattr(fault, "rule", None) == "file_too_much_text":
            raise
        raise refused("file_unreadable") from fault


def _filled(shown: Any, typed: Any) -> list[list[Any]]:
    cells: list[list[Any]] = []
    limits = {"max_row": MOST_ROWS, "max_col": COLUMNS}
    for row, formulas in zip(shown.iter_rows(**limits), typed.iter_rows(**limits), strict=True):
        for cell, formula in zip(row, formulas, strict=True):
            if cell.value is not None:
                cells.append([cell.row, cell.column, *_told(cell)])
            elif formula.value is not None:
                cells.append([formula.row, formula.column, FORMULA, ""])
    return cells


def _told(cell: Any) -> tuple[str, str | Decimal]:
    value = cell.value
    if cell.data_type == "e" or isinstance(value, bool):
        return OTHER, str(value)[:LONGEST_CELL]
    if isinstance(value, int | float):
        return NUMBER, Decimal(str(value))
    if isinstance(value, str):
        return TEXT, value[:LONGEST_CELL]
    return OTHER, str(value)[:LONGEST_CELL]
