"""When call-offs may share a group, and which groups stand on the board of last seats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from portal.procurement.rules import PriceModel
from portal.shared.errors import RuleBroken


@dataclass(frozen=True)
class Kind:
    """What the call-offs of one group must have in common, and how each is paid for."""

    provider_id: UUID
    form: str
    field: str
    unit: str
    price_model: str


def require_same_kind(host: Kind, guest: Kind) -> None:
    """Refuses by ``cannot_pool`` call-offs of different kinds, or paid for by the training.

    A fixed sum is paid once for a training, so it cannot be shared between two contracts.
    """
    if host != guest or host.price_model == PriceModel.FIXED_SUM_PER_PERIOD:
        raise RuleBroken("cannot_pool")


def require_still_open(closes_on: date, today: date) -> None:
    """Refuses by ``group_closed`` after the last day for joining."""
    if today > closes_on:
        raise RuleBroken("group_closed", closes_on=closes_on)


def missing(minimum: int, places: int) -> int:
    """How many people the group is short of the lot's minimum."""
    return max(0, minimum - places)


def on_board(short: int, closes_on: date, today: date, *, most: int, days: int) -> bool:
    """Whether a group is one of the last seats: short by a few, and closing soon (2757-2761)."""
    return 1 <= short <= most and today <= closes_on <= today + timedelta(days=days)
