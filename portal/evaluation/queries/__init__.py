"""What the pages of the evaluation show, and to whom."""

from portal.evaluation.queries.announced import award_notice_page
from portal.evaluation.queries.clarified import (
    AskingPage,
    ClarificationsPage,
    OwnClarifications,
    asking_page,
    clarification_of,
    clarifications_page,
    own_clarifications,
)
from portal.evaluation.queries.deciding import (
    DecisionPage,
    decision_page,
    planned_decision_of,
    require_decision_to_make,
)
from portal.evaluation.queries.envelopes import PricesPage, prices_page
from portal.evaluation.queries.listed import listed
from portal.evaluation.queries.opened import (
    ConformityPage,
    OpenedOffer,
    SuitabilityPage,
    conformity_page,
    file_of,
    judgement_of,
    opened_offer,
    suitability_page,
)
from portal.evaluation.queries.overview import Overview, overview
from portal.evaluation.queries.part import (
    Part,
    interests_page,
    lot_of,
    lot_part_of,
    offer_of,
    part_of,
    providers_named,
    result_sheet_of,
)
from portal.evaluation.queries.places import StepsPage, steps_page
from portal.evaluation.queries.previewed import (
    Preview,
    PreviewPage,
    Sample,
    preview_page,
    proposed_samples,
    ranked_samples,
)
from portal.evaluation.queries.ranked import LotPage, lot_page
from portal.evaluation.queries.remedies import (
    correcting_page,
    discontinuing_page,
    remedies_page,
    remedy_file,
    remedy_page,
)
from portal.evaluation.queries.scoring import (
    ScoringPage,
    assessment_asked,
    assessment_page,
    joint_page,
)

__all__ = [
    "AskingPage",
    "ClarificationsPage",
    "ConformityPage",
    "DecisionPage",
    "LotPage",
    "OpenedOffer",
    "Overview",
    "OwnClarifications",
    "Part",
    "Preview",
    "PreviewPage",
    "PricesPage",
    "Sample",
    "ScoringPage",
    "StepsPage",
    "SuitabilityPage",
    "asking_page",
    "assessment_asked",
    "assessment_page",
    "award_notice_page",
    "clarification_of",
    "clarifications_page",
    "conformity_page",
    "correcting_page",
    "decision_page",
    "discontinuing_page",
    "file_of",
    "interests_page",
    "joint_page",
    "judgement_of",
    "listed",
    "lot_of",
    "lot_page",
    "lot_part_of",
    "offer_of",
    "opened_offer",
    "overview",
    "own_clarifications",
    "part_of",
    "planned_decision_of",
    "preview_page",
    "prices_page",
    "proposed_samples",
    "providers_named",
    "ranked_samples",
    "remedies_page",
    "remedy_file",
    "remedy_page",
    "require_decision_to_make",
    "result_sheet_of",
    "steps_page",
    "suitability_page",
]
