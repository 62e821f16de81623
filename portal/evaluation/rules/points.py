"""Points with their reasons: whole, on the scale, each explained."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.shared.errors import RuleBroken
from portal.shared.transitions import status_after


class AssessmentState(StrEnum):
    """An evaluator's assessment is private until it is handed in or abstained from."""

    DRAFT = "draft"
    HANDED_IN = "handed_in"
    ABSTAINED = "abstained"


TRANSITIONS: dict[str, tuple[AssessmentState, AssessmentState]] = {
    "hand_in": (AssessmentState.DRAFT, AssessmentState.HANDED_IN),
    "abstain": (AssessmentState.DRAFT, AssessmentState.ABSTAINED),
}
"""The one table that moves an assessment: act → from, to. Nothing moves one that was handed in."""


def moved(state: str, act: str) -> AssessmentState:
    """The state after an act. Raises ``handed_in`` where the table has no such move."""
    return status_after(TRANSITIONS, state, act, rule="handed_in")


@dataclass(frozen=True)
class Points:
    """Whole points for one criterion, with the reason for them; a draft may lack the points."""

    points: int | None
    reason: str


def require_points(given: Mapping[str, Points], criteria: Collection[str], scale_top: int) -> None:
    """Every criterion has points on the scale and a reason.

    Raises ``points_off_scale``, then ``reason_missing`` (also for a criterion left out).
    """
    for key, points in given.items():
        if points.points is not None and not 0 <= points.points <= scale_top:
            raise RuleBroken("points_off_scale", field=f"points-{key}", top=scale_top)
    for key in criteria:
        if key not in given or given[key].points is None or not given[key].reason.strip():
            raise RuleBroken("reason_missing", field=f"reason-{key}")


def require_reason(reason: str, field: str = "reason") -> None:
    """Refuses a blank reason by ``reason_missing``."""
    if not reason.strip():
        raise RuleBroken("reason_missing", field=field)


def packed_points(given: Mapping[str, Points]) -> dict[str, Any]:
    """As tables keep them."""
    return {key: {"points": value.points, "reason": value.reason} for key, value in given.items()}


def spread(points: Sequence[int | None]) -> int | None:
    """How far apart the assessors' points for one criterion are; None before two have any."""
    given = [value for value in points if value is not None]
    return max(given) - min(given) if len(given) > 1 else None
