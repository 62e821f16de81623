"""The pages of the evaluation."""

from portal.evaluation.views import assessing, deciding, overview, ranking, suitability
from portal.evaluation.views.blueprint import bp

__all__ = ["assessing", "bp", "deciding", "overview", "ranking", "suitability"]
