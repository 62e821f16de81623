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


PAGES: dict[Wait, str] = {
    Wait.OFFERS_TO_OPEN: "offers.opening",
    Wait.INTERESTS_TO_DECLARE: "evaluation.show",
    Wait.OFFERS_TO_ASSESS: "evaluation.show",
    Wait.CALL_OFF_TO_ANSWER: "capacity.show",
    Wait.CALL_OFF_LATE: "capacity.show",
    Wait.CALL_OFF_DECLINED: "arrangements.need",
    Wait.BID_TO_MAKE: "arrangements.need",
    Wait.INTERVIEW: "enrolments.training",
    Wait.RECORD_TO_MAKE: "workdays.records",
    Wait.RECORD_DISPUTED: "workdays.records",
    Wait.RECORD_TO_ACCEPT: "workdays.records",
    Wait.FOLLOW_UP: "enrolments.training",
    Wait.PRACTICE: "meetings.practices",
    Wait.MEETING: "meetings.show",
    Wait.PROPOSAL: "feedback.training",
    Wait.CONTRACT_TO_APPROVE: "contracts.show",
    Wait.OPTION_NOTICE: "options.index",
    Wait.SCORECARD_TO_ASSESS: "scorecards.show",
    Wait.SCORECARD_TO_ANSWER: "scorecards.show",
    Wait.SCORECARD_TO_SETTLE: "scorecards.show",
    Wait.ACCESSIBILITY_TO_ANSWER: "accessibility.message",
    Wait.WORK_READY: "underway.show",
}
"""The page on which each is done."""


@dataclass(frozen=True)
class Waiting:
    """One thing: what kind, on what, how many, and by which day.

    ``subject`` is a contract's or a training's reference, never a person's name. ``key`` is that
    of the page on which it is done.
    """

    kind: Wait
    subject: str
    by: date | None
    key: UUID
    count: int = 1

    @property
    def endpoint(self) -> str:
        """The page on which it is done."""
        return PAGES[self.kind]

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
