"""What a call is made of, and how the state of a procurement moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal.legal.rules import Regime
from portal.shared.transitions import status_after


class State(StrEnum):
    """Where a procurement is in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"
    OPENED = "opened"
    DECIDED = "decided"


TRANSITIONS: dict[str, tuple[State, State]] = {
    "publish": (State.DRAFT, State.PUBLISHED),
    "open_offers": (State.PUBLISHED, State.OPENED),
    "issue_decision": (State.OPENED, State.DECIDED),
    "discontinue_unopened": (State.PUBLISHED, State.DECIDED),
    "decide_anew": (State.DECIDED, State.OPENED),
    "decide_anew_unopened": (State.DECIDED, State.PUBLISHED),
}
"""The one table that moves a procurement: act → from, to."""


def moved(state: str, act: str) -> State:
    """The state after an act. Raises ``wrong_state`` where the table has no such move."""
    return status_after(TRANSITIONS, state, act)


class ProcurementKind(StrEnum):
    """What is bought."""

    CAPACITY = "capacity"
    COURSE = "course"
    COACHING = "coaching"


class Unit(StrEnum):
    """What capacity is counted in."""

    STUDENT_WORKDAY = "student_workday"
    TRAINING_PACKAGE = "training_package"
    HOUR = "hour"


class PriceModel(StrEnum):
    """What an offered price is for."""

    PER_STUDENT_WORKDAY = "per_student_workday"
    FIXED_SUM_PER_PERIOD = "fixed_sum_per_period"
    PER_TRAINING_PACKAGE = "per_training_package"
    PER_HOUR = "per_hour"


class Comparison(StrEnum):
    """Which price is compared between offers."""

    UNIT_PRICE = "unit_price"
    TOTAL_AT_ESTIMATE = "total_at_estimate"


class Procedure(StrEnum):
    """How offers are asked for."""

    OPEN = "open"
    RESTRICTED = "restricted"
    NEGOTIATED = "negotiated"
    DIRECT_AWARD = "direct_award"


class OptionKind(StrEnum):
    """What an option clause gives the buyer the right to."""

    ADDITIONAL_CAPACITY = "additional_capacity"
    FURTHER_PERIOD = "further_period"
    AFTER_GUIDANCE = "after_guidance"
    COACHING = "coaching"


@dataclass(frozen=True)
class OptionTerms:
    """An option clause: ``amount`` is capacity units, months, hours per participant or hours."""

    key: str
    kind: OptionKind
    amount: Decimal
    times: int
    notice_by: date
    window_months: int | None = None
    price: Decimal | None = None
    condition: Mapping[str, Decimal] | None = None


@dataclass(frozen=True)
class PriceRevision:
    """How prices are revised: by an index, each year from one day on, by a ceiling in percent."""

    index: Mapping[str, str]
    day: int
    month: int
    ceiling: Decimal


@dataclass(frozen=True)
class LotTerms:
    """A lot as the call declares it; prices are without value added tax.

    ``vat_rate`` is in percent, zero where the service is exempt and None where the call does not
    say. Without a ``price_revision`` prices stay as they were offered.
    """

    key: str
    title: Mapping[str, str]
    region: str
    fields: tuple[str, ...]
    unit: Unit
    capacity_minimum: Decimal
    capacity_estimated: Decimal
    capacity_maximum: Decimal
    price_model: PriceModel
    minimum_group: int = 1
    target_group: Mapping[str, str] = field(default_factory=dict)
    target_participants: int | None = None
    target_open_market_share: Decimal | None = None
    result_bonus: Mapping[str, Any] | None = None
    vat_rate: Decimal | None = None
    price_revision: PriceRevision | None = None
    options: tuple[OptionTerms, ...] = ()


@dataclass(frozen=True)
class CriterionTerms:
    """An award criterion with its weight; ``question`` only for one of this call's own.

    ``text`` is the rest of an own one, in the form of the bank: ``title``, ``guidance`` (what
    counts as evidence) and ``points``, each a ``value`` with its ``facts``.
    """

    key: str
    weight: Decimal
    version: int | None = None
    question: Mapping[str, str] | None = None
    text: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class RequirementTerms:
    """What every provider must meet to be suitable, and by what ``evidence`` it is shown."""

    key: str
    title: Mapping[str, str]
    evidence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CallTerms:
    """The whole call: what pages, case files, documents and the hash are all made from.

    ``criteria_set`` quotes the set of the bank that the call follows, if it follows one.
    ``low_price_percent`` is the measure of an unusually low price, in percent of the mean of the
    others'; None until the installation's is taken over at publishing. ``estimated_value`` is in
    euros without value added tax, with the options counted in.
    """

    reference: str
    title: Mapping[str, str]
    kind: ProcurementKind
    description: Mapping[str, str] = field(default_factory=dict)
    regime: Regime = Regime.ANNEX_E
    procedure: Procedure = Procedure.OPEN
    cpv: tuple[str, ...] = ()
    estimated_value: Decimal | None = None
    questions_due: datetime | None = None
    offers_due: datetime | None = None
    contract_start: date | None = None
    contract_end: date | None = None
    price_weight: Decimal | None = None
    comparison: Comparison = Comparison.UNIT_PRICE
    scale_top: int = 3
    criteria_set: str | None = None
    two_envelopes: bool = False
    low_price_percent: Decimal | None = None
    lots: tuple[LotTerms, ...] = ()
    requirements: tuple[RequirementTerms, ...] = ()
    criteria: tuple[CriterionTerms, ...] = ()

    @property
    def own_criteria(self) -> tuple[CriterionTerms, ...]:
        """The criteria that are this call's own."""
        return tuple(criterion for criterion in self.criteria if criterion.question is not None)

    def own_criterion(self, key: str) -> CriterionTerms | None:
        """One of the call's own criteria."""
        return next((one for one in self.own_criteria if one.key == key), None)
