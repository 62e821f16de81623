"""Which acts have words, and which are shown before the decision."""

from __future__ import annotations

import ast

import pytest

from portal.auditing.rules import BEFORE_DECISION
from portal.auditing.words import act_in_words, act_words
from portal.paths import ROOT
from portal.permissions import ACTS
from portal.shared.names import LANGUAGES

SEALED = {
    "ask",
    "save_offer",
    "submit_offer",
    "withdraw_offer",
    "confirm_offer",
    "attach_file",
    "remove_file",
    "attach_paper",
    "reuse_answers",
    "answer_clarification",
}


def acts_on_record() -> set[str]:
    """Every act that some use-case puts on record, read from the code."""
    found = set(ACTS)
    for file in (ROOT / "portal").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "acting"
                and isinstance(node.args[1], ast.Constant)
            ):
                found.add(str(node.args[1].value))
    return found


def test_every_act_has_its_words_in_three_languages() -> None:
    assert acts_on_record() - act_words().keys() == set()
    assert act_words().keys() - acts_on_record() == set()
    for act, words in act_words().items():
        assert set(words) == set(LANGUAGES), act
        assert all(isinstance(text, str) and text.strip() for text in words.values()), act


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_acts_have_the_same_words(language: str) -> None:
    words = [act_in_words(act, language) for act in act_words()]
    assert len(words) == len(set(words))


def test_a_page_has_no_words_of_an_act() -> None:
    assert act_in_words("offers.show", "en") is None


def test_what_a_provider_may_do_is_not_shown_before_the_decision() -> None:
    assert not SEALED & BEFORE_DECISION
    assert {"publish", "open_offers", "look_at_offers", "declare_interests"} <= BEFORE_DECISION
