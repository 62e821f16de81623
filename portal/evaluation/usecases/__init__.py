"""From declared interests to the issued decision."""

from portal.evaluation.usecases.clarifying import answer_clarification, ask_clarification
from portal.evaluation.usecases.correcting import (
    attach_to_remedy,
    contracts_known_by,
    correct_decision,
    record_appeal,
    record_correction_request,
    require_no_pending_appeal,
    settle_appeal,
    settle_correction_request,
    standing_decisions,
)
from portal.evaluation.usecases.deciding import (
    award,
    discontinue,
    issue_decision,
    preparers,
    take_back,
)
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
    "attach_to_remedy",
    "award",
    "confirm_prices",
    "contracts_known_by",
    "correct_decision",
    "declare_interests",
    "discontinue",
    "issue_decision",
    "judge_conformity",
    "judge_suitability",
    "look_at_offers",
    "open_prices",
    "preparers",
    "record_appeal",
    "record_correction_request",
    "request_prices",
    "require_no_pending_appeal",
    "save_assessment",
    "save_joint",
    "settle_appeal",
    "settle_correction_request",
    "standing_award",
    "standing_decisions",
    "take_back",
]
