"""When somebody has been absent so much that the sponsor is told."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class AbsenceLimits:
    """More than so many days, or than so many percent of a month's days, is too much.

    Both are settings of the installation, proposals where the study is silent.
    """

    days: Decimal
    percent: Decimal


def absent_too_much(
    attended: Decimal, absent: Decimal | None, limits: AbsenceLimits, *, counted_in_days: bool
) -> bool:
    """Whether a month's absence passes a limit; of hours only the share is looked at."""
    if not absent:
        return False
    if counted_in_days and absent > limits.days:
        return True
    return absent * 100 > limits.percent * (attended + absent)
