"""Indicators as plain arithmetic: records in, rows and figures out."""

from portal.indicators.rules.certainty import interval_of, is_preliminary, wilson
from portal.indicators.rules.figures import NUMBERS, Figure, Row, figure_of, tells_of_few
from portal.indicators.rules.measures import (
    MEASURES,
    MONTHS_AFTER,
    OF_CASE_FILES,
    ended_in,
    in_training_in,
    rows_of,
    started_in,
)
from portal.indicators.rules.mirror import Mirror, Reflected, mirror, too_small
from portal.indicators.rules.records import (
    Answer,
    CalledOff,
    Participation,
    Period,
    Proposed,
    Records,
    Reviewed,
    Visited,
    by_contract,
    of_form,
)

__all__ = [
    "MEASURES",
    "MONTHS_AFTER",
    "NUMBERS",
    "OF_CASE_FILES",
    "Answer",
    "CalledOff",
    "Figure",
    "Mirror",
    "Participation",
    "Period",
    "Proposed",
    "Records",
    "Reflected",
    "Reviewed",
    "Row",
    "Visited",
    "by_contract",
    "ended_in",
    "figure_of",
    "in_training_in",
    "interval_of",
    "is_preliminary",
    "mirror",
    "of_form",
    "rows_of",
    "started_in",
    "tells_of_few",
    "too_small",
    "wilson",
]
