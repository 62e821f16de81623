"""What a form of training is made of, as its file tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

Names = Mapping[str, str]
"""One text in every language of the portal: ``{"fi": …, "sv": …, "en": …}``."""


class DayKind(StrEnum):
    """What a day of a training is spent on."""

    TRAINING = "training"
    ON_THE_JOB = "on_the_job_learning"
    SUBSIDISED_WORK = "subsidised_work"
    COACHING = "coaching"


@dataclass(frozen=True)
class Source:
    """Where a number was read: lines of the study as ``"2217-2220"``, or it is a proposal."""

    study: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    proposal: bool = False


@dataclass(frozen=True)
class Length:
    """So many ``weeks`` or ``months``."""

    amount: Decimal
    unit: str


@dataclass(frozen=True)
class Phase:
    """A stretch of a training; ``days`` are the kinds of day in it, ``funding`` who pays them."""

    key: str
    name: Names
    days: tuple[DayKind, ...]
    funding: Names
    source: Source
    length: Length | None = None


@dataclass(frozen=True)
class Rule:
    """One rule of a form: its kind, and the values that the kind asks for.

    ``refuse``: it stops the act; else it warns. ``confirm``: a lawyer has yet to confirm it.
    """

    kind: str
    values: Mapping[str, Any]
    source: Source
    refuse: bool = False
    confirm: bool = False


@dataclass(frozen=True)
class Basis:
    """A law or a funding on which a form is bought, with its days, both included.

    ``confirm``: a lawyer has yet to confirm it.
    """

    text: Names
    valid_from: date
    valid_until: date | None
    source: Names
    confirm: bool

    def in_force(self, on: date) -> bool:
        """Whether it holds on that day."""
        return within(on, self.valid_from, self.valid_until)


@dataclass(frozen=True)
class PlanName:
    """What the personal plan is called, and from when to when."""

    name: Names
    short: str
    valid_from: date | None
    valid_until: date | None
    source: Source

    def in_force(self, on: date) -> bool:
        """Whether the plan is called so on that day."""
        return within(on, self.valid_from, self.valid_until)


@dataclass(frozen=True)
class TrainingForm:
    """A form of training (toteutusmuoto), as one file tells it.

    ``paid_days`` are the kinds of day that the buyer pays the provider for. The days of validity
    are included.
    """

    key: str
    name: Names
    description: Names
    valid_from: date
    valid_until: date | None
    phases: tuple[Phase, ...]
    paid_days: frozenset[DayKind]
    paid_days_source: Source
    rules: tuple[Rule, ...]
    plan_names: tuple[PlanName, ...]
    legal_basis: tuple[Basis, ...]
    funding_basis: tuple[Basis, ...]
    source: tuple[str, ...]

    def in_force(self, on: date) -> bool:
        """Whether the form may be used on that day."""
        return within(on, self.valid_from, self.valid_until)

    def rule(self, kind: str) -> Rule | None:
        """The form's first rule of a kind, if it has one."""
        return next((rule for rule in self.rules if rule.kind == kind), None)

    def phase(self, key: str) -> Phase | None:
        """The phase of that key, if there is one."""
        return next((phase for phase in self.phases if phase.key == key), None)

    def plan_on(self, on: date) -> PlanName | None:
        """The personal plan of that day, if the form has one."""
        return next((plan for plan in self.plan_names if plan.in_force(on)), None)

    def plan_called(self, on: date) -> str:
        """The usual name of that day's plan: the short one, else the Finnish; empty without one."""
        plan = self.plan_on(on)
        return "" if plan is None else plan.short or plan.name["fi"]

    def legal_on(self, on: date) -> list[Basis]:
        """The legal bases of that day."""
        return [basis for basis in self.legal_basis if basis.in_force(on)]

    def funding_on(self, on: date) -> list[Basis]:
        """The funding bases of that day."""
        return [basis for basis in self.funding_basis if basis.in_force(on)]

    @property
    def portfolio_review_months(self) -> int | None:
        """A coach's portfolio is reviewed every so many months."""
        rule = self.rule("portfolio_review")
        return None if rule is None else int(rule.values["months"])

    @property
    def entry(self) -> str | None:
        """``together`` or ``continuous``, or None where the form says neither."""
        rule = self.rule("entry")
        return None if rule is None else str(rule.values["how"])


@dataclass(frozen=True)
class Example:
    """A case in which a unit is of sensible use."""

    text: Names
    source: Source


@dataclass(frozen=True)
class Unit:
    """A qualification unit that ships with the portal; ``points`` are competence points.

    ``confirm``: the name and the points have yet to be held against the qualification
    requirements in force.
    """

    key: str
    name: Names
    points: int
    confirm: bool
    sensible_use: tuple[Example, ...]


@dataclass(frozen=True)
class Field:
    """A field of training with its units; ``also`` are other names that lots give it."""

    key: str
    name: Names
    qualification: Names
    also: tuple[str, ...]
    source: str
    units: tuple[Unit, ...]


def within(on: date, first: date | None, last: date | None) -> bool:
    """Whether a day is between two days, both included; None is open."""
    return (first is None or first <= on) and (last is None or on <= last)
