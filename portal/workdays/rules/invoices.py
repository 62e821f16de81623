"""What a contract is invoiced for, month by month, by every price model.

The meaning is that of cases/FORMAT.md, "Amounts and invoices": exact sums, rounded once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from portal.procurement.rules import PriceModel
from portal.shared.numbers import rounded
from portal.workdays.rules.prices import Revised, price_in


class ChargeKind(StrEnum):
    """What a line of an invoice is for."""

    WORK = "work"
    CORRECTION = "correction"
    COORDINATION_FEE = "coordination_fee"
    RESULT_BONUS = "result_bonus"
    AFTER_GUIDANCE = "after_guidance_hours"


COUNTED = frozenset({ChargeKind.WORK, ChargeKind.CORRECTION})
"""The lines that an invoice's quantity counts: the price model's own units."""


@dataclass(frozen=True)
class Charge:
    """One line of an invoice: ``quantity`` × ``price``, on the invoice of ``period``.

    ``given_in`` is the month of the service itself, which differs in a correction. The contract's
    fee has no training.
    """

    kind: ChargeKind
    period: str
    given_in: str
    training_id: UUID | None
    quantity: Decimal
    price: Decimal

    @property
    def exact(self) -> Fraction:
        """The line's sum, not rounded."""
        return Fraction(self.quantity) * Fraction(self.price)


@dataclass(frozen=True)
class Invoice:
    """The basis of one month's invoice, in euros without value added tax."""

    period: str
    charges: tuple[Charge, ...]

    @property
    def quantity(self) -> Decimal:
        """How many of the price model's units."""
        return sum((one.quantity for one in self.charges if one.kind in COUNTED), Decimal(0))

    @property
    def amount(self) -> Decimal:
        """The exact sum of the lines, rounded half up once."""
        return rounded(sum((one.exact for one in self.charges), Fraction(0)))


@dataclass(frozen=True)
class WithTax:
    """An invoice's sums; ``rate`` is in percent, None where the call does not say."""

    net: Decimal
    rate: Decimal | None
    tax: Decimal | None
    gross: Decimal | None


def with_tax(net: Decimal, rate: Decimal | None) -> WithTax:
    """Value added tax on the month's net sum, rounded half up once."""
    if rate is None:
        return WithTax(net, None, None, None)
    tax = rounded(Fraction(net) * Fraction(rate) / 100)
    return WithTax(net, rate, tax, net + tax)


@dataclass(frozen=True)
class Done:
    """An accepted amount of a training's record, in the month ``period``.

    A correction names the month in which it was accepted, ``corrected_in``; its amount is a
    difference. ``price`` is that of a call-off which came of a competition.
    """

    training_id: UUID
    period: str
    amount: Decimal
    corrected_in: str | None = None
    price: Decimal | None = None


@dataclass(frozen=True)
class Started:
    """A person who started in a month; ``price`` as in `Done`."""

    training_id: UUID
    period: str
    price: Decimal | None = None


@dataclass(frozen=True)
class Bonus:
    """The lot's result bonus: ``only_started_as`` None is for whatever status at the start."""

    status: str
    after_months: int
    amount: Decimal
    only_started_as: frozenset[str] | None
    at_most: int


@dataclass(frozen=True)
class Followed:
    """A follow-up of somebody who had started; ``period`` is its month."""

    person: UUID
    training_id: UUID
    period: str
    at: datetime
    months: int
    status: str
    status_at_start: str


@dataclass(frozen=True)
class Guided:
    """Hours of after-guidance that were used in a month."""

    training_id: UUID
    period: str
    hours: Decimal


@dataclass(frozen=True)
class Terms:
    """A contract's prices, in euros without value added tax."""

    model: PriceModel
    price: Decimal
    coordination_fee: Decimal | None = None
    bonus: Bonus | None = None
    guidance_price: Decimal | None = None
    revisions: tuple[Revised, ...] = ()


def invoices(
    terms: Terms,
    *,
    done: Iterable[Done] = (),
    started: Iterable[Started] = (),
    followed: Iterable[Followed] = (),
    guided: Iterable[Guided] = (),
) -> tuple[Invoice, ...]:
    """Every month's invoice of a contract, in order of months, each month once."""
    charges = [*_work(terms, list(done), list(started)), *_bonuses(terms.bonus, followed)]
    if terms.guidance_price is not None:
        charges += [
            Charge(
                ChargeKind.AFTER_GUIDANCE,
                one.period,
                one.period,
                one.training_id,
                one.hours,
                terms.guidance_price,
            )
            for one in guided
        ]
    charges = _summed(charges)
    if charges and terms.coordination_fee:
        first = min(one.period for one in charges)
        fee = terms.coordination_fee
        charges.append(Charge(ChargeKind.COORDINATION_FEE, first, first, None, Decimal(1), fee))
    months = sorted({one.period for one in charges})
    return tuple(
        Invoice(month, tuple(one for one in charges if one.period == month)) for month in months
    )


def _work(terms: Terms, done: list[Done], started: list[Started]) -> list[Charge]:
    if terms.model == PriceModel.PER_TRAINING_PACKAGE:
        return [
            _unit(terms, one.training_id, one.period, Decimal(1), price=one.price)
            for one in started
        ]
    if terms.model == PriceModel.FIXED_SUM_PER_PERIOD:
        # Whatever the number of participants left: an early good exit costs the provider nothing.
        months = {
            (one.training_id, one.period): one.price for one in done if one.corrected_in is None
        }
        return [
            _unit(terms, training, period, Decimal(1), price=price)
            for (training, period), price in months.items()
        ]
    return [
        _unit(terms, one.training_id, one.period, one.amount, one.corrected_in, one.price)
        for one in done
    ]


def _unit(
    terms: Terms,
    training: UUID,
    period: str,
    quantity: Decimal,
    corrected_in: str | None = None,
    price: Decimal | None = None,
) -> Charge:
    """At the price of the bid where there was one, else at the contract's in that month."""
    return Charge(
        kind=ChargeKind.WORK if corrected_in is None else ChargeKind.CORRECTION,
        period=corrected_in or period,
        given_in=period,
        training_id=training,
        quantity=quantity,
        price=price_in(terms.price, terms.revisions, period) if price is None else price,
    )


def earned(bonus: Bonus, followed: Iterable[Followed]) -> list[Followed]:
    """The follow-ups that earn the bonus: the first of each person, by time, up to ``at_most``.

    What a follow-up has earned, a later one does not take back.
    """
    found: dict[UUID, Followed] = {}
    for one in sorted(followed, key=lambda one: (one.at, one.person)):
        if len(found) >= bonus.at_most:
            break
        if one.person not in found and _earns(bonus, one):
            found[one.person] = one
    return list(found.values())


def _earns(bonus: Bonus, one: Followed) -> bool:
    started_as = bonus.only_started_as
    return (
        one.months == bonus.after_months
        and one.status == bonus.status
        and (started_as is None or one.status_at_start in started_as)
    )


def _bonuses(bonus: Bonus | None, followed: Iterable[Followed]) -> list[Charge]:
    if bonus is None:
        return []
    return [
        Charge(
            ChargeKind.RESULT_BONUS,
            one.period,
            one.period,
            one.training_id,
            Decimal(1),
            bonus.amount,
        )
        for one in earned(bonus, followed)
    ]


def _summed(charges: Collection[Charge]) -> list[Charge]:
    """Lines alike but for the quantity as one; a line of nothing is none."""
    found: dict[Charge, Decimal] = {}
    for one in charges:
        bare = replace(one, quantity=Decimal(0))
        found[bare] = found.get(bare, Decimal(0)) + one.quantity
    lines = [replace(bare, quantity=quantity) for bare, quantity in found.items() if quantity]
    order = list(ChargeKind)
    return sorted(
        lines,
        key=lambda one: (one.period, order.index(one.kind), one.given_in, str(one.training_id)),
    )
