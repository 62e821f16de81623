"""The rules of cards: what they must say, when they are out of date, and the words of a search."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.provider_cards.rules import (
    MOST_WORDS,
    WHOLE_COUNTRY,
    CardState,
    EntryKind,
    Part,
    card_after,
    due_day,
    entries_to_keep,
    index_of,
    is_out_of_date,
    out_of_date_before,
    require_card,
    sorted_as,
    wanted_in,
    words_of,
)
from portal.shared.errors import RuleBroken
from tests.provider_cards.cards import CARD

KNOWN = {
    EntryKind.STAGE: ["training", "guidance"],
    EntryKind.FIELD: ["cleaning"],
    EntryKind.SUPPORT: ["on_the_job", "language_support"],
    EntryKind.REGION: ["lappi", "kainuu", WHOLE_COUNTRY],
}


def finds(query: str, text: str, language: str = "fi") -> bool:
    wanted, index = wanted_in(query), index_of([Part(1, {language: text})])
    return bool(wanted) and all(any(one.found_in(term) for term in index) for one in wanted)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("siivoojaksi", "siivooja"),
        ("siivoojien", "siivoojat"),
        ("siivooja", "siivous"),
        ("hitsaajaksi", "hitsaus"),
        ("koulutuksen", "koulutus"),
        ("koulutusta", "koulutukset"),
        ("koulutus", "koulutuksessa"),
        ("nuorten", "nuoret"),
        ("nuoria", "nuorten"),
        ("työttömien", "työtön"),
        ("palkkatuella", "palkkatuki"),
        ("oppimisvaikeuksiin", "oppimisvaikeudet"),
        ("lapin", "Lappi"),
        ("varsinais-suomessa", "Varsinais-Suomi"),
        ("osaaikainen", "Osa-aikaista"),
        ("osa-aikaista", "osa aikainen, osaaikainen"),
        ("osa‑aikaista", "osa-aikainen"),  # a hyphen that does not break
        ("kiinteistö", "Kiinteistöpalvelut"),
        ("kiinteistöjen", "kiinteistöpalvelut"),
        ("kiint", "kiinteistöpalvelut"),
        ("kiinteistöpalvelut", "puhtaus- ja kiinteistöpalveluja"),
    ],
)
def test_a_finnish_word_is_found_by_its_other_forms_and_by_its_beginning(
    query: str, text: str
) -> None:
    assert finds(query, text)
    assert finds(query.upper(), text)
    assert finds(unicodedata.normalize("NFD", query), unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("query", "text", "language"),
    [
        ("vårdarbete", "vårdarbetet", "sv"),
        ("vårdarbetare", "vårdarbete", "sv"),
        ("städare", "städning", "sv"),
        ("ungdomar", "ungdomarna", "sv"),
        ("språkstödet", "språkstöd", "sv"),
        ("coaches", "coaching", "en"),
        ("companies", "company", "en"),
    ],
)
def test_a_swedish_or_english_word_is_found_by_its_other_forms(
    query: str, text: str, language: str
) -> None:
    assert finds(query, text, language)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("lapset", "Lappi"),
        ("Lapissa", "lapset"),
        ("saa", "sää"),
        ("vard", "vård"),
        ("hitsaus", "siivous"),
        ("a", "ammatti"),
        ("%", "100 %"),
        ("ja", "ja"),
    ],
)
def test_another_word_is_not_found(query: str, text: str) -> None:
    assert not finds(query, text)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["fi", "sv", "en", ""]))
def test_every_word_of_a_text_finds_the_text(text: str, language: str) -> None:
    for word in words_of(text):
        assert finds(word, text, language), word
        assert finds(word.upper(), text, language) or word.upper().casefold() != word, word


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=1_000))
def test_whatever_is_typed_becomes_few_words_none_of_which_is_empty(text: str) -> None:
    wanted = wanted_in(text)
    assert len(wanted) <= MOST_WORDS
    for one in wanted:
        assert one.whole | one.beginnings
        assert all(one.whole | one.beginnings)


def test_a_word_weighs_as_much_as_in_the_weightiest_of_its_places() -> None:
    index = index_of(
        [Part(2, {"fi": "siivous"}), Part(8, {"fi": "Siivous"}), Part(1, {"fi": "työ"})]
    )
    assert index["siivous"] == 8
    assert index["työ"] == 1


@pytest.mark.parametrize(
    ("changes", "rule", "field"),
    [
        ({"title": {"fi": "  "}}, "text_missing", "title_fi"),
        ({"description": {}}, "text_missing", "description_fi"),
        ({"entries": {EntryKind.REGION: ["lappi"]}}, "stage_missing", "stage"),
        ({"entries": {EntryKind.STAGE: ["training"]}}, "region_missing", "region"),
        ({"entries": {**CARD.entries, EntryKind.FIELD: ["x"]}}, "entry_unknown", "field"),
        ({"phone": " ", "email": ""}, "contact_missing", "phone"),
        ({"website": "javascript:alert(1)"}, "address_unusable", "website"),
        ({"services": {"sv": "kund 010190-123A"}}, "identity_code", "services_sv"),
    ],
)
def test_a_card_that_would_help_nobody_is_refused(
    changes: dict[str, Any], rule: str, field: str
) -> None:
    require_card(CARD, KNOWN)
    with pytest.raises(RuleBroken) as refused:
        require_card(replace(CARD, **changes), KNOWN)
    assert (refused.value.rule, refused.value.field) == (rule, field)


def test_a_text_in_any_language_is_enough() -> None:
    require_card(replace(CARD, title={"sv": "Städare"}, description={"en": "Cleaning"}), KNOWN)


def test_the_whole_country_takes_the_place_of_its_regions() -> None:
    chosen = {EntryKind.REGION: ["lappi", WHOLE_COUNTRY], EntryKind.STAGE: ["b", "a", "a"]}
    assert entries_to_keep(chosen) == [
        (EntryKind.STAGE, "a"),
        (EntryKind.STAGE, "b"),
        (EntryKind.REGION, WHOLE_COUNTRY),
    ]


def test_a_card_is_true_until_its_last_day_and_out_of_date_on_the_next() -> None:
    confirmed = date(2026, 1, 1)
    last = due_day(confirmed, 180)
    assert last == date(2026, 6, 30)
    assert not is_out_of_date(confirmed, last, 180)
    assert is_out_of_date(confirmed, date(2026, 7, 1), 180)
    assert out_of_date_before(last, 180) == confirmed
    assert confirmed < out_of_date_before(date(2026, 7, 1), 180)


def test_titles_are_in_finnish_order() -> None:
    names = ["Öljy", "älä", "Åtta", "Zoo", "aamu", "A\u0308ssä"]
    ordered = sorted(names, key=lambda name: sorted_as({"fi": name}))
    assert ordered == ["aamu", "Zoo", "Åtta", "älä", "A\u0308ssä", "Öljy"]


def test_a_withdrawn_card_moves_no_more() -> None:
    assert card_after(CardState.SHOWN, "withdraw_card") == CardState.WITHDRAWN
    for act in ("write_card", "confirm_card", "withdraw_card", "remark_on_card", "answer_remark"):
        with pytest.raises(RuleBroken, match="wrong_state"):
            card_after(CardState.WITHDRAWN, act)
