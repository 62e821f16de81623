"""Questions put to a bidder in writing after the opening, and answers with a clock of their own."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from portal.shared.clock import in_time
from portal.shared.errors import RuleBroken
from portal.shared.transitions import status_after


class ClarificationKind(StrEnum):
    """What a bidder is asked: what the offer means, or how an unusually low price comes about."""

    CONTENT = "content"
    LOW_PRICE = "low_price"


class ClarificationState(StrEnum):
    """A question waits or is answered; that its time ran out is read off the clock."""

    ASKED = "asked"
    ANSWERED = "answered"


TRANSITIONS: dict[str, tuple[ClarificationState, ClarificationState]] = {
    "answer_clarification": (ClarificationState.ASKED, ClarificationState.ANSWERED),
}
"""The one table that moves a clarification: act → from, to."""


def moved(state: str, act: str) -> ClarificationState:
    """The state after an act. Raises ``wrong_state``: an answer is given once and stands."""
    return status_after(TRANSITIONS, state, act)


def require_time_left(at: datetime, due: datetime) -> None:
    """Refuses an answer by ``answer_time_passed``."""
    if not in_time(at, due):
        raise RuleBroken("answer_time_passed")


def require_due_ahead(due: datetime, at: datetime) -> None:
    """Refuses a question that leaves no time to answer by ``due_not_ahead``."""
    if due <= at:
        raise RuleBroken("due_not_ahead", field="due")


def heard(state: str, due: datetime, at: datetime) -> bool:
    """Whether the bidder has had its say: it has answered, or let the time pass."""
    return state == ClarificationState.ANSWERED or not in_time(at, due)
