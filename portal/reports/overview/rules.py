"""What a procurement and its contracts come to: sums, days, medians and savings.

What cannot be reckoned is None, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from uuid import UUID

NOTHING = Decimal(0)

Names = Mapping[str, str]


@dataclass(frozen=True)
class Days:
    """How many days something took: the median, of how many cases, the shortest and longest."""

    cases: int
    median: Decimal
    shortest: int
    longest: int


def days_of(taken: Sequence[int]) -> Days | None:
    """None without a case; the median of an even number is the mean of the middle two."""
    if not taken:
        return None
    return Days(len(taken), Decimal(str(median(taken))), min(taken), max(taken))


@dataclass(frozen=True)
class ContractFigures:
    """One contract that is or was in force.

    Money is in euros without value added tax: ``accepted`` what has been accepted so far comes to,
    ``invoiced`` what bases of invoices have been issued for, ``at_estimate`` the price of the
    estimated capacity. Capacity is in ``unit``. ``to_start`` are the days from each confirmed
    call-off to the start that was confirmed.
    """

    id: UUID
    reference: str
    lot_id: UUID
    lot: Names
    provider: Names
    unit: str
    accepted: Decimal
    invoiced: Decimal
    maximum: Decimal
    delivered: Decimal
    remaining: Decimal
    days_to_force: int
    to_start: tuple[int, ...]
    options_used: int
    options_left: int
    at_estimate: Decimal

    @property
    def start(self) -> Days | None:
        """The days from call-off to start."""
        return days_of(self.to_start)


@dataclass(frozen=True)
class LotFigures:
    """A lot and its number of offers; None until they are opened."""

    id: UUID
    title: Names
    offers: int | None


@dataclass(frozen=True)
class ProcurementFigures:
    """A published procurement, its lots, and those of its contracts that the reader sees."""

    id: UUID
    reference: str
    title: Names
    state: str
    published_on: date
    estimated_value: Decimal | None
    lots: tuple[LotFigures, ...]
    contracts: tuple[ContractFigures, ...]

    @property
    def saving(self) -> Decimal | None:
        """The call's estimated value less its contracts at the estimated capacity, in euros.

        None where the call states no value, or some lot has no contract to set against it. Below
        zero where the contracts come to more than was estimated.
        """
        if self.estimated_value is None:
            return None
        if {one.id for one in self.lots} != {one.lot_id for one in self.contracts}:
            return None
        return self.estimated_value - sum((one.at_estimate for one in self.contracts), NOTHING)


@dataclass(frozen=True)
class Capacity:
    """Capacity of all contracts in one unit."""

    maximum: Decimal = NOTHING
    delivered: Decimal = NOTHING
    remaining: Decimal = NOTHING


@dataclass(frozen=True)
class Totals:
    """Procurements together; ``saved_in`` is of how many of them a saving can be reckoned."""

    procurements: int
    contracts: int
    accepted: Decimal
    invoiced: Decimal
    capacity: dict[str, Capacity]
    to_force: Days | None
    to_start: Days | None
    options_used: int
    options_left: int
    saving: Decimal | None
    saved_in: int


def totals_of(found: Iterable[ProcurementFigures]) -> Totals:
    """The sums. Medians are of all cases, and capacity is summed within each unit only."""
    procurements = list(found)
    contracts = [one for procurement in procurements for one in procurement.contracts]
    capacity: dict[str, Capacity] = {}
    for one in contracts:
        so_far = capacity.get(one.unit, Capacity())
        capacity[one.unit] = Capacity(
            so_far.maximum + one.maximum,
            so_far.delivered + one.delivered,
            so_far.remaining + one.remaining,
        )
    savings = [one.saving for one in procurements if one.saving is not None]
    return Totals(
        procurements=len(procurements),
        contracts=len(contracts),
        accepted=sum((one.accepted for one in contracts), NOTHING),
        invoiced=sum((one.invoiced for one in contracts), NOTHING),
        capacity=capacity,
        to_force=days_of([one.days_to_force for one in contracts]),
        to_start=days_of([days for one in contracts for days in one.to_start]),
        options_used=sum(one.options_used for one in contracts),
        options_left=sum(one.options_left for one in contracts),
        saving=sum(savings, NOTHING) if savings else None,
        saved_in=len(savings),
    )
