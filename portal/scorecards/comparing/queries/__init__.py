"""What the pages of comparison and history show."""

from portal.scorecards.comparing.queries.comparison import (
    COMPARED,
    Choices,
    CompareRow,
    Comparison,
    Selection,
    choices_of,
    comparison,
)
from portal.scorecards.comparing.queries.history import (
    History,
    provider_history,
    service_history,
)

__all__ = [
    "COMPARED",
    "Choices",
    "CompareRow",
    "Comparison",
    "History",
    "Selection",
    "choices_of",
    "comparison",
    "provider_history",
    "service_history",
]
