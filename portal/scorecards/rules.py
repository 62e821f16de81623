"""When a scorecard may be assessed, answered and settled."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.shared.errors import RuleBroken


class ScorecardState(StrEnum):
    """A draft is assessed and answered until it is settled and stands."""

    DRAFT = "draft"
    SETTLED = "settled"


TRANSITIONS = {"settle_scorecard": (ScorecardState.DRAFT, ScorecardState.SETTLED)}
"""The one table that moves a scorecard."""


class View(StrEnum):
    """Whose assessment it is: the provider's own, or that of those who refer and buy."""

    OWN = "own"
    REFERRERS = "referrers"


@dataclass(frozen=True)
class Given:
    """Points for one criterion, with the reason and what they rest on."""

    points: int
    reason: str
    evidence: str = ""


def require_given(points: Mapping[str, Given], tops: Mapping[str, int]) -> None:
    """Refuses points that cannot stand; ``tops`` is the highest point of each criterion.

    Raises ``reason_missing``, then ``points_off_scale``, which a criterion outside the set is too.
    """
    for criterion, given in points.items():
        if not given.reason.strip():
            raise RuleBroken("reason_missing", field=f"reason-{criterion}")
    for criterion, given in points.items():
        if criterion not in tops or not 0 <= given.points <= tops[criterion]:
            raise RuleBroken("points_off_scale", field=f"points-{criterion}")


def last_day_to_answer(drawn_up_on: date, days: int) -> date:
    """The day itself is not counted, and the last one is in time."""
    return drawn_up_on + timedelta(days=days)


def require_settleable(
    views: Collection[str], *, answered: bool, answer_by: date, today: date
) -> None:
    """Refuses to let a scorecard stand too early.

    Raises ``assessments_missing`` without either view, ``answer_time_running`` until the last day
    to answer has passed, unless there is an answer.
    """
    if not set(View) <= set(views):
        raise RuleBroken("assessments_missing")
    if not answered and today <= answer_by:
        raise RuleBroken("answer_time_running")
