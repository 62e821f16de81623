"""The steps of an improvement plan: when one may be added, reported and reviewed, and when late."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from portal.shared.errors import RuleBroken


class Side(StrEnum):
    """The two parties of a plan."""

    BUYER = "buyer"
    PROVIDER = "provider"

    @property
    def other(self) -> Side:
        """Who reviews what this side has reported."""
        return Side.PROVIDER if self is Side.BUYER else Side.BUYER


class StepState(StrEnum):
    """A step is planned until its side reports it done or not done."""

    PLANNED = "planned"
    DONE = "done"
    NOT_DONE = "not_done"


TRANSITIONS = {
    "report_done": (StepState.PLANNED, StepState.DONE),
    "report_not_done": (StepState.PLANNED, StepState.NOT_DONE),
    "return_done": (StepState.DONE, StepState.PLANNED),
    "return_not_done": (StepState.NOT_DONE, StepState.PLANNED),
}
"""The one table that moves a step. A review that agrees moves nothing: it closes the step."""


def return_of(state: str) -> str:
    """The move by which the other side gives a reported step back."""
    return "return_not_done" if state == StepState.NOT_DONE else "return_done"


def require_step(
    *, what: str, named: bool, due: date, about: str, known: Collection[str], today: date
) -> None:
    """Refuses a step that nobody could carry out or follow.

    Raises ``text_missing``, ``who_missing`` (neither a person nor a role), ``due_passed``,
    ``about_unknown`` (no indicator and no criterion of the plan's set).
    """
    if not what.strip():
        raise RuleBroken("text_missing", field="what")
    if not named:
        raise RuleBroken("who_missing", field="role")
    if due < today:
        raise RuleBroken("due_passed", field="due")
    if about not in known:
        raise RuleBroken("about_unknown", field="about")


def require_review(*, note: str, day: date, today: date, due: date | None = None) -> None:
    """Refuses a review without a note, of a day to come, or that gives too short a time.

    Raises ``text_missing``, ``day_ahead``, ``due_passed``.
    """
    if not note.strip():
        raise RuleBroken("text_missing", field="note")
    if day > today:
        raise RuleBroken("day_ahead", field="day")
    if due is not None and due < today:
        raise RuleBroken("due_passed", field="due")


def is_overdue(state: str, due: date, today: date) -> bool:
    """Whether a step is still planned although its last day has passed."""
    return state == StepState.PLANNED and due < today


def is_told(state: str, due: date, today: date, days: int) -> bool:
    """Whether the buyer's officer is told: more than so many days after its last day."""
    return state == StepState.PLANNED and (today - due).days > days


def in_order(state: str, due: date, closed: bool, today: date) -> tuple[int, date]:
    """What steps are sorted by: overdue, planned, waiting for a review, closed; then by day."""
    if is_overdue(state, due, today):
        return 0, due
    if state == StepState.PLANNED:
        return 1, due
    return 3 if closed else 2, due
