from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from time import perf_counter
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from portal.offers.reuse.differences import (
    MOST_TOKENS,
    Kind,
    Piece,
    content_changes,
    is_changed,
    pieces,
)
from portal.offers.rules import LotPrice, OfferContent, OfferFile, Promise, Secret
from tests.offers.conftest import FULL

texts = st.text(alphabet="ab ,.\nä", max_size=60)


def shown(before: str, after: str) -> str:
    signs = {Kind.SAME: "{}", Kind.GONE: "[-{}-]", Kind.NEW: "[+{}+]"}
    return "".join(signs[piece.kind].format(piece.text) for piece in pieces(before, after))


def test_words_that_differ_are_told_apart() -> None:
    assert (
        shown("Kouluttaja ja valmentaja ovat pari.", "Kouluttaja sekä valmentaja ovat aina pari.")
        == "Kouluttaja [-ja-][+sekä+] valmentaja ovat[+ aina+] pari."
    )


def test_the_same_text_is_one_piece_and_no_change() -> None:
    assert pieces("sama", "sama") == (Piece(Kind.SAME, "sama"),)
    assert not is_changed(pieces("sama", "sama"))
    assert pieces("", "") == ()


@given(texts, texts)
def test_both_texts_can_be_read_out_of_the_pieces(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.kind != Kind.NEW) == before
    assert "".join(piece.text for piece in found if piece.kind != Kind.GONE) == after
    assert is_changed(found) == (before != after)


def test_texts_too_long_to_compare_by_word_are_compared_as_wholes() -> None:
    before, after = "a " * MOST_TOKENS, "b " * MOST_TOKENS
    started = perf_counter()
    assert [piece.kind for piece in pieces(before, after)] == [Kind.GONE, Kind.NEW, Kind.SAME]
    assert perf_counter() - started < 2


def test_an_offer_that_says_the_same_has_no_changes() -> None:
    assert not content_changes(FULL, FULL)


def test_every_part_that_has_changed_is_named() -> None:
    kept, gone, new = (
        OfferFile(uuid4(), f"{name}.pdf", "application/pdf", 1, name) for name in "abc"
    )
    before = replace(FULL, files=(kept, gone))
    now = OfferContent(
        lots={"sea": LotPrice(Decimal(59), Decimal(1200))},
        answers={**FULL.answers, "own": "Aloitamme kahden viikon sisällä."},
        promises=(*FULL.promises, Promise("own", "Toinen.")),
        secrets=(Secret("staff_competence", "Toinen syy."),),
        files=(kept, new),
    )
    changes = content_changes(before, now)
    assert [(lot.lot, lot.before, lot.now) for lot in changes.lots] == [
        ("sea", FULL.lots["sea"], now.lots["sea"]),
        ("Osa-alue 2", FULL.lots["Osa-alue 2"], None),
    ]
    assert [change.criterion for change in changes.answers] == ["own"]
    assert [change.criterion for change in changes.promises] == ["own"]
    assert [change.criterion for change in changes.secrets] == ["staff_competence"]
    assert (changes.files_gone, changes.files_new) == (("b.pdf",), ("c.pdf",))
    assert changes.others == ()
