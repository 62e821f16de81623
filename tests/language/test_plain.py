from __future__ import annotations

import pytest

from tests.language.plain import Text, check, faults_of, participants_texts, sentences


def test_every_text_is_plain_and_uses_one_word_for_one_thing() -> None:
    faults, means = check()
    assert faults == []
    assert all(length > 0 for length in means.values())


def test_a_long_sentence_a_piece_of_jargon_and_another_word_are_found() -> None:
    assert faults_of(Text("fi", "x", " ".join(["sana"] * 31) + "."), 30)
    assert faults_of(Text("fi", "x", "Mikäli tarjous puuttuu, ota yhteyttä."), 30)
    assert faults_of(Text("sv", "x", "Lämna din offert här."), 30)
    assert not faults_of(Text("fi", "x", "Jos tarjous puuttuu, ota yhteyttä."), 30)


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("Tallenna", []),
        ("Yksi kaksi kolme neljä. Viisi kuusi seitsemän kahdeksan!", [4, 4]),
        ("Avataan 1.2.2026 klo 12.00 kahden avaajan läsnä ollessa.", [6]),
    ],
)
def test_sentences_are_counted_without_labels_and_numbers(text: str, lengths: list[int]) -> None:
    assert sentences(text) == lengths


def test_the_pages_of_participants_have_texts() -> None:
    assert len(participants_texts()) > 40
