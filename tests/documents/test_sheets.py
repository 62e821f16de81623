"""Tables for spreadsheet programs."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest

from portal.documents.sheets import csv_bytes, sheet_bytes

COLUMNS = ["Kuka", "Määrä"]
FORMULAS = ["=1+1", "+358401234567", "-1", "@sum", "\tx", " =1+1", "=cmd|' /C calc'!A0"]


def parts(sheet: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(sheet)) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


@pytest.mark.parametrize("text", FORMULAS)
def test_what_somebody_typed_is_text_in_a_sheet(text: str) -> None:
    files = parts(sheet_bytes("Taulu", COLUMNS, [[text, 1]]))
    cells = files["xl/worksheets/sheet1.xml"]
    assert "<f>" not in cells
    assert re.search(r'<c r="A2"[^>]* t="s">', cells)


@pytest.mark.parametrize("text", FORMULAS)
def test_what_would_be_a_formula_in_csv_gets_an_apostrophe(text: str) -> None:
    line = csv_bytes(COLUMNS, [[text, 1]]).decode("utf-8-sig").split("\r\n")[1]
    assert line.lstrip('"').startswith("'")


def test_an_address_does_not_become_a_link() -> None:
    files = parts(sheet_bytes("Taulu", COLUMNS, [["https://example.org", 1]]))
    assert "hyperlink" not in files["xl/worksheets/sheet1.xml"]


def test_numbers_days_and_instants_keep_their_kind() -> None:
    row = [Decimal("-12.50"), 3, date(2026, 3, 9), datetime(2026, 3, 9, 7, 30, tzinfo=UTC), None]
    columns = ["a", "b", "c", "d", "e"]
    cells = parts(sheet_bytes("Taulu", columns, [row]))["xl/worksheets/sheet1.xml"]
    assert "<v>-12.50</v>" in cells
    assert "<v>46090</v>" in cells
    text = csv_bytes(columns, [row]).decode("utf-8-sig")
    assert text == "a;b;c;d;e\r\n-12,5;3;2026-03-09;2026-03-09 09:30:00;\r\n"


def test_the_same_rows_give_the_same_bytes() -> None:
    assert sheet_bytes("Taulu", COLUMNS, [["a", 1]]) == sheet_bytes("Taulu", COLUMNS, [["a", 1]])


@pytest.mark.parametrize(
    "title", ["Sopimus ESIM/1/2026/sea: kapasiteetti ja sen käyttö", "History", "''", "a[b]*?"]
)
def test_any_title_makes_a_sheet(title: str) -> None:
    assert "xl/workbook.xml" in parts(sheet_bytes(title, COLUMNS, []))


def test_a_text_longer_than_a_cell_holds_is_cut_and_not_lost() -> None:
    files = parts(sheet_bytes("Taulu", COLUMNS, [["x" * 40_000, 1]]))
    assert "x" * 32_767 in files["xl/sharedStrings.xml"]
