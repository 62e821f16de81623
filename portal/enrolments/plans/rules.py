"""Steps of a plan, when it is looked at again, the three sides of the closing assessment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from portal.shared.errors import RuleBroken

PLANNED_FROM = frozenset({"selected", "started", "completed", "left_early", "interrupted"})
"""States of an enrolment in which there is a plan: from the selection on."""
ASSESSED_FROM = frozenset({"started", "completed", "left_early", "interrupted"})
"""States in which the end can be assessed: once the person has started."""


class StepState(StrEnum):
    """A step is open until it is done or withdrawn."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


TRANSITIONS: dict[str, dict[StepState, StepState]] = {
    "change_step": {StepState.OPEN: StepState.OPEN},
    "finish_step": {StepState.OPEN: StepState.DONE},
    "withdraw_step": {StepState.OPEN: StepState.WITHDRAWN},
}
"""The one table that moves a step: act → from → to."""


def moved(state: str, act: str) -> StepState:
    """The state after an act. Raises ``wrong_state`` where the table has no such move."""
    after = TRANSITIONS[act].get(StepState(state))
    if after is None:
        raise RuleBroken("wrong_state")
    return after


class Side(StrEnum):
    """The three who assess the end together."""

    LEARNER = "learner"
    SCHOOL = "school"
    EMPLOYER = "employer"


class Stage(StrEnum):
    """Where on the path to work a training stands (1586-1590 of the study)."""

    ASSESSMENT = "assessment"
    REHABILITATION = "rehabilitation"
    TRAINING = "training"
    EMPLOYMENT = "employment"


class ServiceLine(StrEnum):
    """The service lines of employment services (284-286 and 1524-1526 of the study)."""

    LABOUR_MARKET = "labour_market"
    SKILLS = "skills"
    SUPPORTED = "supported"


def require_state(state: str, allowed: Iterable[str]) -> None:
    """Refuses by ``wrong_state`` an enrolment that is in none of the states."""
    if state not in allowed:
        raise RuleBroken("wrong_state")


def require_text(text: str, field: str = "text") -> str:
    """The text without spaces around it. Raises ``text_missing``."""
    if not text.strip():
        raise RuleBroken("text_missing", field=field)
    return text.strip()


def require_not_ahead(day: date, today: date) -> None:
    """Refuses by ``day_ahead`` a day that is still to come."""
    if day > today:
        raise RuleBroken("day_ahead", field="day")
