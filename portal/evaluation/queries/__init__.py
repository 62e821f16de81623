"""What the pages of the evaluation show, and to whom."""

from portal.evaluation.queries.deciding import DecisionPage, decision_page
from portal.evaluation.queries.opened import (
    OpenedOffer,
    SuitabilityPage,
    file_of,
    judgement_of,
    opened_offer,
    suitability_page,
)
from portal.evaluation.queries.overview import Overview, listed, overview
from portal.evaluation.queries.part import (
    Part,
    interests_page,
    lot_of,
    offer_of,
    part_of,
    provider_choices,
    result_sheet_of,
)
from portal.evaluation.queries.ranked import LotPage, lot_page
from portal.evaluation.queries.scoring import (
    ScoringPage,
    assessment_page,
    joint_page,
)

__all__ = [
    "DecisionPage",
    "LotPage",
    "OpenedOffer",
    "Overview",
    "Part",
    "ScoringPage",
    "SuitabilityPage",
    "assessment_page",
    "decision_page",
    "file_of",
    "interests_page",
    "joint_page",
    "judgement_of",
    "listed",
    "lot_of",
    "lot_page",
    "offer_of",
    "opened_offer",
    "overview",
    "part_of",
    "provider_choices",
    "result_sheet_of",
    "suitability_page",
]
