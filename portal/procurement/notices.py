"""The content of a contract notice in the terms of eForms: plain values in, plain values out.

The national notice channel, Hilma, takes these terms and passes those of the European Union on to
TED. What the call does not know is named as missing, never guessed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from io import StringIO
from typing import Any

from portal.legal.rules import Regime
from portal.procurement.eforms import (
    EURO,
    FINLAND,
    LANGUAGE_CODES,
    PROCEDURES,
    SERVICES,
    TERMS,
    forms_for,
)
from portal.procurement.notice_texts import PRICE, UNITS, financial_terms, told_options
from portal.procurement.rules import CallTerms, LotTerms, OptionKind
from portal.shared.clock import in_helsinki
from portal.shared.names import LANGUAGES, name_in
from portal.shared.numbers import plain

Names = Mapping[str, str]
Value = str | Names | tuple[str, ...] | None
"""A text or a code, a text in several languages, or several codes."""


class Section(StrEnum):
    """Where in a notice a term stands."""

    NOTICE = "notice"
    BUYER = "buyer"
    PROCEDURE = "procedure"
    LOT = "lot"
    RESULT = "result"
    WINNER = "winner"


class Known(StrEnum):
    """Whether the portal gives the value, and if not, why."""

    GIVEN = "given"
    MISSING = "missing"
    BY_CHANNEL = "by_channel"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class NoticeTerm:
    """One business term with its value, as the channel takes it.

    ``lot`` is the lot's identifier within the notice; ``n`` counts what a lot has several of.
    """

    id: str
    section: Section
    value: Value
    lot: str | None = None
    n: int | None = None
    unless_given: Known = Known.MISSING

    @property
    def known(self) -> Known:
        """Whether there is a value, and if not, why."""
        return Known.GIVEN if self.value else self.unless_given

    @property
    def name(self) -> Names:
        """What the term is called."""
        return TERMS[self.id]

    @property
    def place(self) -> str:
        """The lot, and which of several: ``LOT-0001/2``."""
        return "/".join(str(part) for part in (self.lot, self.n) if part is not None)

    def lines(self) -> list[tuple[str, str]]:
        """The value as lines to be copied, each with the code of its language where it has one."""
        if self.value is None:
            return []
        if isinstance(self.value, str):
            return [("", self.value)]
        if isinstance(self.value, tuple):
            return [("", one) for one in self.value]
        return [
            (LANGUAGE_CODES[language], self.value[language])
            for language in LANGUAGES
            if self.value.get(language)
        ]


@dataclass(frozen=True)
class Notice:
    """A notice's form and its terms, in the order in which the channel asks for them."""

    kind: str
    subtype: str
    terms: tuple[NoticeTerm, ...]

    @property
    def missing(self) -> list[NoticeTerm]:
        """What is to be filled in at the channel."""
        return [term for term in self.terms if term.known is Known.MISSING]

    def of(self, section: Section) -> list[NoticeTerm]:
        """The terms of one section."""
        return [term for term in self.terms if term.section is section]

    def as_text(self, language: str) -> str:
        """Every value on a line of its own, ready to be copied."""
        return "\n".join(
            f"{term.id} {name_in(term.name, language)}"
            + "".join(f" [{part}]" for part in (term.place, code) if part)
            + f": {text}"
            for term in self.terms
            for code, text in term.lines()
        )

    def as_rows(self, language: str) -> list[list[str]]:
        """A table: term, name, place, language, value, whether it is known."""
        found = [["term", "name", "place", "language", "value", "known"]]
        for term in self.terms:
            for code, text in term.lines() or [("", "")]:
                name = name_in(term.name, language)
                found.append([term.id, name, term.place, code, text, term.known.value])
        return found

    def as_csv(self, language: str) -> str:
        """The table as CSV. A value that a spreadsheet would reckon with is marked as text."""
        written = StringIO()
        writer = csv.writer(written)
        for row in self.as_rows(language):
            writer.writerow(f"'{cell}" if _is_reckoned(cell) else cell for cell in row)
        return written.getvalue()

    def as_plain(self) -> dict[str, Any]:
        """The notice as plain data, for JSON."""
        return {
            "notice": self.kind,
            "subtype": self.subtype,
            "terms": [
                {
                    "id": term.id,
                    "section": term.section.value,
                    "lot": term.lot,
                    "n": term.n,
                    "value": _plain(term.value),
                    "known": term.known.value,
                }
                for term in self.terms
            ],
        }


_RECKONED = ("=", "+", "-", "@", "\t", "\r")


def _is_reckoned(cell: str) -> bool:
    """Some programs look past the spaces before a formula."""
    return cell.lstrip(" ").startswith(_RECKONED)


def _plain(value: Value) -> Any:
    if isinstance(value, Mapping):
        return {LANGUAGE_CODES[language]: text for language, text in value.items() if text}
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class CriterionNamed:
    """An award criterion as a notice names it."""

    title: Names
    question: Names
    weight: Decimal


@dataclass(frozen=True)
class Advertised:
    """What a notice is made from; ``address`` is where the call can be read and answered.

    ``in_union`` is whether the law asks for notices in the whole Union, not in Finland alone.
    """

    call: CallTerms
    buyer: Names
    business_id: str | None
    criteria: Sequence[CriterionNamed]
    address: str
    in_union: bool


def contract_notice(of: Advertised) -> Notice:
    """The notice that opens a call for offers."""
    forms = forms_for(of.call.regime, in_union=of.in_union)
    lots = [
        term
        for lot_id, lot in numbered(of.call.lots)
        for term in (*lot_terms(of, lot_id, lot), *_bidding(of, lot_id, lot))
    ]
    head = notice_terms(forms.legal_basis, "competition", forms.call_type, of.call)
    return Notice(
        "contract", forms.call_subtype, (*head, *buyer_terms(of), *procedure_terms(of.call), *lots)
    )


def numbered(lots: Iterable[LotTerms]) -> list[tuple[str, LotTerms]]:
    """The lots with their identifiers within a notice."""
    return [(f"LOT-{n:04}", lot) for n, lot in enumerate(lots, start=1)]


def notice_terms(
    legal_basis: str, form_type: str, notice_type: str, call: CallTerms
) -> list[NoticeTerm]:
    """What kind of notice it is, and what the channel gives it."""
    section = Section.NOTICE
    return [
        NoticeTerm("BT-01", section, legal_basis),
        NoticeTerm("BT-03", section, form_type),
        NoticeTerm("BT-02", section, notice_type),
        NoticeTerm("BT-702", section, languages_of(call.title)),
        NoticeTerm("BT-04", section, None, unless_given=Known.BY_CHANNEL),
        NoticeTerm("BT-701", section, None, unless_given=Known.BY_CHANNEL),
        NoticeTerm("BT-05", section, None, unless_given=Known.BY_CHANNEL),
    ]


def buyer_terms(of: Advertised) -> list[NoticeTerm]:
    """Who buys."""
    section = Section.BUYER
    known = [
        NoticeTerm("BT-500", section, of.buyer),
        NoticeTerm("BT-501", section, of.business_id),
        NoticeTerm("BT-514", section, FINLAND),
    ]
    unknown = ("BT-512", "BT-513", "BT-507", "BT-506", "BT-503", "BT-11", "BT-10")
    return known + [NoticeTerm(term, section, None) for term in unknown]


def procedure_terms(call: CallTerms) -> list[NoticeTerm]:
    """What is bought, and how."""
    section = Section.PROCEDURE
    codes = tuple(code[:8] for code in call.cpv)
    found = [
        NoticeTerm("BT-21", section, call.title),
        NoticeTerm("BT-24", section, call.description),
        NoticeTerm("BT-22", section, call.reference),
        NoticeTerm("BT-23", section, SERVICES),
        NoticeTerm("BT-27", section, money(call.estimated_value)),
        NoticeTerm("BT-262", section, codes[0] if codes else None),
    ]
    if codes[1:]:
        found.append(NoticeTerm("BT-263", section, codes[1:]))
    return [
        *found,
        NoticeTerm("BT-105", section, PROCEDURES[call.procedure]),
        NoticeTerm("BT-67", section, None),
    ]


def lot_terms(of: Advertised, lot_id: str, lot: LotTerms) -> list[NoticeTerm]:
    """What one lot is, and how its offers are compared."""
    call = of.call

    def term(name: str, value: Value, n: int | None = None) -> NoticeTerm:
        return NoticeTerm(name, Section.LOT, value, lot=lot_id, n=n)

    found = [
        term("BT-137", lot_id),
        term("BT-21", lot.title),
        term("BT-24", _described(lot.target_group or call.description, lot)),
        term("BT-22", lot.key),
        term("BT-23", SERVICES),
        term("BT-262", call.cpv[0][:8] if call.cpv else None),
        term("BT-25", plain(lot.capacity_estimated)),
        term("BT-625", UNITS[lot.unit]),
        term("BT-5141", FINLAND),
        term("BT-5071", None),
        term("BT-728", lot.region),
        term("BT-536", _day(call.contract_start)),
        term("BT-537", _day(call.contract_end)),
    ]
    periods = [one for one in lot.options if one.kind == OptionKind.FURTHER_PERIOD]
    others = [one for one in lot.options if one.kind != OptionKind.FURTHER_PERIOD]
    if periods:
        found.append(term("BT-58", str(sum(one.times for one in periods))))
        found.append(term("BT-57", told_options(periods, lot)))
    if others:
        found.append(term("BT-54", told_options(others, lot)))
    weighed = [CriterionNamed(PRICE, {}, call.price_weight or Decimal(0)), *of.criteria]
    for n, criterion in enumerate(weighed, start=1):
        found += [
            term("BT-539", "price" if n == 1 else "quality", n),
            term("BT-734", criterion.title, n),
            *([term("BT-540", criterion.question, n)] if criterion.question else []),
            term("BT-541", plain(criterion.weight), n),
            term("BT-5421", "per-exa", n),
        ]
    return found


def _bidding(of: Advertised, lot_id: str, lot: LotTerms) -> list[NoticeTerm]:
    """How one offers: only a contract notice asks for it."""
    call = of.call
    reserved = "res-ws" if call.regime == Regime.RESERVED else "none"
    values: list[tuple[str, Value]] = [
        ("BT-71", reserved),
        ("BT-13", _instant(call.questions_due)),
        ("BT-131", _instant(call.offers_due)),
        ("BT-17", "required"),
        ("BT-18", of.address),
        ("BT-14", "non-restricted-document"),
        ("BT-15", of.address),
        ("BT-708", tuple(LANGUAGE_CODES.values())),
        ("BT-97", None),
        ("BT-63", "not-allowed"),
        ("BT-769", "not-allowed"),
        ("BT-766", "none"),
        ("BT-765", None),
        ("BT-60", None),
        ("BT-115", None),
        ("BT-743", None),
        ("BT-99", None),
    ]
    found = [NoticeTerm(name, Section.LOT, value, lot=lot_id) for name, value in values]
    if financial := financial_terms(lot):
        found.append(NoticeTerm("BT-77", Section.LOT, financial, lot=lot_id))
    asked: list[Value] = [_requirement(one.title, one.evidence) for one in call.requirements]
    return found + [
        NoticeTerm("BT-750", Section.LOT, text, lot=lot_id, n=n)
        for n, text in enumerate(asked or [None], start=1)
    ]


def _described(text: Names, lot: LotTerms) -> Names:
    fields = ", ".join(lot.fields)
    return {language: f"{told.strip()}\n{fields}" for language, told in text.items()}


def _requirement(title: Names, evidence: Names) -> Names:
    return {
        language: ". ".join(part for part in (text, evidence.get(language, "")) if part)
        for language, text in title.items()
    }


def languages_of(title: Names) -> tuple[str, ...]:
    """The languages in which the call has a title."""
    return tuple(LANGUAGE_CODES[language] for language in LANGUAGES if title.get(language))


def money(value: Decimal | None) -> str | None:
    """A sum with its currency."""
    return None if value is None else f"{plain(value)} {EURO}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _instant(at: datetime | None) -> str | None:
    return None if at is None else in_helsinki(at).isoformat()
