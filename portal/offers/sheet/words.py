"""Sentences for what is wrong in a cell, and what is said at a place as one text."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.language import formats
from portal.offers.sheet.reading import CellProblem
from portal.offers.sheet.rules import Part, Place, Rows

PROBLEMS: Mapping[str, Any] = {
    "cell_formula": _l(
        "The formula has not been reckoned. Open the file in a spreadsheet program, save it and"
        " send it again, or write the value itself."
    ),
    "cell_other": _l("Here is an error or something else than a text or a number."),
    "criterion_missing": _l("Choose the criterion of this row."),
    "criterion_unknown": _l("Choose a criterion of the list."),
    "fee_below_zero": _l("The coordination fee must not be below zero."),
    "not_money": _l("Write a sum of money in euros, with at most two decimals."),
    "passage_not_found": _l(
        "These words do not stand in the answer or in a promise of the criterion."
    ),
    "passage_short": _l("The passage must have at least %(least)s characters."),
    "price_missing": _l("Give the price of the lot as well as the fee."),
    "price_not_above_zero": _l("The price must be above zero."),
    "row_missing": _l(
        "A row that belongs here is gone. Download the file anew and copy your texts into it."
    ),
    "row_twice": _l("The same row stands here twice."),
    "row_unknown": _l("The call has no such row any more. Remove what you wrote in it."),
    "secret_reason_missing": _l("Say why this is a trade secret."),
    "sheet_missing": _l(
        "This sheet is gone or has another name. Give it back its name, or download the file anew."
    ),
    "too_long": _l("Shorten this text to at most %(most)s characters."),
    "too_many_decimals": _l("Round this to two decimals."),
    "too_many_rows": _l("A criterion has at most %(most)s of these rows."),
}
"""By the kind of a problem."""


def problem_text(problem: CellProblem, language: str) -> str:
    """What is wrong and what to do."""
    facts = {
        name: formats.number(fact, language) if isinstance(fact, int | Decimal) else fact
        for name, fact in problem.facts.items()
    }
    return str(PROBLEMS[problem.kind]) % facts


def rows_text(place: Place, rows: Rows, language: str) -> str:
    """What is said at a place, as it is compared and read."""
    if place.part != Part.LOT:
        return "\n".join(": ".join(filter(None, row)) for row in rows)
    if not rows:
        return str(_("not offered"))
    price, fee = rows[0]
    shown = formats.money(Decimal(price), language)
    if not fee:
        return shown
    return str(
        _(
            "%(price)s, coordination fee %(fee)s",
            price=shown,
            fee=formats.money(Decimal(fee), language),
        )
    )
