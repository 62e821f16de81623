"""What the report says of scorecards: each figure with its numerator and denominator."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.cases.stage import Stage
from portal.indicators.rules import OF_CASE_FILES, Figure
from portal.scorecards.models import Scorecard
from portal.scorecards.rules import ScorecardState
from portal.shared.numbers import shown


def reported_scorecards(session: Session, stage: Stage) -> dict[str, Any]:
    """Every scorecard of the case under its key."""
    return {
        key: _scorecard(session.get_one(Scorecard, scorecard_id))
        for key, scorecard_id in stage.scorecards.items()
    }


def _scorecard(scorecard: Scorecard) -> dict[str, Any]:
    figures = {
        key: _figure(Figure(key, numerator, denominator))
        for key, (numerator, denominator) in scorecard.figures.items()
        if key in OF_CASE_FILES
    }
    return {"settled": scorecard.state == ScorecardState.SETTLED, **figures}


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "value": None if figure.value is None else shown(figure.value, 4),
        "numerator": str(figure.numerator),
        "denominator": figure.denominator,
    }
