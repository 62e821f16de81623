"""From declared interests to the issued decision."""

from portal.evaluation.usecases.clarifying import answer_clarification, ask_clarification
from portal.evaluation.usecases.deciding import award, issue_decision, preparers
from portal.evaluation.usecases.handling import declare_interests, look_at_offers
from portal.evaluation.usecases.judging import judge_conformity, judge_suitability
from portal.evaluation.usecases.prices import confirm_prices, open_prices, request_prices
from portal.evaluation.usecases.scoring import agree, assess, save_assessment, save_joint
from portal.evaluation.usecases.subject import standing_award

__all__ = [
    "agree",
    "answer_clarification",
    "ask_clarification",
    "assess",
    "award",
    "confirm_prices",
    "declare_interests",
    "issue_decision",
    "judge_conformity",
    "judge_suitability",
    "look_at_offers",
    "open_prices",
    "preparers",
    "request_prices",
    "save_assessment",
    "save_joint",
    "standing_award",
]
