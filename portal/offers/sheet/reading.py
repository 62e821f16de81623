"""Reading a filled workbook: what it says place by place, and what is wrong in which cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from portal.language.formats import LOCALES, parse_money
from portal.offers.attachments import Book, BookCell
from portal.offers.rules import OfferContent, Promise, Secret, require_secrets
from portal.offers.sheet import layout
from portal.offers.sheet.rules import Part, Place, Rows, mark, place_named, said, tidy
from portal.shared.errors import RuleBroken
from portal.shared.numbers import plain

_NOISE_PLACES = 8
"""What a spreadsheet reckons differs in the last digits: 0.1 + 0.2 is a bit more than 0.3."""
_MOST_DIGITS = 14
Sheet = Mapping[tuple[int, int], BookCell]


@dataclass(frozen=True)
class CellProblem:
    """One thing wrong: its sheet, its cell (none where the sheet is gone), its kind, and facts."""

    sheet: str
    cell: str
    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """As spreadsheet programs write it: ``Hinnat!C7``."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet


@dataclass(frozen=True)
class Filled:
    """A workbook as read: what it was downloaded of, and what it says.

    ``then`` are the marks of what the draft said at that time; ``draft`` its hash, ``amendment``
    the number of the call's last amendment.
    """

    call: UUID
    provider: UUID
    amendment: int
    draft: str
    values: Mapping[Place, Rows]
    then: Mapping[Place, str]
    problems: tuple[CellProblem, ...]


@dataclass(frozen=True)
class _Identity:
    said: Mapping[str, str]
    then: Mapping[Place, str]
    labels: Mapping[str, str]
    """The key of each criterion by what it is called in the workbook."""


def read_book(
    book: Book, *, call: UUID, provider: UUID, lots: Sequence[str], criteria: Sequence[str]
) -> Filled:
    """What the workbook says, with its problems; nothing of it is kept here.

    What is as it was downloaded is never found wrong. Raises ``offer_sheet_unknown``,
    ``offer_sheet_of_other_call``, ``offer_sheet_of_other_provider``.
    """
    identity = _identity(book)
    if identity.said["call"] != str(call):
        raise RuleBroken("offer_sheet_of_other_call", field="file")
    if identity.said["provider"] != str(provider):
        raise RuleBroken("offer_sheet_of_other_provider", field="file")
    reader = _Reader(book, identity, criteria)
    reader.read_prices(lots)
    reader.read_answers()
    reader.read_list("promises", (layout.PROMISE,), Part.PROMISES)
    reader.read_list("secrets", (layout.PASSAGE, layout.REASON), Part.SECRETS)
    return Filled(
        call=call,
        provider=provider,
        amendment=int(identity.said["amendment"]),
        draft=identity.said["draft"],
        values=reader.values,
        then=identity.then,
        problems=tuple(reader.problems),
    )


def _identity(book: Book) -> _Identity:
    cells = book.get(layout.HIDDEN, {})

    def text(row: int, column: int) -> str:
        cell = cells.get((row, column))
        return "" if cell is None else str(cell.value)

    told = {name: text(row, 2) for row, name in enumerate(layout.IDENTITY, 2)}
    right = (
        text(1, 1) == layout.SIGN
        and told["layout"] == layout.LAYOUT
        and told["amendment"].isdecimal()
        and told["language"] in LOCALES
    )
    if not right:
        raise RuleBroken("offer_sheet_unknown", field="file")
    then: dict[Place, str] = {}
    labels: dict[str, str] = {}
    row = layout.FIRST_PLACE
    try:
        while name := text(row, 1):
            place = place_named(name)
            then[place] = text(row, 2)
            if place.part == Part.ANSWER:
                labels[_folded(text(row, 3))] = place.key
            row += 1
    except ValueError as fault:
        raise RuleBroken("offer_sheet_unknown", field="file") from fault
    return _Identity(told, then, labels)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


class _Reader:
    """Goes through the sheets; ``values`` are what they say, ``problems`` what is wrong in them."""

    def __init__(self, book: Book, identity: _Identity, criteria: Sequence[str]) -> None:
        self.values: dict[Place, Rows] = {}
        self.problems: list[CellProblem] = []
        self._book = book
        self._identity = identity
        self._criteria = criteria
        self._title = ""
        self._sheet: Sheet = {}

    def read_prices(self, lots: Sequence[str]) -> None:
        """A row for each lot, found by its hidden key."""
        if not self._opened("prices"):
            return
        rows = self._rows_by_key(lots)
        for key, row in rows.items():
            before = len(self.problems)
            price = self._money(row, layout.PRICE)
            fee = self._money(row, layout.FEE)
            place = Place(Part.LOT, key)
            value: Rows = () if price is None and fee is None else ((_digits(price), _digits(fee)),)
            if self._as_it_was(place, value, before):
                continue
            if price is None and fee is not None:
                self._wrong(row, layout.PRICE, "price_missing")
            self._require_sum(row, layout.PRICE, price, "price_not_above_zero", above=True)
            self._require_sum(row, layout.FEE, fee, "fee_below_zero", above=False)

    def _require_sum(
        self, row: int, column: int, value: Decimal | None, kind: str, *, above: bool
    ) -> None:
        if value is None:
            return
        if value < 0 or (above and value == 0):
            self._wrong(row, column, kind)
        elif value != value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP):
            self._wrong(row, column, "too_many_decimals")

    def read_answers(self) -> None:
        """A row for each criterion, found by its hidden key."""
        if not self._opened("answers"):
            return
        for key, row in self._rows_by_key(self._criteria).items():
            before = len(self.problems)
            answer = self._text(row, layout.ANSWER)
            place = Place(Part.ANSWER, key)
            if not self._as_it_was(place, ((answer,),) if answer else (), before):
                self._require_length(row, layout.ANSWER, answer, layout.LONGEST_ANSWER)

    def read_list(self, name: str, columns: Sequence[int], part: Part) -> None:
        """Rows in any order, each with the criterion that it belongs to."""
        if not self._opened(name):
            return
        found: dict[str, list[tuple[int, tuple[str, ...]]]] = {key: [] for key in self._criteria}
        before = len(self.problems)
        for row in self._filled_rows((layout.CRITERION, *columns)):
            texts = tuple(self._text(row, column) for column in columns)
            label = self._text(row, layout.CRITERION)
            key = self._identity.labels.get(_folded(label))
            if not any(texts) and (part == Part.PROMISES or not label):
                continue
            if key is None or key not in found:
                kind = "criterion_unknown" if label else "criterion_missing"
                self._wrong(row, layout.CRITERION, kind)
                continue
            found[key].append((row, texts))
        for key, rows in found.items():
            place = Place(part, key)
            value = tuple(texts for _row, texts in rows)
            if not self._as_it_was(place, value, before):
                self._require_rows(key, rows, columns, part)

    def _require_rows(
        self,
        key: str,
        rows: Sequence[tuple[int, tuple[str, ...]]],
        columns: Sequence[int],
        part: Part,
    ) -> None:
        for n, (row, texts) in enumerate(rows):
            if n == layout.MOST_LISTED:
                facts = {"most": layout.MOST_LISTED}
                self._wrong(row, layout.CRITERION, "too_many_rows", facts)
                return
            for column, text in zip(columns, texts, strict=True):
                most = layout.LONGEST_ANSWER if column == layout.PASSAGE and len(columns) > 1 else 0
                self._require_length(row, column, text, most or layout.LONGEST_NOTE)
            if part == Part.SECRETS:
                self._require_secret(row, key, *texts)

    def _require_secret(self, row: int, key: str, passage: str, reason: str) -> None:
        """By the rule of the pages, in the texts that the workbook itself has."""
        content = replace(
            OfferContent(),
            answers={key: self._said(Part.ANSWER, key)},
            promises=tuple(
                Promise(key, text) for (text,) in self.values.get(Place(Part.PROMISES, key), ())
            ),
            secrets=(Secret(key, reason, passage),),
        )
        try:
            require_secrets(content)
        except RuleBroken as broken:
            column = layout.REASON if broken.rule == "secret_reason_missing" else layout.PASSAGE
            self._wrong(row, column, broken.rule, broken.facts)

    def _said(self, part: Part, key: str) -> str:
        return "".join(text for (text,) in self.values.get(Place(part, key), ()))

    def _opened(self, name: str) -> bool:
        self._title = self._identity.said[name]
        found = self._book.get(self._title)
        self._sheet = found or {}
        if found is None:
            self.problems.append(CellProblem(self._title, "", "sheet_missing"))
        return found is not None

    def _rows_by_key(self, keys: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for (row, column), cell in sorted(self._sheet.items(), key=lambda item: item[0]):
            if column != layout.KEY or row < layout.FIRST_ROW:
                continue
            key = str(cell.value)
            if key not in keys:
                # A lot that an amendment has taken out: nothing of it can be taken.
                self._wrong(row, layout.LOT, "row_unknown")
            elif key in found:
                self._wrong(row, layout.LOT, "row_twice")
            else:
                found[key] = row
        for key in keys:
            if key not in found and any(place.key == key for place in self._identity.then):
                facts = {"key": key}
                self.problems.append(CellProblem(self._title, "", "row_missing", facts))
        return found

    def _filled_rows(self, columns: Sequence[int]) -> list[int]:
        rows = {row for row, column in self._sheet if column in columns}
        return sorted(row for row in rows if row >= layout.FIRST_ROW)

    def _as_it_was(self, place: Place, value: Rows, problems_before: int) -> bool:
        """Keep the value; true where it is what was downloaded, or could not be read at all."""
        self.values[place] = value
        listed = place.part in (Part.PROMISES, Part.SECRETS)
        unread = len(self.problems) > problems_before and not listed
        return unread or mark(value) == self._identity.then.get(place)

    def _text(self, row: int, column: int) -> str:
        cell = self._sheet.get((row, column))
        if cell is None:
            return ""
        if cell.kind in ("formula", "other"):
            self._wrong(row, column, f"cell_{cell.kind}")
            return ""
        value = plain(cell.value) if isinstance(cell.value, Decimal) else cell.value
        return tidy(value.replace("_x000D_", ""))

    def _money(self, row: int, column: int) -> Decimal | None:
        """A number, or a sum written as text in the language of the workbook."""
        cell = self._sheet.get((row, column))
        if cell is None:
            return None
        if isinstance(cell.value, Decimal):
            if not cell.value.is_finite() or cell.value.adjusted() > _MOST_DIGITS:
                self._wrong(row, column, "not_money")
                return None
            return cell.value.quantize(
                Decimal(1).scaleb(-_NOISE_PLACES), rounding=ROUND_HALF_UP
            ).normalize()
        text = self._text(row, column)
        if not text:
            return None
        try:
            value = parse_money(text, self._identity.said["language"])
        except ValueError:
            self._wrong(row, column, "not_money")
            return None
        if value.adjusted() > _MOST_DIGITS:
            self._wrong(row, column, "not_money")
            return None
        return value

    def _require_length(self, row: int, column: int, text: str, most: int) -> None:
        if len(text) > most:
            self._wrong(row, column, "too_long", {"most": most})

    def _wrong(
        self, row: int, column: int, kind: str, facts: Mapping[str, Any] | None = None
    ) -> None:
        cell = layout.cell_name(row, column)
        self.problems.append(CellProblem(self._title, cell, kind, facts or {}))


def _digits(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def marks(content: OfferContent, places: Sequence[Place]) -> dict[Place, str]:
    """The marks of what an offer says, for the hidden sheet."""
    return {place: mark(said(content, place)) for place in places}
