"""The first sheet of the workbook: what it is of, how far it is, and how it is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from portal.language import formats
from portal.offers.queries import OwnOffer
from portal.offers.sheet import layout
from portal.offers.sheet.layout import column_letter
from portal.shared.names import name_in

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_LEFT, _WIDE = 28, 90
_TALL = 34
_FIRST = 2


@dataclass(frozen=True)
class Looks:
    """How the sheet's title, heads, texts and numbers look."""

    title: Format
    heading: Format
    plain: Format
    number: Format


def write_instructions(
    sheet: Worksheet,
    own: OwnOffer,
    titles: Mapping[str, str],
    language: str,
    at: datetime,
    looks: Looks,
) -> None:
    """Fill the sheet; ``titles`` are those of the other sheets by what they are for."""
    sheet.set_column(0, 0, _LEFT)
    sheet.set_column(1, 1, _WIDE)
    sheet.write_string(0, 0, _("Offer: working file"), looks.title)
    due = own.procurement.offers_due
    facts = [
        (_("Call"), name_in(own.procurement.title, language)),
        (_("Reference of the procurement"), own.procurement.reference),
        (_("Provider"), name_in(own.provider.name, language)),
        (_("Downloaded"), formats.instant(at, language)),
        (_("Offers due"), "" if due is None else formats.instant(due, language)),
    ]
    row = _FIRST
    for what, value in facts:
        sheet.write_string(row, 0, what, looks.heading)
        sheet.write_string(row, 1, value, looks.plain)
        row += 1
    answered = sum(bool(own.content.answers.get(one.key)) for one in own.criteria)
    priced = sum(lot.key in own.content.lots for lot in own.lots)
    prices = _counted(titles["prices"], layout.PRICE, len(own.lots))
    answers = _counted(titles["answers"], layout.ANSWER, len(own.criteria))
    for what, formula, now in (
        (_("Lots with a price"), prices, priced),
        (_("Answers written"), answers, answered),
    ):
        sheet.write_string(row, 0, what, looks.heading)
        sheet.write_formula(row, 1, formula, looks.number, now)
        row += 1
    for n, text in enumerate(_words(), row + 1):
        sheet.merge_range(n, 0, n, 1, text, looks.plain)
        sheet.set_row(n, _TALL)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _counted(title: str, column: int, rows: int) -> str:
    """How many cells of the column are filled."""
    letter, last = column_letter(column), layout.FIRST_ROW + max(rows, 1) - 1
    quoted = title.replace("'", "''")
    return f"=COUNTA('{quoted}'!{letter}{layout.FIRST_ROW}:{letter}{last})"


def _words() -> list[str]:
    return [
        _("This file is a draft. It is not an offer: an offer is submitted in the portal only."),
        _(
            "Write in the pale yellow cells only. All else is locked, so that the file can"
            " be read back."
        ),
        _("Do not rename, remove or move sheets. Rows may be left empty."),
        _(
            "Prices are in euros without value added tax, with at most two decimals. Leave"
            " the price empty if you do not offer the lot."
        ),
        _(
            "A promise is something that will be followed up during the contract. Each has a"
            " row of its own."
        ),
        _(
            "Mark as a trade secret no more than the passage that is one: copy its very"
            " words. If the passage is left empty, the whole answer is taken to be secret."
        ),
        _(
            "Who offers, the declarations and the files are not in this file. Write them on"
            " the pages."
        ),
        _(
            "When you send the file back, the portal shows what would change in the draft."
            " Nothing changes before you confirm it."
        ),
        _(
            "What others have written on the pages since the file was downloaded stays,"
            " unless you choose the text of the file."
        ),
        _("The portal keeps the draft sealed. This file is not sealed: take care who gets it."),
    ]
