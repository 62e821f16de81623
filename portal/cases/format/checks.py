"""What the values of one mapping must be to each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

Wrong = tuple[str, str] | None


def capacity_in_order(values: Mapping[str, Any]) -> Wrong:
    """A capacity's minimum, estimate and maximum do not decrease."""
    steps = [(key, values.get(key)) for key in ("minimum", "estimated", "maximum")]
    numbers = [(key, step) for key, step in steps if isinstance(step, Decimal)]
    for (lower, less), (upper, more) in pairwise(numbers):
        if less > more:
            return upper, f"{upper} is {more}; expected at least the {lower}, {less}"
    return None


def months_are_whole(values: Mapping[str, Any]) -> Wrong:
    """The amount of a further period is a number of months."""
    amount = values.get("amount")
    if values.get("kind") != "further_period" or not isinstance(amount, Decimal):
        return None
    if amount == amount.to_integral_value():
        return None
    return "amount", f"amount is {amount}; expected a whole number of months"


def points_or_abstention(values: Mapping[str, Any]) -> Wrong:
    """An assessment has points or an abstention."""
    if "points" in values and "abstain" in values:
        return "abstain", "points and abstain are both there; expected one of them"
    if "points" not in values and "abstain" not in values:
        return "do", "key 'points' is missing from the assessment; expected it, or 'abstain'"
    return None


def rule_with_expect(values: Mapping[str, Any]) -> Wrong:
    """Only a refusal is expected by a rule."""
    if "rule" in values and "expect" not in values:
        return "rule", "rule without expect; expected 'expect: refused' beside it"
    return None


def days_in_order(values: Mapping[str, Any]) -> Wrong:
    """A period does not end before it begins."""
    first, last = values.get("from"), values.get("to")
    if isinstance(first, date) and isinstance(last, date) and last < first:
        return "to", f"to is {last}; expected a day that is not before from, {first}"
    return None
