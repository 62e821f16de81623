"""The search of the register."""

from __future__ import annotations

from datetime import timedelta

from portal.database import Database
from portal.provider_cards.rules import EntryKind
from tests.cast import Cast
from tests.provider_cards.cards import NOW, TODAY, put_card, put_many, search, titles

HOSTILE = [
    "%",
    "_",
    "%%%%",
    "100 %",
    "' OR 1=1 --",
    "\\",
    "!!! ??? …",
    "-",
    "\x00\x01",
    "\ud800",
    "siivous\x00",
    "x" * 5_000,
    "sana " * 2_000,
    "å" * 300,
    "*", "(((", "\"'", "🙂", "ﷺ" * 100, "e" + "\u0301" * 500,
]  # fmt: skip


def test_a_card_is_found_by_any_form_of_its_words_in_three_languages(
    database: Database, cast: Cast
) -> None:
    put_card(database, cast)
    for query in (
        "siivooja", "siivoojien", "SIIVOUS", "maahanmuuttajille", "työttömien", "kielitukea",
        "Lapissa", "kainuun", "sodankylässä", "jokiopistosta", "osatutkintoja",
        "työturvallisuuskortit",
        "städarna", "lokalvård", "examensdelar", "Lappland", "cleaned", "learning", "lapland",
        "siiv", "työturv",
    ):  # fmt: skip
        assert titles(search(database, cast, query)), query
    for query in ("hitsaus", "uusimaa", "vård", "lapset"):
        assert not search(database, cast, query).rows, query


def test_what_has_more_of_the_words_comes_first_and_then_what_says_so_in_its_title(
    database: Database, cast: Cast
) -> None:
    plain = {"services": {}, "target_groups": {}, "preconditions": {}, "entries": ENTRIES}
    put_card(database, cast, title={"fi": "Aamuryhmä"}, description={"fi": "Hitsausta."}, **plain)
    put_card(database, cast, title={"fi": "Hitsaus"}, description={"fi": "Päivällä."}, **plain)
    put_card(
        database,
        cast,
        title={"fi": "Yhdessä"},
        description={"fi": "Hitsausta ja suomen kieltä."},
        **plain,
    )
    assert titles(search(database, cast, "hitsaus kieli")) == ["Yhdessä", "Hitsaus", "Aamuryhmä"]


ENTRIES = {EntryKind.STAGE: ["training"], EntryKind.REGION: ["lappi"]}


def test_a_card_that_is_out_of_date_comes_after_its_equals_which_are_in_finnish_order(
    database: Database, cast: Cast
) -> None:
    for name in ("Öljy", "Älä", "Åtta", "Zoo", "alku"):
        put_card(database, cast, title={"fi": name})
    put_card(database, cast, title={"fi": "Aarre"}, at=NOW - timedelta(days=181))
    found = search(database, cast)
    assert titles(found) == ["alku", "Zoo", "Åtta", "Älä", "Öljy", "Aarre"]
    assert [row.out_of_date for row in found.rows] == [False] * 5 + [True]
    assert not search(database, cast, today=TODAY - timedelta(days=1)).rows[0].out_of_date


def test_a_list_narrows_the_search_and_tells_how_many_each_entry_would_leave(
    database: Database, cast: Cast
) -> None:
    put_card(database, cast, title={"fi": "Lapissa"})
    put_card(
        database,
        cast,
        title={"fi": "Kaikkialla"},
        entries={EntryKind.STAGE: ["guidance"], EntryKind.REGION: ["lappi", "whole_country"]},
    )
    found = search(database, cast, chosen={EntryKind.REGION: "lappi"})
    assert titles(found) == ["Kaikkialla", "Lapissa"]
    counts = {
        (facet.kind, option.key): option.cards for facet in found.facets for option in facet.options
    }
    assert counts["stage", "training"] == counts["stage", "guidance"] == 1
    assert counts["region", "lappi"] == counts["region", "kainuu"] == 2
    assert counts["region", "uusimaa"] == counts["region", "whole_country"] == 1
    both = {EntryKind.REGION: "uusimaa", EntryKind.STAGE: "guidance"}
    assert titles(search(database, cast, chosen=both)) == ["Kaikkialla"]
    assert titles(search(database, cast, "kielituki", both)) == []
    unknown = search(database, cast, chosen={EntryKind.REGION: "narnia' --"})
    assert len(unknown.rows) == 2
    assert unknown.asked == {}


def test_whatever_is_typed_the_search_answers(database: Database, cast: Cast) -> None:
    put_card(database, cast)
    for query in HOSTILE:
        found = search(database, cast, query)
        assert len(found.query) <= 200, query
        assert len(found.words) <= 8, query
        assert found.unusable == (not found.words), query
        # Signs alone narrow nothing down; words that no card has find none.
        assert len(found.rows) == (1 if found.unusable or "siivous" in query else 0), query


def test_many_cards_are_counted_and_paged_like_few(database: Database, cast: Cast) -> None:
    put_many(database, cast, 400)
    assert search(database, cast, "siivouksesta").paging.total == 100
    assert titles(search(database, cast, "siivous 00004"))[0] == "Palvelu 00004 siivous"
    everything = search(database, cast, "koulutukseen")
    assert everything.paging.total == 400
    assert titles(everything)[0] == "Palvelu 00001 hitsaus"
    assert all(row.out_of_date for row in search(database, cast, "koulutukseen", n=20).rows)
    near = search(database, cast, "siivous", {EntryKind.REGION: "kainuu"})
    assert near.paging.total == 40
    (stages, *_rest) = near.facets
    assert {option.key: option.cards for option in stages.options if option.cards} == {
        "assessment": 40
    }
