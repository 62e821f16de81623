"""The pages of the evaluation."""

from portal.evaluation.views import (
    agreeing,
    assessing,
    clarifying,
    deciding,
    matrix,
    notices,
    overview,
    preview,
    prices,
    ranking,
    remedies,
    suitability,
)
from portal.evaluation.views.blueprint import bp

__all__ = [
    "agreeing",
    "assessing",
    "bp",
    "clarifying",
    "deciding",
    "matrix",
    "notices",
    "overview",
    "preview",
    "prices",
    "ranking",
    "remedies",
    "suitability",
]
