"""The wide comparison: own order in the address, paper without cut columns, numbers in the file."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.cast import Cast
from tests.evaluation.conftest import Evaluating
from tests.evaluation.pages.conftest import Browse
from tests.inspection import words
from tests.page import Page


@pytest.fixture
def matrix_url(url: str) -> str:
    return f"{url}/evaluation/matrix/sea"


def heads(page: Page) -> list[str]:
    return [words(head).split(" weight ")[0] for head in page.all(".matrix thead th")[3:]]


def test_offers_stand_beside_one_another_and_the_reader_orders_the_criteria(
    browse: Browse, cast: Cast, lot_url: str, matrix_url: str, evaluating: Evaluating
) -> None:
    evaluating.until("agreed")
    browser = browse(cast.olli)
    assert browser.get(lot_url).has(f'a[href="{matrix_url}"]')
    page = browser.get(matrix_url)
    in_call = heads(page)
    assert len(in_call) == 4
    rows = [[words(cell) for cell in row.select("th, td")] for row in page.all("tbody tr")]
    assert len(rows) >= 2
    assert [row[1] for row in rows][:2] == ["1", "2"]
    last = page.all(".matrix thead th a")[-1]
    page = browser.get(str(last["href"]))
    assert heads(page) == [in_call[-1], *in_call[:-1]]
    page = browser.get(f"{matrix_url}?order=differences")
    aparts = [int(words(head).split("apart ")[1][0]) for head in page.all(".matrix thead th")[3:]]
    assert sorted(heads(page)) == sorted(in_call)
    assert aparts[0] == max(aparts)
    assert page.one('nav a[aria-current="true"][href*="order"]').get_text() == "Differences first"
    browser.get(f"{matrix_url}?order=nonsense&first=x.99")


def test_paper_and_file_say_the_same_and_the_files_numbers_are_numbers(
    browse: Browse, cast: Cast, url: str, matrix_url: str, evaluating: Evaluating
) -> None:
    evaluating.until("agreed")
    browser = browse(cast.olli, language="en")
    page = browser.get(f"{matrix_url}?paper=1")
    assert len(page.all(".matrix-sheet")) == 1
    shown = [[words(cell) for cell in row.select("td")][2:] for row in page.all("tbody tr")]
    content = browser.download(f"{url}/evaluation/matrix-file/sea")
    rows = list(load_workbook(BytesIO(content)).active.iter_rows(values_only=True))
    assert rows[0][:4] == ("Place", "Offer", "Comparison price", "Total points")
    filed = [["–" if cell is None else str(cell) for cell in row[4:]] for row in rows[2:]]
    assert filed == shown
    assert all(isinstance(cell, int) for row in rows[2:] for cell in row[4:] if cell is not None)
    assert sum(Decimal(str(weight)) for weight in rows[1][4:]) > 0


def test_nobody_sees_points_there_that_the_lots_page_keeps_from_them(
    browse: Browse, cast: Cast, matrix_url: str, evaluating: Evaluating
) -> None:
    evaluating.until("judged")
    evaluating.assess(cast.erik, cast.river, (1, 2, 2, 2))
    page = browse(cast.eeva).get(matrix_url)
    cells = [words(cell) for cell in page.all("tbody td")]
    assert set(cells) == {"–"}
    browse(cast.roope).get(matrix_url, 403)
