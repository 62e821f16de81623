"""Every file of the shipped bank loads, matches its schema and can be used tomorrow."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from portal import paths
from portal.criteria.bank import bank
from portal.criteria.check import faults
from portal.criteria.rules import Criterion, Use
from portal.shared.canonical import canonical, sha256
from portal.shared.names import LANGUAGES

CRITERIA = bank().criterion_versions
BY_KEY = [pytest.param(criterion, id=criterion.reference) for criterion in CRITERIA]


def test_the_shipped_bank_has_no_fault() -> None:
    assert faults(paths.CRITERIA) == []


@pytest.mark.parametrize(
    "path", sorted((paths.CRITERIA / "schema").iterdir()), ids=lambda p: p.name
)
def test_a_schema_is_itself_valid(path: Path) -> None:
    Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


def test_every_file_of_the_folder_is_loaded() -> None:
    def stems(shelf: str) -> set[str]:
        return {path.stem for path in (paths.CRITERIA / shelf).iterdir()}

    assert {criterion.key for criterion in bank().criteria} == stems("library")
    assert {chosen.key for chosen in bank().sets} == stems("sets")
    assert {scale.key for scale in bank().scales} == stems("scales")


def test_the_six_criteria_of_the_first_issue_are_there() -> None:
    assert [criterion.key for criterion in bank().criteria_for(Use.AWARD)] == [
        "after_guidance",
        "local_labour_market",
        "service_process",
        "staff_competence",
        "support_through_transitions",
    ]
    assert [criterion.key for criterion in bank().criteria_for(Use.FOLLOW_UP)] == [
        "after_guidance",
        "feedback_handled",
        "support_through_transitions",
    ]


@pytest.mark.parametrize("criterion", BY_KEY)
def test_a_criterion_speaks_every_language(criterion: Criterion) -> None:
    texts = [criterion.title, criterion.question, *criterion.guidance.values()]
    texts += [fact for point in criterion.points for fact in point.facts]
    for text in texts:
        assert set(text) == set(LANGUAGES)
        assert all(text[language] == text[language].strip() for language in LANGUAGES)


@pytest.mark.parametrize("criterion", BY_KEY)
def test_a_question_is_a_question_and_a_fact_is_a_sentence(criterion: Criterion) -> None:
    assert all(text.endswith("?") for text in criterion.question.values())
    for point in criterion.points:
        assert all(text.endswith(".") for fact in point.facts for text in fact.values())


@pytest.mark.parametrize("criterion", BY_KEY)
def test_an_award_criterion_has_facts_for_each_point_of_its_scale(criterion: Criterion) -> None:
    if Use.AWARD in criterion.permitted_use:
        scale = criterion.scales[Use.AWARD]
        assert [point.value for point in criterion.points] == [0, 1, 2, 3]
        assert [point.value for point in scale.points] == [0, 1, 2, 3]
    else:
        assert criterion.points == ()


@pytest.mark.parametrize("criterion", BY_KEY)
@pytest.mark.parametrize("use", list(Use))
def test_what_is_frozen_onto_a_call_has_a_canonical_form(criterion: Criterion, use: Use) -> None:
    if use not in criterion.permitted_use:
        return
    frozen = criterion.resolved(use)
    text = canonical(frozen)
    assert json.loads(text) == frozen
    assert sha256(text) == sha256(canonical(criterion.resolved(use)))
    assert frozen["scale"]["top"] == 3


def test_follow_up_is_assessed_on_the_scale_of_evidence() -> None:
    for criterion in bank().criteria_for(Use.FOLLOW_UP):
        assert criterion.scales[Use.FOLLOW_UP] is bank().scale("evidence")
    assert [point.name["fi"] for point in bank().scale("evidence").points] == [
        "Kiinnostava",
        "Lupaava",
        "Hyvä",
        "Kestävä hyvä",
    ]


def test_weights_of_an_award_set_make_one_hundred_and_say_that_they_are_proposals() -> None:
    for chosen in bank().sets_for(Use.AWARD):
        weights = [entry.weight for entry in chosen.criteria if entry.weight is not None]
        assert len(weights) == len(chosen.criteria)
        assert chosen.price_weight is not None
        assert sum(weights, start=chosen.price_weight) == Decimal(100)
        assert chosen.proposal
        assert "ehdotuksia" in chosen.note["fi"]
        assert "förslag" in chosen.note["sv"]
        assert "proposals" in chosen.note["en"]


def test_a_follow_up_set_has_no_weights() -> None:
    for chosen in bank().sets_for(Use.FOLLOW_UP):
        assert chosen.price_weight is None
        assert all(entry.weight is None for entry in chosen.criteria)
