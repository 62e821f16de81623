"""A criterion is used for what it permits, and for nothing else."""

from __future__ import annotations

import pytest

from portal.criteria.bank import bank
from portal.criteria.rules import Criterion, Use, require_use
from portal.shared.errors import RuleBroken

EVERY_WAY = [
    pytest.param(criterion, use, id=f"{criterion.reference}-{use}")
    for criterion in bank().criterion_versions
    for use in Use
]


@pytest.mark.parametrize(("criterion", "use"), EVERY_WAY)
def test_a_use_is_refused_unless_it_is_permitted(criterion: Criterion, use: Use) -> None:
    if use in criterion.permitted_use:
        require_use(criterion, use)
        assert criterion.resolved(use)["use"] == use.value
        return
    with pytest.raises(RuleBroken) as refused:
        require_use(criterion, use, field="criteria")
    assert refused.value.rule == "use_not_permitted"
    assert refused.value.field == "criteria"
    assert refused.value.facts["criterion"] == criterion.key
    assert refused.value.facts["use"] == use.value
    with pytest.raises(RuleBroken, match="use_not_permitted"):
        criterion.resolved(use)


def test_a_follow_up_criterion_never_scores_an_offer() -> None:
    with pytest.raises(RuleBroken, match="use_not_permitted"):
        bank().criterion("feedback_handled").resolved()


def test_what_is_resolved_shares_nothing_with_the_bank() -> None:
    criterion = bank().criterion("service_process")
    before = dict(criterion.title)
    frozen = criterion.resolved()
    frozen["title"]["fi"] = "Muutettu"
    frozen["points"][0]["facts"][0]["fi"] = "Muutettu"
    frozen["scale"]["points"][0]["name"]["fi"] = "Muutettu"
    assert criterion.title == before
    assert criterion.resolved() != frozen


def test_an_award_and_a_follow_up_are_given_their_own_guidance_and_scale() -> None:
    criterion = bank().criterion("after_guidance")
    award, follow_up = criterion.resolved(Use.AWARD), criterion.resolved(Use.FOLLOW_UP)
    assert award["scale"]["key"] == "zero_to_three"
    assert len(award["points"]) == 4
    assert follow_up["scale"]["key"] == "evidence"
    assert follow_up["points"] == []
    assert award["guidance"] != follow_up["guidance"]
    assert award["question"] == follow_up["question"]
