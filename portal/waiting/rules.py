"""What waits for somebody, in which order, and how late it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID


class Wait(StrEnum):
    """The kinds of things that wait for a person."""

    OFFERS_TO_OPEN = "offers_to_open"
    INTERESTS_TO_DECLARE = "interests_to_declare"
    OFFERS_TO_ASSESS = "offers_to_assess"
    CALL_OFF_TO_ANSWER = "call_off_to_answer"
    CALL_OFF_LATE = "call_off_late"
    CALL_OFF_DECLINED = "call_off_declined"
    BID_TO_MAKE = "bid_to_make"
    INTERVIEW = "interview"
    RECORD_TO_MAKE = "record_to_make"
    RECORD_DISPUTED = "record_disputed"
    RECORD_TO_ACCEPT = "record_to_accept"
    FOLLOW_UP = "follow_up"
    PRACTICE = "practice"
    MEETING = "meeting"
    PROPOSAL = "proposal"
    CONTRACT_TO_APPROVE = "contract_to_approve"
    OPTION_NOTICE = "option_notice"
    SCORECARD_TO_ASSESS = "scorecard_to_assess"
    SCORECARD_TO_ANSWER = "scorecard_to_answer"
    SCORECARD_TO_SETTLE = "scorecard_to_settle"
    ACCESSIBILITY_TO_ANSWER = "accessibility_to_answer"
    WORK_READY = "work_ready"


@dataclass(frozen=True)
class Waiting:
    """One thing: what kind, on what, how many, by which day, and where it is done.

    ``subject`` is a contract's or a training's reference, never a person's name. ``endpoint`` and
    ``key`` are the page on which it is done.
    """

    kind: Wait
    subject: str
    by: date | None
    endpoint: str
    key: UUID
    count: int = 1

    def is_late(self, today: date) -> bool:
        """Whether its day has passed."""
        return self.by is not None and self.by < today

    def is_this_week(self, today: date) -> bool:
        """Whether it is due within seven days, late ones included."""
        return self.by is None or self.by <= today + timedelta(days=7)


def in_order(found: Iterable[Waiting]) -> list[Waiting]:
    """The most urgent first; what has no day comes before what is far off."""
    return sorted(
        found,
        key=lambda one: (one.by or date.min, list(Wait).index(one.kind), one.subject, one.key),
    )
