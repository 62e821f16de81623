"""What the pages and the document of a scorecard show."""

from portal.scorecards.queries.listing import (
    DrawingUp,
    drawing_up,
    provider_bought_from,
    scorecards_page,
)
from portal.scorecards.queries.rows import (
    CriterionRow,
    IndicatorRow,
    Side,
    criteria_rows,
    indicator_rows,
)
from portal.scorecards.queries.shown import (
    AssessPage,
    assess_page,
    document_of,
    scorecard_of,
    scorecard_page,
)
from portal.scorecards.queries.waiting import scorecards_waiting

__all__ = [
    "AssessPage",
    "CriterionRow",
    "DrawingUp",
    "IndicatorRow",
    "Side",
    "assess_page",
    "criteria_rows",
    "document_of",
    "drawing_up",
    "indicator_rows",
    "provider_bought_from",
    "scorecard_of",
    "scorecard_page",
    "scorecards_page",
    "scorecards_waiting",
]
