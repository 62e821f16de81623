"""The records behind indicators, and what the pages show of them."""

from portal.indicators.queries.behind import Behind, RowShown, rows_page
from portal.indicators.queries.definitions import (
    TargetGroupPage,
    definition_page,
    definitions_page,
    target_group_page,
)
from portal.indicators.queries.overview import (
    LotTarget,
    Overview,
    Shown,
    indicators_page,
    shown_of,
    value_shown,
)
from portal.indicators.queries.records import records_of
from portal.indicators.queries.selection import Choices, Selection, choices_for, records_chosen

__all__ = [
    "Behind",
    "Choices",
    "LotTarget",
    "Overview",
    "RowShown",
    "Selection",
    "Shown",
    "TargetGroupPage",
    "choices_for",
    "definition_page",
    "definitions_page",
    "indicators_page",
    "records_chosen",
    "records_of",
    "rows_page",
    "shown_of",
    "target_group_page",
    "value_shown",
]
