"""Where things stand in the workbook of an offer; cells are counted from one."""

from __future__ import annotations

LAYOUT = "1"
"""The version of the layout: a workbook of another one is not read."""
SIGN = "siirtyma-offer"

HIDDEN = "_siirtyma"
"""The sheet that nobody sees: of which call, provider, amendment and draft the workbook is."""
IDENTITY = (
    "layout",
    "call",
    "provider",
    "amendment",
    "draft",
    "language",
    "prices",
    "answers",
    "promises",
    "secrets",
)
"""What the rows of the hidden sheet say, one each after the first; the last four name sheets."""
FIRST_PLACE = 21
"""From here on the hidden sheet has in each row a place, its mark, and a criterion's label."""

HEADING_ROW = 4
FIRST_ROW = 5
KEY = 1
"""A hidden column of prices and answers: the key of the lot or the criterion."""

LOT, PRICE, FEE, PRICE_MODEL, PRICE_CHECK = 2, 3, 4, 5, 6
CRITERION, QUESTION, WEIGHT, ANSWER, ANSWER_CHECK = 2, 3, 4, 5, 6
PROMISE = 3
PASSAGE, REASON = 3, 4
"""Promises and secrets have a number in the first column and the criterion in the second."""

LONGEST_ANSWER = 20_000
LONGEST_NOTE = 2_000
"""Signs: as in the forms of the pages."""
MOST_LISTED = 100
"""Promises, and secrets, of one criterion: as many as its page has rows at most."""
SPARE_ROWS = 30


def column_letter(column: int) -> str:
    """A for the first; there are fewer columns than letters."""
    return chr(ord("A") + column - 1)


def cell_name(row: int, column: int) -> str:
    """C7 for the third column of the seventh row."""
    return f"{column_letter(column)}{row}"
