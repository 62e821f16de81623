"""The rules of the evaluation: points, ranking, prices, clarifications, decision, duties."""

from portal.evaluation.rules.clarifications import ClarificationKind, ClarificationState
from portal.evaluation.rules.decision import (
    ComparedFacts,
    DecisionFacts,
    LeftOutFacts,
    LotFacts,
    Missing,
    missing_from_decision,
)
from portal.evaluation.rules.duties import require_separate_duties
from portal.evaluation.rules.limits import Commitment, decision_value, require_within_limit
from portal.evaluation.rules.points import (
    AssessmentState,
    Points,
    packed_points,
    require_points,
    require_reason,
    spread,
)
from portal.evaluation.rules.prices import LowPrice, low_prices, measurable
from portal.evaluation.rules.ranking import (
    ComparedOffer,
    Comparing,
    CriterionPoints,
    Placing,
    comparison_price,
    rank,
    require_first,
    tie_settled_by,
)
from portal.evaluation.rules.remedies import RemedyKind, RemedyState, settled
from portal.evaluation.rules.sensitivity import Stability, Turn, stability
from portal.evaluation.rules.worth import Worth, one_point, worth_at

__all__ = [
    "AssessmentState",
    "ClarificationKind",
    "ClarificationState",
    "Commitment",
    "ComparedFacts",
    "ComparedOffer",
    "Comparing",
    "CriterionPoints",
    "DecisionFacts",
    "LeftOutFacts",
    "LotFacts",
    "LowPrice",
    "Missing",
    "Placing",
    "Points",
    "RemedyKind",
    "RemedyState",
    "Stability",
    "Turn",
    "Worth",
    "comparison_price",
    "decision_value",
    "low_prices",
    "measurable",
    "missing_from_decision",
    "one_point",
    "packed_points",
    "rank",
    "require_first",
    "require_points",
    "require_reason",
    "require_separate_duties",
    "require_within_limit",
    "settled",
    "spread",
    "stability",
    "tie_settled_by",
    "worth_at",
]
