"""What may be asked against a decision, and how such a request or appeal ends."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from portal.shared.errors import RuleBroken


class RemedyKind(StrEnum):
    """A request to the buyer itself, or an appeal to the Market Court."""

    CORRECTION_REQUEST = "correction_request"
    APPEAL = "appeal"


class RemedyState(StrEnum):
    """Whether it is pending, and how it ended."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DISMISSED = "dismissed"
    ANNULLED = "annulled"


TRANSITIONS: dict[RemedyKind, dict[RemedyState, frozenset[RemedyState]]] = {
    RemedyKind.CORRECTION_REQUEST: {
        RemedyState.PENDING: frozenset({RemedyState.ACCEPTED, RemedyState.REJECTED}),
    },
    RemedyKind.APPEAL: {
        RemedyState.PENDING: frozenset({RemedyState.DISMISSED, RemedyState.ANNULLED}),
    },
}
"""The one table that moves a remedy: its kind → from → the endings that it may have."""


def settled(kind: str, state: str, outcome: str) -> RemedyState:
    """The state after its ending. Raises ``wrong_state`` where the table has no such move."""
    endings = TRANSITIONS[RemedyKind(kind)].get(RemedyState(state), frozenset())
    if outcome not in endings:
        raise RuleBroken("wrong_state")
    return RemedyState(outcome)


def own_correction_until(issued_on: date, days: int) -> date:
    """The last day on which the buyer may correct its decision by itself, in plain days."""
    return issued_on + timedelta(days=days)
