"""The contract's clauses: whole in every language, versioned, and never edited."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from portal.documents import clauses as module
from portal.documents.catalogue import preview
from portal.documents.clauses import (
    FACTS,
    BadClause,
    BadParameter,
    _clause,
    chosen,
    clauses,
    facts_of,
    library,
    parameters,
    pinned,
    versions,
    written,
)
from portal.shared.names import LANGUAGES

HASHES = yaml.safe_load(Path(__file__).with_name("clause_hashes.yaml").read_text("utf-8"))
WHOLE = (
    "key: x\nversion: 1\nsource: of our own\ntitle: {fi: a, sv: b, en: c}\n"
    "paragraphs: {fi: [%s], sv: [%s], en: [%s]}"
)


def test_every_clause_is_whole_in_every_language() -> None:
    assert len(clauses()) == len({clause.key for clause in clauses()}) >= 20
    assert versions()[0]["key"] == "order_of_documents"


def test_the_contract_has_what_the_brief_lists() -> None:
    assert {clause.key for clause in clauses()} >= {
        "price_revision",
        "delay",
        "complaints",
        "subcontracting",
        "liability",
        "order_of_documents",
        "personal_data",
        "data_processing",
        "general_terms",
        "call_off",
        "options",
        "prices",
        "start_up_meeting",
    }


def test_the_annex_on_personal_data_says_what_article_28_asks_for() -> None:
    annex = library()["data_processing", 1]
    begins = [text.split(".")[0] for text in annex.paragraphs["en"]]
    assert begins == [
        "Subject matter and duration",
        "Nature and purpose",
        "Data subjects and types of data",
        "Instructions",
        "Confidentiality",
        "Security",
        "Sub-processors",
        "Data subjects' rights and other assistance",
        "Personal data breaches",
        "Deletion and return",
        "Audits",
    ]


def test_a_version_that_was_used_is_never_edited_nor_taken_out() -> None:
    assert {f"{key}.{n}": clause.sha256 for (key, n), clause in library().items()} == HASHES


def test_the_annexes_stand_last() -> None:
    places = [clause.annex for clause in clauses()]
    assert places == sorted(places)
    assert any(places)


def test_the_start_up_meeting_has_clauses_to_go_through() -> None:
    assert {clause.key for clause in clauses() if clause.start_up} >= {"call_off", "staff"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_facts_are_filled_in(language: str) -> None:
    facts = preview("contract", language)["clause_facts"]
    assert set(facts) == FACTS | parameters().keys()
    texts = [text for clause in written(language, facts) for text in clause["paragraphs"]]
    assert not [text for text in texts if "{" in text or "}" in text]
    assert any("ESIM/12/2026" in text for text in texts)


def test_a_fact_with_braces_is_not_read_as_a_place() -> None:
    facts = preview("contract", "fi")["clause_facts"] | {"offer_reference": "{buyer}"}
    assert any("{buyer}" in text for text in written("fi", facts)[0]["paragraphs"])


def test_a_day_is_in_the_readers_form() -> None:
    facts = preview("contract", "en")["clause_facts"] | {"latest_end": date(2030, 2, 1)}
    assert "01/02/2030" in written("en", facts)[1]["paragraphs"][0]


def test_a_clause_without_a_language_a_source_or_with_an_unknown_fact_is_refused() -> None:
    assert _clause("x.1.yaml", WHOLE % ("a", "b", "c")).key == "x"
    for name, text, wrong in (
        ("x.1.yaml", WHOLE % ("a", "b", ""), "same paragraphs"),
        ("x.1.yaml", WHOLE % (("'{price}'",) * 3), "unknown facts price"),
        ("x.1.yaml", WHOLE % ("'{buyer}'", "b", "c"), "different facts"),
        ("x.2.yaml", WHOLE % ("a", "b", "c"), "key and version"),
        ("x.1.yaml", (WHOLE % ("a", "b", "c")).replace("of our own", "''"), "comes from"),
    ):
        with pytest.raises(BadClause, match=wrong):
            _clause(name, text)


def test_what_a_contract_was_made_from_is_found_again() -> None:
    assert pinned(versions()) == clauses()
    first = [{"key": "staff", "version": 1, "sha256": library()["staff", 1].sha256}]
    assert pinned(first) == [library()["staff", 1]]


def test_an_edited_or_lost_clause_does_not_pass_for_the_one_that_a_contract_has() -> None:
    for entry in (
        {"key": "staff", "version": 1, "sha256": "0" * 64},
        {"key": "staff", "version": 99, "sha256": library()["staff", 1].sha256},
    ):
        with pytest.raises(BadClause, match="not what the contract has"):
            pinned([entry])


def test_the_list_of_today_names_only_what_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "current.yaml").write_text("[staff.99]")
    library()
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    with pytest.raises(BadClause, match=r"there is no staff\.99"):
        clauses.__wrapped__()


def test_an_installation_has_its_own_sums_and_times() -> None:
    own = chosen({"payment_days": Decimal(21), "delay_percent": Decimal("0.5")})
    assert own | {"payment_days": 30, "delay_percent": 2} == parameters()
    assert (own["payment_days"], own["delay_percent"]) == (21, "0.5")
    facts = facts_of(own)
    assert facts["delay_percent"] == Decimal("0.5")
    text = written("fi", preview("contract", "fi")["clause_facts"] | facts)
    assert any("0,5 prosenttia" in line for clause in text for line in clause["paragraphs"])


@pytest.mark.parametrize("key", ["payday", "general_terms"])
def test_a_number_that_no_clause_names_is_refused(key: str) -> None:
    with pytest.raises(BadParameter, match=key):
        chosen({key: Decimal(1)})
