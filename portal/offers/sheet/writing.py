"""Making the workbook of an offer: what the draft says, with instructions and checks in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from portal.documents.sheets import CREATED, sheet_name
from portal.language import formats
from portal.offers.queries import OwnOffer
from portal.offers.sheet import layout
from portal.offers.sheet.instructions import Looks, write_instructions
from portal.offers.sheet.layout import cell_name, column_letter
from portal.offers.sheet.reading import marks
from portal.offers.sheet.rules import Part, places
from portal.procurement.queries.shown import CriterionShown
from portal.shared.names import name_in
from portal.web.filters import status_text

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_MOST_MONEY = 999_999_999_999
_WIDE, _MIDDLE, _NARROW, _TINY = 80, 45, 18, 5
_TALL = 120
# Courtesy, not a lock: what is read back is checked anew.
_ALLOWED = {
    "select_locked_cells": True,
    "select_unlocked_cells": True,
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
}


def label_of(criterion: CriterionShown, language: str) -> str:
    """What a criterion is called in the workbook; its number makes it the only one."""
    return f"{criterion.place + 1}. {name_in(criterion.title, language)}"


def offer_book(own: OwnOffer, language: str, at: datetime) -> bytes:
    """The workbook in the reader's language, the same bytes for the same draft and time."""
    return _Writer(own, language).written(at)


class _Writer:
    def __init__(self, own: OwnOffer, language: str) -> None:
        from xlsxwriter import Workbook  # loaded by the first workbook only

        self._own = own
        self._language = language
        self._into = BytesIO()
        self._book = Workbook(
            self._into,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        self._titles = {
            "instructions": sheet_name(_("Instructions")),
            "prices": sheet_name(_("Prices")),
            "answers": sheet_name(_("Answers")),
            "promises": sheet_name(_("Promises")),
            "secrets": sheet_name(_("Trade secrets")),
        }
        self._title = self._format(bold=True, font_size=15)
        self._plain = self._format(text_wrap=True)
        self._heading = self._format(bold=True, text_wrap=True, bottom=1, bg_color="#E8EEF4")
        self._open = self._format(text_wrap=True, locked=False, border=1, bg_color="#FFFDF0")
        self._money = self._format(
            num_format="#,##0.00", locked=False, border=1, bg_color="#FFFDF0"
        )
        self._number = self._format(num_format="0.##")

    def _format(self, **how: Any) -> Format:
        return self._book.add_format({"valign": "top", **how})

    def written(self, at: datetime) -> bytes:
        """Every sheet in its order; the first is the one that opens."""
        own = self._own
        self._book.set_properties({"title": self._name(own.procurement.title), "created": CREATED})
        sheet = self._book.add_worksheet(self._titles["instructions"])
        sheet.protect("", _ALLOWED)
        looks = Looks(self._title, self._heading, self._plain, self._format(align="left"))
        write_instructions(sheet, own, self._titles, self._language, at, looks)
        self._prices()
        self._answers()
        self._promises()
        self._secrets()
        self._identity()
        self._book.close()
        return self._into.getvalue()

    def _name(self, names: Any) -> str:
        return name_in(names, self._language)

    def _sheet(self, name: str, intro: str, heads: Sequence[tuple[str, int]]) -> Worksheet:
        """A sheet with its title, what it is for, and its heads; locked but for its open cells."""
        sheet = self._book.add_worksheet(self._titles[name])
        sheet.protect("", _ALLOWED)
        sheet.write_string(0, 1, self._titles[name], self._title)
        sheet.merge_range(1, 1, 1, len(heads) - 1, intro, self._plain)
        sheet.set_row(1, 48)
        for column, (text, width) in enumerate(heads):
            sheet.set_column(column, column, width)
            sheet.write_string(layout.HEADING_ROW - 1, column, text, self._heading)
        sheet.freeze_panes(layout.HEADING_ROW, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(layout.HEADING_ROW - 1)
        return sheet

    def _prices(self) -> None:
        own = self._own
        sheet = self._sheet(
            "prices",
            _(
                "The price of each lot that you offer, and its coordination fee. Without value"
                " added tax."
            ),
            [
                (_("Key"), _TINY),
                (_("Lot"), _MIDDLE),
                (_("Price"), _NARROW),
                (_("Coordination fee"), _NARROW),
                (_("What the price is for"), _MIDDLE),
                (_("Check"), _NARROW),
            ],
        )
        sheet.set_column(0, 0, _TINY, None, {"hidden": True})
        for n, lot in enumerate(own.lots):
            row = layout.FIRST_ROW + n
            price = own.content.lots.get(lot.key)
            sheet.write_string(row - 1, layout.KEY - 1, lot.key)
            sheet.write_string(row - 1, layout.LOT - 1, self._name(lot.title), self._plain)
            self._sum(sheet, row, layout.PRICE, None if price is None else price.price)
            self._sum(sheet, row, layout.FEE, None if price is None else price.coordination_fee)
            sheet.write_string(
                row - 1, layout.PRICE_MODEL - 1, str(status_text(lot.price_model)), self._plain
            )
            offered, missing = _("Offered"), _("Not offered")
            cell = cell_name(row, layout.PRICE)
            sheet.write_formula(
                row - 1,
                layout.PRICE_CHECK - 1,
                f'=IF({cell}="","{missing}","{offered}")',
                self._plain,
                missing if price is None else offered,
            )
        last = layout.FIRST_ROW + len(own.lots) - 2
        self._checked_sum(sheet, last, layout.PRICE, "0.01", _("Write a price above zero."))
        self._checked_sum(sheet, last, layout.FEE, "0", _("Write a fee that is not below zero."))

    def _sum(self, sheet: Worksheet, row: int, column: int, value: Decimal | None) -> None:
        if value is None:
            sheet.write_blank(row - 1, column - 1, None, self._money)
        elif Decimal(repr(float(value))) == value:
            sheet.write_number(row - 1, column - 1, float(value), self._money)
        else:
            # More digits than a spreadsheet keeps.
            text = formats.number(value, self._language)
            sheet.write_string(row - 1, column - 1, text, self._money)

    def _checked_sum(
        self, sheet: Worksheet, last: int, column: int, least: str, wrong: str
    ) -> None:
        sheet.data_validation(
            layout.FIRST_ROW - 1,
            column - 1,
            max(last, layout.FIRST_ROW - 1),
            column - 1,
            {
                "validate": "decimal",
                "criteria": "between",
                "minimum": float(least),
                "maximum": _MOST_MONEY,
                "error_title": _("Check the sum"),
                "error_message": wrong,
                "input_message": _("Euros, with at most two decimals."),
            },
        )

    def _answers(self) -> None:
        own = self._own
        sheet = self._sheet(
            "answers",
            _("The offer is scored by what can be seen in the answer."),
            [
                (_("Key"), _TINY),
                (_("Criterion"), _MIDDLE),
                (_("Question"), _MIDDLE),
                (_("Weight"), 9),
                (_("Your answer"), _WIDE),
                (_("Check"), _NARROW),
            ],
        )
        sheet.set_column(0, 0, _TINY, None, {"hidden": True})
        for n, criterion in enumerate(own.criteria):
            row = layout.FIRST_ROW + n
            question = "\n\n".join(
                filter(None, (self._name(criterion.question), self._name(criterion.guidance)))
            )
            answer = own.content.answers.get(criterion.key, "")
            sheet.set_row(row - 1, _TALL)
            sheet.write_string(row - 1, layout.KEY - 1, criterion.key)
            label = label_of(criterion, self._language)
            sheet.write_string(row - 1, layout.CRITERION - 1, label, self._plain)
            sheet.write_string(row - 1, layout.QUESTION - 1, question, self._plain)
            sheet.write_number(row - 1, layout.WEIGHT - 1, float(criterion.weight), self._number)
            self._text(sheet, row, layout.ANSWER, answer)
            written, missing = _("Written"), _("Missing")
            cell = cell_name(row, layout.ANSWER)
            sheet.write_formula(
                row - 1,
                layout.ANSWER_CHECK - 1,
                f'=IF({cell}="","{missing}","{written}")',
                self._plain,
                written if answer else missing,
            )
        last = layout.FIRST_ROW + max(len(own.criteria), 1) - 2
        self._checked_length(sheet, last, layout.ANSWER, layout.LONGEST_ANSWER)

    def _promises(self) -> None:
        own = self._own
        rows = [(one.criterion, one.text) for one in own.content.promises]
        sheet = self._sheet(
            "promises",
            _(
                "A promise is something that will be followed up during the contract. Each has a"
                " row of its own."
            ),
            [(_("Number"), 9), (_("Criterion"), _MIDDLE), (_("Promise"), _WIDE)],
        )
        last = self._listed(sheet, rows)
        self._checked_length(sheet, last, layout.PROMISE, layout.LONGEST_NOTE)

    def _secrets(self) -> None:
        own = self._own
        rows = [
            (one.criterion, one.passage, one.reason) for one in own.content.secrets if not one.file
        ]
        sheet = self._sheet(
            "secrets",
            _(
                "Copy the very words of the answer or of a promise, and say why they are a trade"
                " secret. If the passage is left empty, the whole answer is taken to be secret."
                " The total price is never a trade secret."
            ),
            [
                (_("Number"), 9),
                (_("Criterion"), _MIDDLE),
                (_("Secret passage"), _WIDE),
                (_("Why it is a trade secret"), _MIDDLE),
            ],
        )
        last = self._listed(sheet, rows)
        self._checked_length(sheet, last, layout.PASSAGE, layout.LONGEST_ANSWER)
        self._checked_length(sheet, last, layout.REASON, layout.LONGEST_NOTE)

    def _listed(self, sheet: Worksheet, rows: Sequence[Sequence[str]]) -> int:
        """Rows of a criterion and its texts, and empty ones; the last row, counted from zero."""
        labels = {one.key: label_of(one, self._language) for one in self._own.criteria}
        known = [row for row in rows if row[0] in labels]
        width = 3 if sheet.get_name() == self._titles["secrets"] else 2
        count = len(known) + layout.SPARE_ROWS
        for n in range(count):
            key, *texts = known[n] if n < len(known) else [""] * width
            row = layout.FIRST_ROW + n
            sheet.write_number(row - 1, 0, n + 1, self._number)
            for column, text in enumerate((labels.get(key, ""), *texts), layout.CRITERION):
                self._text(sheet, row, column, text)
        last = layout.FIRST_ROW + count - 2
        letter = column_letter(layout.CRITERION)
        end = layout.FIRST_ROW + max(len(labels), 1) - 1
        answers = self._titles["answers"].replace("'", "''")
        sheet.data_validation(
            layout.FIRST_ROW - 1,
            layout.CRITERION - 1,
            last,
            layout.CRITERION - 1,
            {
                "validate": "list",
                "source": f"='{answers}'!${letter}${layout.FIRST_ROW}:${letter}${end}",
                "error_title": _("Check the criterion"),
                "error_message": _("Choose a criterion of the list."),
            },
        )
        return last

    def _text(self, sheet: Worksheet, row: int, column: int, text: str) -> None:
        if text:
            sheet.write_string(row - 1, column - 1, text, self._open)
        else:
            sheet.write_blank(row - 1, column - 1, None, self._open)

    def _checked_length(self, sheet: Worksheet, last: int, column: int, most: int) -> None:
        shown = formats.number(most, self._language)
        sheet.data_validation(
            layout.FIRST_ROW - 1,
            column - 1,
            last,
            column - 1,
            {
                "validate": "length",
                "criteria": "<=",
                "value": most,
                "error_title": _("Check the text"),
                "error_message": _("Shorten this text to at most %(most)s characters.", most=shown),
            },
        )

    def _identity(self) -> None:
        own = self._own
        sheet = self._book.add_worksheet(layout.HIDDEN)
        sheet.very_hidden()
        sheet.protect("", _ALLOWED)
        told = {
            "layout": layout.LAYOUT,
            "call": str(own.procurement.id),
            "provider": str(own.provider.id),
            "amendment": str(own.procurement.amended),
            "draft": own.hash,
            "language": self._language,
            **self._titles,
        }
        sheet.write_string(0, 0, layout.SIGN)
        for row, name in enumerate(layout.IDENTITY, 1):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, told[name])
        labels = {one.key: label_of(one, self._language) for one in own.criteria}
        asked = places([lot.key for lot in own.lots], labels)
        for row, (place, its_mark) in enumerate(marks(own.content, asked).items()):
            sheet.write_string(layout.FIRST_PLACE - 1 + row, 0, str(place))
            sheet.write_string(layout.FIRST_PLACE - 1 + row, 1, its_mark)
            if place.part == Part.ANSWER:
                sheet.write_string(layout.FIRST_PLACE - 1 + row, 2, labels[place.key])
