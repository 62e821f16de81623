"""When an option may be used, what a change of contract may come to, and what is compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from portal.procurement.rules import OptionTerms
from portal.shared.clock import months_later
from portal.shared.errors import RuleBroken
from portal.shared.numbers import rounded


@dataclass(frozen=True)
class Evidence:
    """What a contract has led to so far, as its conditions count it.

    ``answers`` and ``points`` are the participants' own; ``ended`` are those who have started and
    ended, whichever way, and ``open_market`` those of them in the open labour market at the end.
    """

    answers: int = 0
    points: int = 0
    ended: int = 0
    open_market: int = 0

    @property
    def feedback_mean(self) -> Fraction | None:
        """The exact mean of the answers; None without one."""
        return Fraction(self.points, self.answers) if self.answers else None

    @property
    def open_market_share(self) -> Fraction | None:
        """The exact share of those who have ended; None where nobody has."""
        return Fraction(self.open_market, self.ended) if self.ended else None


@dataclass(frozen=True)
class Measured:
    """One thing that a condition names: what it asks for, what there is, whether that will do."""

    measure: str
    cut_off: Decimal
    found: Fraction | None
    holds: bool


def measured(condition: Mapping[str, Decimal] | None, evidence: Evidence) -> list[Measured]:
    """Each part of a condition against the evidence. Without data a part does not hold."""
    found: dict[str, Fraction | None] = {
        "feedback_mean_at_least": evidence.feedback_mean,
        "answers_at_least": Fraction(evidence.answers),
        "open_market_share_at_least": evidence.open_market_share,
    }
    parts = []
    for measure, value in found.items():
        if condition is not None and measure in condition:
            cut_off = Decimal(condition[measure])
            holds = value is not None and value >= Fraction(cut_off)
            parts.append(Measured(measure, cut_off, value, holds))
    return parts


def left_of(option: OptionTerms, used: int) -> int:
    """How many times it may still be used, whatever the notice day (cases/FORMAT.md)."""
    return max(option.times - used, 0)


def require_exercisable(option: OptionTerms, used: int, evidence: Evidence, today: date) -> None:
    """Refuses an option that may not be used today.

    Raises ``option_used_up``, ``option_notice_passed`` (its last day is in time),
    ``option_condition_unmet``.
    """
    if used >= option.times:
        raise RuleBroken("option_used_up")
    if today > option.notice_by:
        raise RuleBroken("option_notice_passed")
    if not all(part.holds for part in measured(option.condition, evidence)):
        raise RuleBroken("option_condition_unmet")


def extended(first_end: date, months: int) -> date:
    """The contract's end after all further periods used so far, counted from its first end.

    Counted from there, so that a last day of a month does not creep (cases/FORMAT.md).
    """
    return months_later(first_end, months)


def due_reminders(notice_by: date, days_before: Collection[int], today: date) -> list[int]:
    """Which reminders should have been sent by now, the most urgent first.

    None is due any more once the notice day has passed.
    """
    if today > notice_by:
        return []
    return sorted(days for days in days_before if today >= notice_by - timedelta(days=days))


class ChangeState(StrEnum):
    """A change is proposed by the buyer; it takes effect, or ends, by what the provider says."""

    PROPOSED = "proposed"
    IN_EFFECT = "in_effect"
    REFUSED = "refused"


TRANSITIONS: dict[str, dict[ChangeState, ChangeState]] = {
    "consent_to_change": {ChangeState.PROPOSED: ChangeState.IN_EFFECT},
    "refuse_change": {ChangeState.PROPOSED: ChangeState.REFUSED},
}
"""The one table that moves a change: act → from → to."""


def moved(state: str, act: str) -> ChangeState:
    """The state after an act. Raises ``wrong_state`` where the table has no such move."""
    after = TRANSITIONS[act].get(ChangeState(state))
    if after is None:
        raise RuleBroken("wrong_state")
    return after


def percent_of(percent: Decimal, value: Decimal) -> Decimal:
    """So many percent of a value, in euros, rounded once."""
    return rounded(Fraction(percent) * Fraction(value) / 100)


def require_within_ceiling(total: Decimal, ceiling: Decimal) -> None:
    """Refuses by ``change_above_ceiling`` a running total beyond the ceiling, up or down."""
    if abs(total) > ceiling:
        raise RuleBroken("change_above_ceiling", field="value", total=total, ceiling=ceiling)


def require_single_within(value: Decimal, most: Decimal) -> None:
    """Refuses by ``change_too_large`` one change that its ground does not allow to be so large."""
    if abs(value) > most:
        raise RuleBroken("change_too_large", field="value", most=most)


@dataclass(frozen=True)
class Quality:
    """How a contract has gone: every share with its numbers beside it.

    ``completed`` counts those who left early for work or studies too, which is a good result.
    """

    started: int = 0
    ended: int = 0
    completed: int = 0
    open_market: int = 0
    answers: int = 0
    points: int = 0

    @property
    def feedback_mean(self) -> Fraction | None:
        """The exact mean of the participants' answers; None without one."""
        return Fraction(self.points, self.answers) if self.answers else None

    @property
    def open_market_share(self) -> Fraction | None:
        """Of those who started and have ended; None where nobody has."""
        return Fraction(self.open_market, self.ended) if self.ended else None

    @property
    def completed_share(self) -> Fraction | None:
        """Of those who started and have ended; None where nobody has."""
        return Fraction(self.completed, self.ended) if self.ended else None
