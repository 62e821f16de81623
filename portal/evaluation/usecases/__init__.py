"""From declared interests to the issued decision."""

from portal.evaluation.usecases.deciding import award, issue_decision, preparers
from portal.evaluation.usecases.handling import (
    declare_interests,
    judge_suitability,
    look_at_offers,
)
from portal.evaluation.usecases.scoring import agree, assess, save_assessment
from portal.evaluation.usecases.subject import standing_award

__all__ = [
    "agree",
    "assess",
    "award",
    "declare_interests",
    "issue_decision",
    "judge_suitability",
    "look_at_offers",
    "preparers",
    "save_assessment",
    "standing_award",
]
