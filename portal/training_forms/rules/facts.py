"""What a form's rules look at, at each moment; what is not known is None and stops nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class CallOffFacts:
    """A call-off as it is written.

    ``workdays`` are the amount in the lot's unit; ``months`` or ``starts`` and ``ends`` its length;
    ``named`` the roles for which somebody is named. ``lot_fields``, ``unit`` and ``price_model``
    are the lot's; ``units`` is the number of qualification units; the days of subsidy are those of
    the wage subsidy of whoever it is called off for.
    """

    on: date
    places: int
    workplaces_confirmed: int = 0
    workdays: Decimal = Decimal(0)
    months: int | None = None
    starts: date | None = None
    ends: date | None = None
    named: frozenset[str] = frozenset()
    field: str = ""
    lot_fields: tuple[str, ...] = ()
    unit: str = "student_workday"
    price_model: str | None = None
    units: int | None = None
    subsidy_starts: date | None = None
    subsidy_ends: date | None = None


@dataclass(frozen=True)
class StartFacts:
    """People about to start on ``starts``; ``first_started`` is the day of those before them."""

    on: date
    starts: date
    ends: date | None = None
    first_started: date | None = None
    named: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PlanFacts:
    """One person's plan as it stands on a day.

    ``work_days`` and ``training_days`` are in a week, ``work_share`` from 0 to 1. The days of the
    reviews, of the search for a workplace and of the closing assessment are None until they are
    agreed or, for ``last_portfolio_review``, held.
    """

    on: date
    starts: date | None = None
    ends: date | None = None
    has_plan: bool = True
    work_days: Decimal | None = None
    training_days: Decimal | None = None
    work_share: Decimal | None = None
    units: int | None = None
    named: frozenset[str] = frozenset()
    joint_review_on: date | None = None
    workplace_search_from: date | None = None
    closing_on: date | None = None
    last_portfolio_review: date | None = None
    subsidy_starts: date | None = None
    subsidy_ends: date | None = None


Facts = CallOffFacts | StartFacts | PlanFacts
