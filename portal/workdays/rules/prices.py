"""What a price is in a month: as offered, or as revised by the contract's clause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from portal.procurement.rules import PriceRevision
from portal.shared.errors import RuleBroken
from portal.shared.numbers import rounded
from portal.workdays.rules.records import first_day


@dataclass(frozen=True)
class Revised:
    """A price from one day on, in euros without value added tax."""

    since: date
    price: Decimal


def revised_price(price: Decimal, before: Decimal, now: Decimal, ceiling: Decimal) -> Decimal:
    """The price after an index has moved, up or down, by no more than the ceiling in percent.

    It is rounded half up to cents: it is the price that the amendment states. ``before`` and
    ``now`` are the index's values. Raises ValueError for one that is not above zero.
    """
    if before <= 0 or now <= 0:
        raise ValueError("an index that is not above zero")
    change = Fraction(now) / Fraction(before) - 1
    most = Fraction(ceiling) / 100
    return rounded(Fraction(price) * (1 + max(-most, min(change, most))))


def change_percent(before: Decimal, now: Decimal) -> Decimal:
    """By how much an index has moved, in percent, to two decimals."""
    return rounded((Fraction(now) / Fraction(before) - 1) * 100)


def require_revision_day(
    clause: PriceRevision | None, day: date, starts_on: date, ends_on: date, done: Iterable[date]
) -> PriceRevision:
    """The clause, if prices may be revised by it from that day on.

    Raises ``price_revision_not_agreed`` where the call has no such clause and
    ``price_revision_day`` for a day that is not its own, is not after the contract's first day
    and within its period, or comes before a revision that has been made.
    """
    if clause is None:
        raise RuleBroken("price_revision_not_agreed")
    right = (day.day, day.month) == (clause.day, clause.month) and starts_on < day <= ends_on
    if not right or any(day <= other for other in done):
        raise RuleBroken("price_revision_day", field="since")
    return clause


def price_in(offered: Decimal, revisions: Iterable[Revised], period: str) -> Decimal:
    """The price of a month: a revision counts from the first month that begins on or after it.

    A revised price is for service given after its day, and records are of whole months.
    """
    first = first_day(period)
    past = [one for one in revisions if one.since <= first]
    return max(past, key=lambda one: one.since).price if past else offered
