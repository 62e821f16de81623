"""The rules of the evaluation: points, ranking, prices, clarifications, duties."""

from portal.evaluation.rules.clarifications import ClarificationKind, ClarificationState
from portal.evaluation.rules.duties import require_separate_duties
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
    "ComparedOffer",
    "Comparing",
    "CriterionPoints",
    "LowPrice",
    "Placing",
    "Points",
    "RemedyKind",
    "RemedyState",
    "Stability",
    "Turn",
    "Worth",
    "comparison_price",
    "low_prices",
    "measurable",
    "one_point",
    "packed_points",
    "rank",
    "require_first",
    "require_points",
    "require_reason",
    "require_separate_duties",
    "settled",
    "spread",
    "stability",
    "tie_settled_by",
    "worth_at",
]
