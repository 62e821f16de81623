"""The order in which a wide comparison is read: which criteria come first."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum


class Order(StrEnum):
    """As in the call, those first that tell offers apart most, or those of the most weight."""

    CALL = "call"
    DIFFERENCES = "differences"
    WEIGHT = "weight"


def apart(points: Sequence[int | None]) -> int:
    """How far the offers are from one another under a criterion; nothing known is no difference."""
    known = [one for one in points if one is not None]
    return max(known) - min(known) if known else 0


def ordered(
    order: Order,
    weights: Sequence[Decimal],
    points: Sequence[Sequence[int | None]],
    first: Sequence[int] = (),
) -> list[int]:
    """The places of the criteria in the order in which they are shown.

    ``points`` are those of all offers, criterion by criterion. What stands in ``first`` comes
    before all else, in that order. Of equals the one earlier in the call comes first; a difference
    weighs as much as its criterion.
    """
    places = range(len(weights))
    pinned = [place for place in dict.fromkeys(first) if place in places]
    rest = [place for place in places if place not in pinned]
    if order == Order.DIFFERENCES:
        rest.sort(key=lambda place: -apart(points[place]) * weights[place])
    elif order == Order.WEIGHT:
        rest.sort(key=lambda place: -weights[place])
    return [*pinned, *rest]


def chunks(places: Sequence[int], most: int) -> list[list[int]]:
    """The columns of each printed table: as many as a sheet of paper is wide, none cut."""
    return [list(places[n : n + most]) for n in range(0, len(places), most)]
