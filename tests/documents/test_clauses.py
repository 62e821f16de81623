"""The contract's clauses."""

from __future__ import annotations

from datetime import date

import pytest

from portal.documents.catalogue import preview
from portal.documents.clauses import FACTS, BadClause, _clause, clauses, versions, written
from portal.shared.names import LANGUAGES


def test_every_clause_is_whole_in_every_language() -> None:
    assert len(clauses()) == len({clause.key for clause in clauses()}) >= 12
    assert versions()[0] == {"key": "order_of_documents", "version": 1}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_facts_are_filled_in(language: str) -> None:
    facts = preview("contract", language)["clause_facts"]
    assert set(facts) == FACTS
    texts = [text for clause in written(language, facts) for text in clause["paragraphs"]]
    assert not [text for text in texts if "{" in text or "}" in text]
    assert any("ESIM/12/2026" in text for text in texts)


def test_a_fact_with_braces_is_not_read_as_a_place() -> None:
    facts = preview("contract", "fi")["clause_facts"] | {"offer_reference": "{buyer}"}
    assert any("{buyer}" in text for text in written("fi", facts)[0]["paragraphs"])


def test_a_day_is_in_the_readers_form() -> None:
    facts = preview("contract", "en")["clause_facts"] | {"latest_end": date(2030, 2, 1)}
    assert "01/02/2030" in written("en", facts)[1]["paragraphs"][0]


def test_a_clause_without_a_language_or_with_an_unknown_fact_is_refused() -> None:
    text = (
        "key: x\nversion: 1\ntitle: {fi: a, sv: b, en: c}\nparagraphs: {fi: [a], sv: [b], en: [%s]}"
    )
    assert _clause("01-x.yaml", text % "c").key == "x"
    with pytest.raises(BadClause, match="same paragraphs"):
        _clause("01-x.yaml", text % "")
    with pytest.raises(BadClause, match="unknown facts price"):
        _clause("01-x.yaml", text % "'{price}'")
