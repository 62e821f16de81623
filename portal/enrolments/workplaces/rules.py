"""The states of a workplace, who may be placed there and when, the number of a decision."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.organisations.rules import is_business_id, normal_business_id
from portal.shared.errors import RuleBroken

PLACED_FROM = frozenset({"selected", "started", "completed", "left_early"})
"""States of an enrolment in which the person may be placed: wage-subsidised work may outlast the
training (2341-2346 of the study)."""


class WorkplaceState(StrEnum):
    """One workplace takes one person at a time; it is found, confirmed, and one day ended."""

    FOUND = "found"
    CONFIRMED = "confirmed"
    ENDED = "ended"


TRANSITIONS: dict[str, dict[WorkplaceState, WorkplaceState]] = {
    "confirm_workplace": {WorkplaceState.FOUND: WorkplaceState.CONFIRMED},
    "end_workplace": {
        WorkplaceState.FOUND: WorkplaceState.ENDED,
        WorkplaceState.CONFIRMED: WorkplaceState.ENDED,
    },
}
"""The one table that moves a workplace: act → from → to."""


def moved(state: str, act: str) -> WorkplaceState:
    """The state after an act. Raises ``wrong_state`` where the table has no such move."""
    after = TRANSITIONS[act].get(WorkplaceState(state))
    if after is None:
        raise RuleBroken("wrong_state")
    return after


@dataclass(frozen=True)
class WorkplaceTerms:
    """What is known of a workplace: the employer, where it is, who instructs there."""

    name: str
    instructor: str
    address: str = ""
    business_id: str = ""


def require_workplace(terms: WorkplaceTerms) -> WorkplaceTerms:
    """The terms in one form. Raises ``name_missing``, ``instructor_missing``,
    ``business_id_wrong``."""
    if not terms.name.strip():
        raise RuleBroken("name_missing", field="name")
    if not terms.instructor.strip():
        raise RuleBroken("instructor_missing", field="instructor")
    business_id = normal_business_id(terms.business_id)
    if business_id and not is_business_id(business_id):
        raise RuleBroken("business_id_wrong", field="business_id")
    return WorkplaceTerms(
        terms.name.strip(), terms.instructor.strip(), terms.address.strip(), business_id
    )


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both inclusive; without a last day it goes on."""

    starts: date
    ends: date | None = None

    def overlaps(self, other: Period) -> bool:
        """Whether some day is in both."""
        return (other.ends is None or self.starts <= other.ends) and (
            self.ends is None or other.starts <= self.ends
        )


def require_period(
    period: Period, at_workplace: Iterable[Period], of_person: Iterable[Period]
) -> None:
    """One person at a time at a workplace, and one workplace at a time for a person.

    Raises ``ends_before_start``, ``workplace_taken``, ``placed_elsewhere``.
    """
    if period.ends is not None and period.ends < period.starts:
        raise RuleBroken("ends_before_start", field="ends")
    if any(period.overlaps(other) for other in at_workplace):
        raise RuleBroken("workplace_taken", field="starts")
    if any(period.overlaps(other) for other in of_person):
        raise RuleBroken("placed_elsewhere", field="starts")


_DECISION = re.compile(r"[A-Za-zÅÄÖåäö0-9][A-Za-zÅÄÖåäö0-9/.\-]{2,39}")
_PERSONAL = re.compile(r"[0-9]{6}[-+A-Fa-fU-Yu-y][0-9]{3}[0-9A-Za-z]")


def require_decision_number(number: str) -> str:
    """The wage-subsidy decision's own number, or nothing: the decision itself stays elsewhere.

    Raises ``decision_number_wrong`` for anything that is no number of a decision: words, spaces,
    no digit at all, or a personal identity code.
    """
    number = number.strip()
    if not number:
        return ""
    fits = _DECISION.fullmatch(number) and any(sign.isdigit() for sign in number)
    if not fits or _PERSONAL.search(number):
        raise RuleBroken("decision_number_wrong", field="subsidy_decision")
    return number
