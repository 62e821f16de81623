"""Within one side, too, a field is told to those whom it is for, and to nobody else.

The canary of each field is looked for in all that side A's own people are shown on their round.
"""

from __future__ import annotations

import pytest

from tests.permissions.going_round import Round
from tests.promises.figures import leave

WITH_PARTICIPANTS = frozenset({"sponsor", "winner", "trainer", "coach"})
"""The sponsor named for the training, the provider's people, the coach named for it."""
AND_OFFICIAL = WITH_PARTICIPANTS | {"official"}
HANDLERS = frozenset(
    {"officer", "opener", "decision maker", "signatory", "evaluator", "second evaluator"}
)
BIDDERS = frozenset({"winner", "rival", "third provider"})
ON_CARDS = frozenset({"officer", "sponsor", "official", "winner", "trainer"})
AUDIENCES: dict[str, frozenset[str]] = {
    "enrolment.name": AND_OFFICIAL,
    "enrolment.external_key": AND_OFFICIAL,
    "enrolment.end_reason": WITH_PARTICIPANTS,
    "interview.note": WITH_PARTICIPANTS,
    "selection_decision.reason": WITH_PARTICIPANTS,
    "personal_plan.name": WITH_PARTICIPANTS,
    "plan_step.text": WITH_PARTICIPANTS,
    "plan_step_change.text": WITH_PARTICIPANTS,
    "plan_step_change.reason": WITH_PARTICIPANTS,
    "closing_assessment.text": WITH_PARTICIPANTS,
    "guidance_agreement.text": AND_OFFICIAL,
    "after_guidance.reason": AND_OFFICIAL,
    "portfolio_review.note": WITH_PARTICIPANTS,
    "workplace_visit.note": WITH_PARTICIPANTS,
    "workplace_visit.workplace": WITH_PARTICIPANTS,
    "workplace_visit.possibilities": WITH_PARTICIPANTS,
    "workplace.name": WITH_PARTICIPANTS,
    "workplace.address": WITH_PARTICIPANTS,
    "workplace.instructor": WITH_PARTICIPANTS,
    # What was promised is a line of the start-up meeting.
    "offer.content": HANDLERS | BIDDERS | WITH_PARTICIPANTS,
    "opened_content.content": HANDLERS | BIDDERS,
    "assessment.points": HANDLERS,
    "joint_draft.points": HANDLERS,
    "suitability_judgement.reason": HANDLERS,
    "conformity_judgement.reason": HANDLERS | BIDDERS,
    "clarification.text": HANDLERS | BIDDERS,
    "clarification.answer": HANDLERS | BIDDERS,
    "remedy.party": HANDLERS,
    "remedy.reference": HANDLERS,
    "remedy_file.name": HANDLERS,
    "provider_paper.title": frozenset({"winner"}),
    "provider_paper.name": frozenset({"winner"}),
    "card_remark.text": ON_CARDS,
    "card_remark.answer": ON_CARDS,
    "feedback.assessor": frozenset(),
}
"""Who may be shown each field on which somebody relies that not everybody reads it."""


@pytest.mark.trust
def test_each_field_is_told_to_those_whom_it_is_for(own_round: Round) -> None:
    told = {
        f"{field} is told to {label} at {url}"
        for field, audience in AUDIENCES.items()
        for label, url in own_round.seen.get(field, {}).items()
        if label not in audience
    }
    assert own_round.broken == []
    assert sorted(told) == []
    shown = AUDIENCES.keys() & own_round.seen.keys()
    assert len(shown) > 10, "the canaries were not met"
    leave(
        "field_secrecy",
        "round",
        {
            "fields": len(AUDIENCES),
            "met": len(shown),
            "requests": own_round.asked,
            "told to others": len(told),
        },
    )


@pytest.mark.trust
def test_nobody_without_an_account_or_a_role_is_told_more_than_is_public(own_round: Round) -> None:
    private = {field for field in AUDIENCES if field in own_round.seen}
    for label in ("visitor", "dismissed", "administrator"):
        assert [field for field in private if label in own_round.seen[field]] == []
