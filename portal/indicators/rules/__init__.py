"""Indicators as plain arithmetic: records in, rows and figures out."""

from portal.indicators.rules.figures import Figure, Row, figure_of
from portal.indicators.rules.measures import MEASURES, ended_in, rows_of
from portal.indicators.rules.records import (
    Answer,
    CalledOff,
    Participation,
    Period,
    Records,
    Reviewed,
)

__all__ = [
    "MEASURES",
    "Answer",
    "CalledOff",
    "Figure",
    "Participation",
    "Period",
    "Records",
    "Reviewed",
    "Row",
    "ended_in",
    "figure_of",
    "rows_of",
]
