"""The working file of an offer: what goes out comes back, what is typed comes back exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from random import Random
from secrets import token_hex
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from portal.offers.attachments import Book, Limits, book_in
from portal.offers.queries import OwnOffer
from portal.offers.queries.own import own_page
from portal.offers.rules import LotPrice, OfferContent, Promise, Secret
from portal.offers.sheet import layout
from portal.offers.sheet.kept import brought_back, kept
from portal.offers.sheet.reading import Filled, read_book
from portal.offers.sheet.rules import Part, Place, join, said, taken
from portal.offers.sheet.writing import offer_book
from portal.organisations.models import Person
from portal.shared.errors import RuleBroken
from portal.web.language import answering_in
from tests.offers.conftest import FULL, OPENS, Acting
from tests.promises.figures import times

LIMITS = Limits(megabytes=20, pages=500, cells=200_000, megapixels=50)
KEYS = ("staff_competence", "own")


@pytest.fixture
def own(act: Acting, app: Flask) -> Iterator[OwnOffer]:
    """Jokiopisto's draft as its page has it, while a request lasts."""
    act.save()
    with act.database.reading() as session, app.test_request_context():
        person = session.get_one(Person, act.cast.roope.id)
        yield own_page(session, act.call, person, None, OPENS)


def written(own: OwnOffer, content: OfferContent, language: str = "fi") -> bytes:
    with answering_in(language):
        return offer_book(replace(own, content=content), language, OPENS)


def read(own: OwnOffer, content: bytes) -> Filled:
    book = book_in("tarjous.xlsx", content, LIMITS)
    return read_book(
        book,
        call=own.procurement.id,
        provider=own.provider.id,
        lots=[lot.key for lot in own.lots],
        criteria=[one.key for one in own.criteria],
    )


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def everything(content: OfferContent, filled: Filled) -> OfferContent:
    return taken(content, filled.values, join(content, filled.values, filled.then).from_file)


ALPHABET = "abcåäöÅÄÖ €=+-@\"'<&>\n1,;_x"
TEXTS = st.text(ALPHABET + "\U0001f600", max_size=60).map(str.strip)
SUMS = st.decimals(Decimal("0.01"), Decimal("99999999.99"), places=2)


@st.composite
def offers(draw: st.DrawFn) -> OfferContent:
    """Any offer that the pages take, in its parts that are in the file."""
    answers = {key: text for key in KEYS if (text := draw(TEXTS))}
    promises = draw(
        st.lists(st.builds(Promise, st.sampled_from(KEYS), TEXTS.filter(bool)), max_size=5)
    )
    secrets = [
        Secret(key, draw(TEXTS.filter(bool)), draw(st.sampled_from(["", text])))
        for key, text in answers.items()
        if len(" ".join(text.split())) >= 4 and draw(st.booleans())
    ]
    lots = {
        key: LotPrice(draw(SUMS), draw(st.none() | SUMS))
        for key in ("sea", "Osa-alue 2")
        if draw(st.booleans())
    }
    return OfferContent(lots, answers, tuple(promises), tuple(secrets))


def places_of(content: OfferContent) -> dict[Place, object]:
    parts = [Place(Part.LOT, key) for key in ("sea", "Osa-alue 2")]
    parts += [Place(part, key) for part in list(Part)[1:] for key in KEYS]
    return {place: said(content, place) for place in parts}


def test_any_offer_comes_back_as_it_went_out(own: OwnOffer) -> None:
    tried = 0

    @settings(max_examples=times(5, 300), deadline=None)
    @given(offers(), st.sampled_from(["fi", "sv", "en"]))
    def comes_back(content: OfferContent, language: str) -> None:
        nonlocal tried
        tried += 1
        filled = read(own, written(own, content, language))
        assert filled.problems == ()
        assert not join(content, filled.values, filled.then)
        assert places_of(taken(OfferContent(), filled.values, filled.values)) == places_of(content)

    comes_back()
    assert tried >= 5


def test_whatever_valid_is_typed_comes_back_exactly(own: OwnOffer) -> None:
    @settings(max_examples=times(5, 300), deadline=None)
    @given(offers(), offers(), st.randoms(use_true_random=False))
    def comes_back(before: OfferContent, after: OfferContent, chance: Random) -> None:
        book = load_workbook(BytesIO(written(own, before)))
        typed_over(book, after, chance)
        filled = read(own, saved(book))
        assert filled.problems == ()
        assert places_of(everything(before, filled)) == places_of(after)

    comes_back()


def typed_over(book: Workbook, content: OfferContent, chance: Random) -> None:
    """Type another offer into the file, its rows wherever there is room."""
    prices, answers = book["Hinnat"], book["Vastaukset"]
    for row, key in enumerate(("sea", "Osa-alue 2"), layout.FIRST_ROW):
        lot = content.lots.get(key)
        prices.cell(row, layout.PRICE).value = None if lot is None else float(lot.price)
        fee = None if lot is None else lot.coordination_fee
        prices.cell(row, layout.FEE).value = None if fee is None else float(fee)
    labels = {}
    for row, key in enumerate(KEYS, layout.FIRST_ROW):
        labels[key] = answers.cell(row, layout.CRITERION).value
        typed(answers, row, layout.ANSWER, content.answers.get(key, ""))
    lists = {
        "Lupaukset": [(one.criterion, one.text) for one in content.promises],
        "Liikesalaisuudet": [(one.criterion, one.passage, one.reason) for one in content.secrets],
    }
    for title, rows in lists.items():
        sheet = book[title]
        for row in range(layout.FIRST_ROW, layout.FIRST_ROW + 30):
            for column in range(layout.CRITERION, layout.REASON + 1):
                sheet.cell(row, column).value = None
        places = sorted(chance.sample(range(layout.FIRST_ROW, layout.FIRST_ROW + 30), len(rows)))
        for row, (key, *texts) in zip(places, rows, strict=True):
            typed(sheet, row, layout.CRITERION, labels[key])
            for column, text in enumerate(texts, layout.PROMISE):
                typed(sheet, row, column, text)


def typed(sheet: object, row: int, column: int, text: str) -> None:
    cell = sheet.cell(row, column)  # type: ignore[attr-defined]
    cell.value = text or None
    if text:
        cell.data_type = "s"


def test_a_reckoned_sum_is_read_as_its_value_and_one_never_reckoned_is_told_of(
    own: OwnOffer,
) -> None:
    content = written(own, FULL)
    book = load_workbook(BytesIO(content))
    book["Hinnat"]["C5"] = "=50+8.5"
    filled = read(own, saved(book))
    assert [(one.place, one.kind) for one in filled.problems] == [("Hinnat!C5", "cell_formula")]
    told = book_in("a.xlsx", content, LIMITS)
    told["Hinnat"][5, layout.PRICE] = replace(
        told["Hinnat"][5, layout.PRICE], value=Decimal("58.500000000000007")
    )
    assert of(own, told).values[Place(Part.LOT, "sea")] == (("58.5", "1200"),)


def of(own: OwnOffer, book: Book) -> Filled:
    return read_book(
        book, call=own.procurement.id, provider=own.provider.id, lots=["sea"], criteria=KEYS
    )


MISTAKES: list[tuple[str, object, str]] = [
    ("Hinnat!C5", 0, "price_not_above_zero"),
    ("Hinnat!C5", "58,50 € tai alle", "not_money"),
    ("Hinnat!C5", 58.123, "too_many_decimals"),
    ("Hinnat!C5", True, "cell_other"),
    ("Hinnat!C5", None, "price_missing"),
    ("Hinnat!A6", "sea", "row_twice"),
    ("Hinnat!A6", "elsewhere", "row_unknown"),
    ("Lupaukset!B5", "8. Tuntematon", "criterion_unknown"),
    ("Lupaukset!B5", None, "criterion_missing"),
    ("Lupaukset!C5", "x" * 2_001, "too_long"),
    ("Liikesalaisuudet!C5", "sanoja joita ei ole", "passage_not_found"),
    ("Liikesalaisuudet!C5", "ja", "passage_short"),
    ("Liikesalaisuudet!D5", None, "secret_reason_missing"),
]


def test_each_mistake_is_told_of_by_its_cell(own: OwnOffer) -> None:
    content = written(own, FULL)
    for cell, value, kind in MISTAKES:
        book = load_workbook(BytesIO(content))
        title, name = cell.split("!")
        book[title][name] = value
        first = read(own, saved(book)).problems[0]
        assert (first.place, first.kind) == (cell.replace("A6", "B6"), kind)


def test_a_sum_typed_as_text_is_read_in_the_language_of_the_file(own: OwnOffer) -> None:
    book = load_workbook(BytesIO(written(own, FULL)))
    book["Hinnat"]["C5"] = "1 058,50 €"
    filled = read(own, saved(book))
    assert filled.values[Place(Part.LOT, "sea")] == (("1058.5", "1200"),)


def test_a_sheet_that_is_gone_or_renamed_is_told_of(own: OwnOffer) -> None:
    book = load_workbook(BytesIO(written(own, FULL)))
    del book["Lupaukset"]
    book["Vastaukset"].title = "Omat vastaukset"
    problems = [(one.place, one.kind) for one in read(own, saved(book)).problems]
    assert problems == [("Vastaukset", "sheet_missing"), ("Lupaukset", "sheet_missing")]


def test_nothing_that_was_typed_becomes_a_formula(own: OwnOffer) -> None:
    evil = '=HYPERLINK("https://example.org","x")'
    content = replace(FULL, answers={**FULL.answers, "own": evil})
    sheet = load_workbook(BytesIO(written(own, content)))["Vastaukset"]
    assert (sheet["E6"].value, sheet["E6"].data_type) == (evil, "s") or sheet["E6"].data_type == "s"


def test_what_cannot_be_a_file_of_ours_is_refused(own: OwnOffer) -> None:
    content = written(own, FULL)
    for damage in (
        lambda book: book[layout.HIDDEN].__setitem__("A1", "jotain"),
        lambda book: book[layout.HIDDEN].__setitem__("B2", "99"),
        lambda book: book[layout.HIDDEN].__setitem__("B5", "x"),
        lambda book: book[layout.HIDDEN].__setitem__(f"A{layout.FIRST_PLACE}", "nothing sea"),
        lambda book: book.__delitem__(layout.HIDDEN),
    ):
        book = load_workbook(BytesIO(content))
        damage(book)
        with pytest.raises(RuleBroken, match="offer_sheet_unknown"):
            read(own, saved(book))


def test_more_text_than_can_be_told_is_refused() -> None:
    book = Workbook()
    for row in range(1, 100):
        book.active.cell(row, 1).value = token_hex(16_000)
    with pytest.raises(RuleBroken, match="file_too_much_text"):
        book_in("a.xlsx", saved(book), LIMITS)


def test_the_page_carries_what_was_read_and_nothing_else_is_believed(own: OwnOffer) -> None:
    filled = read(own, written(own, FULL))
    text = kept(filled, "secret")
    call, provider = own.procurement.id, own.provider.id
    assert brought_back(text, "secret", call=call, provider=provider) == filled
    for secret, other in (("another", provider), ("secret", uuid4())):
        with pytest.raises(RuleBroken, match="offer_sheet_lost"):
            brought_back(text, secret, call=call, provider=other)


def test_the_same_draft_at_the_same_time_is_the_same_file(own: OwnOffer) -> None:
    assert written(own, FULL) == written(own, FULL)
