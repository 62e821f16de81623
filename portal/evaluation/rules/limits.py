"""What an award commits the buyer to, and how much a decision maker may decide on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portal.shared.errors import RuleBroken
from portal.shared.numbers import rounded


@dataclass(frozen=True)
class Commitment:
    """What one awarded lot can come to cost, without value added tax.

    ``price`` is for one of ``amount``: units of the lot's maximum capacity or, of a fixed sum per
    period, calendar months of the contract. ``coordination_fee`` and ``bonus`` are whole sums.
    """

    price: Decimal
    amount: Decimal
    coordination_fee: Decimal = Decimal(0)
    bonus: Decimal = Decimal(0)

    @property
    def value(self) -> Decimal:
        """Exact, in euros."""
        return self.price * self.amount + self.coordination_fee + self.bonus


def decision_value(awarded: Iterable[Commitment]) -> Decimal:
    """What a decision commits the buyer to, in euros, rounded once at the end.

    Reckoned at the maximum capacity and not at the estimate: call-offs up to the maximum need no
    decision of this kind any more. Options are left out, since using one is a decision of its own.
    """
    return rounded(sum((lot.value for lot in awarded), Decimal(0)))


def require_within_limit(value: Decimal, limit: Decimal | None) -> None:
    """A value at the limit is still within. Raises ``above_decision_limit`` with both figures."""
    if limit is not None and value > limit:
        raise RuleBroken("above_decision_limit", value=value, limit=limit)
