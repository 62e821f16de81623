"""Whose turn it is among ranked providers, and which bid of a competition is the best."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from portal.shared.errors import RuleBroken


class Mode(StrEnum):
    """How a provider is found: by the ranking, or by a competition for each call-off."""

    RANKING = "ranking"
    COMPETITION = "competition"


class NeedState(StrEnum):
    """A need goes down the ranking, or waits for bids, until it is placed or nobody is left."""

    BIDDING = "bidding"
    PLACED = "placed"
    EXHAUSTED = "exhausted"


class Outcome(StrEnum):
    """What became of a need with one provider."""

    CALLED = "called"
    DECLINED = "declined"
    NO_CAPACITY = "no_capacity"


def next_in_turn(ranked: Sequence[UUID], tried: Iterable[UUID]) -> UUID | None:
    """The first contract, from the top, that has not been tried; None when all have."""
    seen = set(tried)
    return next((contract for contract in ranked if contract not in seen), None)


@dataclass(frozen=True)
class Bid:
    """One bid of a competition: price without VAT per unit, and the day of the start."""

    contract_id: UUID
    rank: int
    price: Decimal
    starts: date


def best(bids: Iterable[Bid]) -> Bid | None:
    """The lowest price; then the earliest start; then the place in the ranking.

    The study names no such rule: a proposal.
    """
    return min(bids, key=lambda bid: (bid.price, bid.starts, bid.rank), default=None)


def require_bidding(due: datetime, at: datetime) -> None:
    """Refuses by ``bidding_over`` a bid after its deadline, whose own second is in time."""
    if at.replace(microsecond=0) > due:
        raise RuleBroken("bidding_over")


def require_bids_in(due: datetime, at: datetime) -> None:
    """Refuses by ``bidding_runs`` what may be done only after the deadline for bids."""
    if at.replace(microsecond=0) <= due:
        raise RuleBroken("bidding_runs", due=due)
