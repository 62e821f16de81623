"""What a search looks for."""

from __future__ import annotations

import pytest

from portal.finding.rules import MOST_WORDS, begins_one_of, terms_of, typed_in


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Sähköasentajan työpaikka", "sähkö"),
        ("Sähköasentajan työpaikka", "SÄHKÖ työp"),
        ("Sähköasentajan työpaikka", "sahko"),
        ("Åbo vuxenutbildning", "åbo"),
        ("Åbo vuxenutbildning", "abo vux"),
        ("Årsta – Café Ærø", "cafe aero"),
        ("KEHA-2026-1", "keha-20"),
        ("KEHA-2026-1", "2026-1"),
        ("KEHA–2026", "keha-2026"),
        ("ESIM/12/2026/sea", "esim/12"),
        ("1234567-1", "1234567"),
        ("Straße", "STRASSE"),
    ],
)
def test_a_beginning_of_each_word_finds_a_name(name: str, typed: str) -> None:
    assert begins_one_of(typed_in(typed), [name])


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Vari", "väri"),
        ("Sähköasentaja", "asentaja"),
        ("Sähköasentaja", "sähkö hitsaus"),
        ("Sähköasentaja", "%"),
        ("Sähköasentaja", "s"),
        ("Sähköasentaja", ""),
    ],
)
def test_what_is_written_otherwise_is_not_found(name: str, typed: str) -> None:
    assert not begins_one_of(typed_in(typed), [name])


def test_a_number_under_a_contract_is_told_apart_from_its_reference() -> None:
    typed = typed_in(" KEHA-2026-1 / 3 ")
    assert (typed.named, typed.n) == (("keha-2026-1",), 3)
    assert typed_in("KEHA-2026-1").n is None


def test_an_endless_text_becomes_a_few_short_words() -> None:
    typed = typed_in("ab\x00cd\n" + "sana" * 500 + " ää" * 500)
    assert len(typed.words) <= MOST_WORDS
    assert max(map(len, typed.words)) <= 60
    assert max(map(len, terms_of(["pitkä" * 100]))) == 60
