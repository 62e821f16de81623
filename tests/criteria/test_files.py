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
from portal.criteria.check.texts import normal
from portal.criteria.rules import Criterion, Use, points_earned
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


def test_the_bank_holds_what_the_brief_names_and_no_use_is_without_criteria() -> None:
    award = {criterion.key for criterion in bank().criteria_for(Use.AWARD)}
    follow_up = {criterion.key for criterion in bank().criteria_for(Use.FOLLOW_UP)}
    assert len(bank().criteria) >= 16
    assert {
        "service_process",
        "needs_mapping",
        "tailored_content",
        "orientation_period",
        "staff_competence",
        "trainer_and_coach_pair",
        "staffing_and_visits",
        "local_labour_market",
        "cooperation_partners",
        "support_through_transitions",
        "after_guidance",
        "staff_continuity",
        "planned_follow_up",
    } <= award
    assert {"support_through_transitions", "feedback_handled", "results_discussed"} <= follow_up
    assert "feedback_handled" not in award
    assert bank().criteria_for(Use.SUITABILITY)


def test_there_are_three_shared_sets_and_coaching_is_mapped_to_five_phases() -> None:
    assert [chosen.key for chosen in bank().sets] == [
        "follow_up",
        "job_coaching",
        "toppis_and_work_based_training",
    ]
    assert not any(chosen.extends for chosen in bank().sets)
    coaching = bank().criteria_set("job_coaching")
    assert len(coaching.phases) == 5
    for phase in coaching.phases:
        assert coaching.in_phase(phase)
    follow_up = {entry.criterion.key for entry in bank().criteria_set("follow_up").criteria}
    assert "support_through_transitions" in follow_up


@pytest.mark.parametrize("criterion", BY_KEY)
def test_a_criterion_speaks_every_language(criterion: Criterion) -> None:
    texts = [criterion.title, criterion.question, *criterion.guidance.values()]
    texts += [fact for point in criterion.points for fact in point.facts]
    texts += [text for sample in criterion.samples for text in (sample.answer, sample.reason)]
    texts += criterion.other_sources
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
    if use is Use.SUITABILITY:
        assert frozen["scale"] is None
    else:
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


AWARD = [
    pytest.param(criterion, id=criterion.reference)
    for criterion in CRITERIA
    if Use.AWARD in criterion.permitted_use
]


@pytest.mark.parametrize("criterion", AWARD)
def test_a_sample_earns_its_points_by_the_facts_that_are_seen_in_it(criterion: Criterion) -> None:
    known = {fact for point in criterion.points if point.value for fact in point.references}
    for sample in criterion.samples:
        assert sample.seen <= known
        assert points_earned(criterion.points, sample.seen) == sample.value


@pytest.mark.parametrize("criterion", AWARD)
def test_samples_differ_in_points_and_one_shows_that_a_point_is_earned_whole(
    criterion: Criterion,
) -> None:
    values = [sample.value for sample in criterion.samples]
    assert len(values) >= 3
    assert values == sorted(set(values))
    assert any(
        fact.partition(".")[0] > str(sample.value)
        for sample in criterion.samples
        for fact in sample.seen
    )


@pytest.mark.parametrize("criterion", AWARD)
def test_every_point_can_be_reached_and_none_by_less_than_all_its_facts(
    criterion: Criterion,
) -> None:
    seen: set[str] = set()
    assert points_earned(criterion.points, seen) == 0
    for point in criterion.points[1:]:
        before = points_earned(criterion.points, seen)
        for fact in point.references:
            assert points_earned(criterion.points, seen | point.references - {fact}) == before
        seen |= point.references
        assert points_earned(criterion.points, seen) == point.value


@pytest.mark.parametrize("criterion", AWARD)
def test_no_two_points_name_the_same_fact(criterion: Criterion) -> None:
    for language in LANGUAGES:
        facts = [normal(fact[language]) for point in criterion.points for fact in point.facts]
        assert len(set(facts)) == len(facts)


def test_no_fact_of_the_bank_is_paid_for_twice() -> None:
    for language in LANGUAGES:
        facts = [
            normal(fact[language])
            for criterion in bank().criteria
            for point in criterion.points
            for fact in point.facts
        ]
        assert len(set(facts)) == len(facts)


@pytest.mark.parametrize("criterion", AWARD)
def test_zero_says_in_one_fact_what_an_offer_lacks(criterion: Criterion) -> None:
    assert len(criterion.points[0].facts) == 1
