"""The order of a day's route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from portal.shared.errors import RuleBroken

T = TypeVar("T")


@dataclass(frozen=True)
class Stop:
    """One stop of a route that is being planned: where, and by their keys whom to meet."""

    workplace: str
    enrolments: tuple[UUID, ...] = ()


def require_stops(stops: Sequence[Stop]) -> None:
    """Refuses no stop at all by ``no_stops``, and a stop without a place by ``text_missing``."""
    if not stops:
        raise RuleBroken("no_stops")
    for stop in stops:
        require_workplace(stop.workplace)


def require_workplace(workplace: str) -> None:
    """Refuses by ``text_missing`` a visit to nowhere."""
    if not workplace.strip():
        raise RuleBroken("text_missing", field="workplace")


def rearranged(order: Sequence[T], moved: T, *, up: bool) -> list[T]:
    """The order with one of it a place earlier or later; the first goes no earlier."""
    new = list(order)
    at = new.index(moved)
    to = at - 1 if up else at + 1
    if 0 <= to < len(new):
        new[at], new[to] = new[to], new[at]
    return new
