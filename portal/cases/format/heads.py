"""A case that fits the format: the file's heads and its timeline, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class OrganisationHead:
    """An organisation of the case."""

    key: str
    kinds: tuple[str, ...]
    name: Mapping[str, str]
    business_id: str | None


@dataclass(frozen=True)
class PersonHead:
    """A person of the case; ``organisation`` is an organisation's key."""

    key: str
    organisation: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class CriterionHead:
    """An award criterion: a key of the criteria bank or, with a question, the call's own."""

    key: str
    weight: Decimal
    question: Mapping[str, str] | None


@dataclass(frozen=True)
class AwardHead:
    """How offers are compared."""

    price_weight: Decimal
    comparison: str
    scale_top: int
    criteria: tuple[CriterionHead, ...]
    two_envelopes: bool = False


@dataclass(frozen=True)
class CapacityHead:
    """A lot's capacity in its unit; the maximum is above zero."""

    unit: str
    minimum: Decimal
    estimated: Decimal
    maximum: Decimal


@dataclass(frozen=True)
class TargetsHead:
    """What a lot aims at."""

    participants: int | None
    open_market_share: Decimal | None


@dataclass(frozen=True)
class ResultBonusHead:
    """Euros for each person with the status after so many months, up to ``at_most`` persons."""

    status: str
    after_months: int
    amount: Decimal
    only_started_as: tuple[str, ...] | None
    at_most: int


@dataclass(frozen=True)
class ConditionHead:
    """What must hold for an option to be used; all that is named."""

    feedback_mean_at_least: Decimal | None
    open_market_share_at_least: Decimal | None
    answers_at_least: int | None


@dataclass(frozen=True)
class OptionHead:
    """An option clause; ``amount`` in capacity units, months or hours by its kind."""

    key: str
    kind: str
    amount: Decimal
    times: int
    notice_by: date
    window_months: int | None
    price: Decimal | None
    condition: ConditionHead | None


@dataclass(frozen=True)
class LotHead:
    """A lot of the procurement."""

    key: str
    title: Mapping[str, str]
    region: str
    fields: tuple[str, ...]
    capacity: CapacityHead
    price_model: str
    minimum_group: int
    targets: TargetsHead | None
    result_bonus: ResultBonusHead | None
    options: tuple[OptionHead, ...]


@dataclass(frozen=True)
class ProcurementHead:
    """The call; deadlines are aware and in UTC."""

    reference: str
    title: Mapping[str, str]
    kind: str
    questions_due: datetime
    offers_due: datetime
    contract_start: date
    contract_end: date
    award: AwardHead
    lots: tuple[LotHead, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """One act of the timeline, the ``n``-th from 1, at an aware time in UTC.

    ``takes`` holds what the act's row names, by its name without ``?``: text, ``int`` for whole
    numbers, ``Decimal``, ``date``, ``bool``, and lists and dicts of these. A ``reason`` left out
    where the row names ``reason_missing`` is the empty text; anything else left out is absent.
    """

    n: int
    line: int
    at: datetime
    by: str
    do: str
    takes: Mapping[str, Any]
    expect_refused: bool
    rule: str | None


@dataclass(frozen=True)
class Case:
    """A whole case file."""

    name: str
    title: str
    zone: ZoneInfo
    organisations: Mapping[str, OrganisationHead]
    people: Mapping[str, PersonHead]
    procurement: ProcurementHead
    timeline: tuple[Act, ...]
