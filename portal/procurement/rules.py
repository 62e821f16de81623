"""What a call is made of, when it is complete, and how its state moves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import count
from typing import Any

from portal.legal.rules import Regime
from portal.shared.canonical import canonical, sha256
from portal.shared.clock import months_later
from portal.shared.errors import RuleBroken
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


def weights_total(call: CallTerms) -> Decimal:
    """Price and criteria together."""
    return sum((criterion.weight for criterion in call.criteria), call.price_weight or Decimal(0))


def missing_from_call(call: CallTerms, at: datetime) -> list[str]:
    """Names of what keeps a call from being published, in the order of its pages."""
    missing = []
    if not call.title.get("fi"):
        missing.append("title")
    if call.questions_due is None or call.questions_due <= at:
        missing.append("questions_due")
    if call.offers_due is None or call.offers_due <= at:
        missing.append("offers_due")
    if (
        call.contract_start is None
        or call.contract_end is None
        or call.contract_end <= call.contract_start
    ):
        missing.append("contract_period")
    if not call.lots:
        missing.append("lots")
    if not call.criteria:
        missing.append("criteria")
    if call.comparison == Comparison.TOTAL_AT_ESTIMATE and any(
        lot.price_model == PriceModel.FIXED_SUM_PER_PERIOD for lot in call.lots
    ):
        missing.append("comparison")
    return missing


def require_publishable(call: CallTerms, at: datetime) -> None:
    """Refuses by ``call_incomplete`` (with what is missing) or ``weights_not_100``."""
    missing = missing_from_call(call, at)
    if missing:
        raise RuleBroken("call_incomplete", missing=missing)
    if weights_total(call) != 100:
        raise RuleBroken("weights_not_100", total=weights_total(call))


def require_one_scale(scale_top: int, criteria: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse criteria whose facts are for another scale than the call's.

    ``criteria`` are the texts to be frozen, by key; one without facts is on any scale. Raises
    ``scale_differs``: every point that may be given has its facts.
    """
    for key, text in criteria.items():
        described = {point["value"] for point in text.get("points") or ()}
        if described and described != set(range(scale_top + 1)):
            raise RuleBroken("scale_differs", criterion=key)


def frozen_call(call: CallTerms, criteria: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The call with its criteria written out, as plain values: what publishing keeps and hashes."""
    content: dict[str, Any] = json.loads(canonical(asdict(call)))
    for terms in content["criteria"]:
        terms["text"] = json.loads(canonical(dict(criteria[terms["key"]])))
    return content


def frozen_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical frozen call."""
    return sha256(canonical(content))


def latest_end(
    end: date, options: tuple[OptionTerms, ...], on: date, used: Mapping[str, int] | None = None
) -> date:
    """The contract's end with every further period that has been used or can still be.

    ``on`` decides whether a notice day has passed; last days are inclusive (cases/FORMAT.md).
    """
    months = 0
    for option in options:
        if option.kind == OptionKind.FURTHER_PERIOD:
            spent = (used or {}).get(option.key, 0)
            times = option.times if on <= option.notice_by else spent
            months += int(option.amount) * times
    return months_later(end, months)


def latest_end_of_call(call: CallTerms, on: date) -> date | None:
    """The latest possible end among the contracts of all lots; None without an end."""
    if call.contract_end is None:
        return None
    ends = [latest_end(call.contract_end, lot.options, on) for lot in call.lots]
    return max([call.contract_end, *ends])


class Progress(StrEnum):
    """How far a part of a draft is."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"


def progress_of(call: CallTerms, at: datetime) -> dict[str, Progress]:
    """How far the parts of a draft are, in the order in which they are worked on."""
    missing = set(missing_from_call(call, at))
    dates = (call.questions_due, call.offers_due, call.contract_start, call.contract_end)
    begun = call.criteria or call.price_weight is not None
    return {
        "facts": _progress(True, "title" not in missing),
        "deadlines": _progress(
            any(dates), not missing & {"questions_due", "offers_due", "contract_period"}
        ),
        "lots": _progress(bool(call.lots), not missing & {"lots", "comparison"}),
        "criteria": _progress(bool(begun), bool(call.criteria) and weights_total(call) == 100),
    }


def _progress(begun: bool, complete: bool) -> Progress:
    if not begun:
        return Progress.NOT_STARTED
    return Progress.DONE if complete else Progress.UNDER_WAY


class Span(StrEnum):
    """In what the time to a deadline is told."""

    DAYS = "days"
    HOURS = "hours"
    MINUTES = "minutes"
    MOMENT = "moment"
    PASSED = "passed"


@dataclass(frozen=True)
class TimeLeft:
    """The time to a deadline in one unit, rounded down so that nobody is told too much."""

    span: Span
    count: int = 0


def time_left(due: datetime, at: datetime) -> TimeLeft:
    """How long there is until the deadline, whose own second is still in time."""
    left = due - at
    if left < timedelta(0):
        return TimeLeft(Span.PASSED)
    if left >= timedelta(days=2):
        return TimeLeft(Span.DAYS, left.days)
    if left >= timedelta(hours=1):
        return TimeLeft(Span.HOURS, left // timedelta(hours=1))
    if left >= timedelta(minutes=1):
        return TimeLeft(Span.MINUTES, left // timedelta(minutes=1))
    return TimeLeft(Span.MOMENT)


class Standing(StrEnum):
    """A procurement's state as a reader sees it: a published call is open or closed."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    OPENED = "opened"
    DECIDED = "decided"


def standing(state: str, offers_due: datetime | None, at: datetime) -> Standing:
    """How the procurement stands at that time."""
    if state != State.PUBLISHED:
        return Standing(state)
    return Standing.OPEN if offers_due is not None and at <= offers_due else Standing.CLOSED


def free_key(stem: str, taken: Iterable[str]) -> str:
    """The first of stem-1, stem-2, … that is not taken."""
    used = set(taken)
    return next(key for n in count(1) if (key := f"{stem}-{n}") not in used)


def with_lot(call: CallTerms, lot: LotTerms) -> CallTerms:
    """The call with the lot in the place of the one with its key, or as its last."""
    lots = {one.key: one for one in call.lots} | {lot.key: lot}
    return replace(call, lots=tuple(lots.values()))


def without_lot(call: CallTerms, key: str) -> CallTerms:
    """The call without that lot."""
    return replace(call, lots=tuple(lot for lot in call.lots if lot.key != key))


def with_option(lot: LotTerms, option: OptionTerms) -> LotTerms:
    """The lot with the option in the place of the one with its key, or as its last."""
    options = {one.key: one for one in lot.options} | {option.key: option}
    return replace(lot, options=tuple(options.values()))


def with_requirement(call: CallTerms, requirement: RequirementTerms) -> CallTerms:
    """The call with the requirement in the place of the one with its key, or as its last."""
    requirements = {one.key: one for one in call.requirements} | {requirement.key: requirement}
    return replace(call, requirements=tuple(requirements.values()))


def without_requirement(call: CallTerms, key: str) -> CallTerms:
    """The call without that requirement."""
    return replace(call, requirements=tuple(one for one in call.requirements if one.key != key))


def with_criterion(call: CallTerms, criterion: CriterionTerms) -> CallTerms:
    """The call with the criterion in the place of the one with its key, or as its last."""
    criteria = {one.key: one for one in call.criteria} | {criterion.key: criterion}
    return replace(call, criteria=tuple(criteria.values()))


def without_criterion(call: CallTerms, key: str) -> CallTerms:
    """The call without that criterion."""
    return replace(call, criteria=tuple(one for one in call.criteria if one.key != key))


def require_shared_criteria(call: CallTerms, shared: Iterable[tuple[str, int]]) -> None:
    """A call that follows a set keeps all its criteria, in the versions of the set.

    Raises ``shared_criterion_missing``: a buyer adds criteria of its own, the shared ones stay.
    """
    kept = {
        (criterion.key, criterion.version)
        for criterion in call.criteria
        if criterion.question is None and criterion.weight > 0
    }
    for key, version in shared:
        if (key, version) not in kept:
            raise RuleBroken("shared_criterion_missing", field=f"weight-{key}", criterion=key)


def without_option(lot: LotTerms, key: str) -> LotTerms:
    """The lot without that option."""
    return replace(lot, options=tuple(option for option in lot.options if option.key != key))
