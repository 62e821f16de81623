"""The creaming mirror: who was turned down, who broke off and who got on, by starting situation.

It stands beside every share of results, so that a good share which comes of choosing the easiest
is seen for what it is (1987-2004 and 2183-2189 of the study).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from portal.enrolments.rules import EnrolmentState, Status
from portal.indicators.rules.measures import WITH_RESULT, ended_in
from portal.indicators.rules.records import Period, Records

_TAKEN = frozenset({EnrolmentState.SELECTED, EnrolmentState.STARTED}) | WITH_RESULT
_DECIDED = _TAKEN | {EnrolmentState.INTERRUPTED, EnrolmentState.REJECTED}

Group = TypeVar("Group", bound=str)


@dataclass(frozen=True)
class Reflected:
    """A starting status: of those decided on how many were turned down, and how the ended did.

    The two halves are two populations. A half that is too small to show has None throughout.
    """

    status: Status
    decided: int | None
    rejected: int | None
    ended: int | None
    interrupted: int | None
    completed: int | None
    open_market: int | None


@dataclass(frozen=True)
class Mirror:
    """The starting statuses that there are; which halves are withheld, and the least size shown."""

    rows: tuple[Reflected, ...]
    withheld_decided: frozenset[Status]
    withheld_ended: frozenset[Status]
    least: int

    @property
    def withheld(self) -> frozenset[Status]:
        """The statuses of which at least one half is not shown."""
        return self.withheld_decided | self.withheld_ended


def mirror(records: Records, period: Period, least: int) -> Mirror:
    """The mirror of a period; ``least`` is the size below which no group is broken down.

    Decided on are those whose latest decision is in the period, ended those whose end is.
    """
    decided: dict[Status, list[int]] = {}
    ended: dict[Status, list[int]] = {}
    for one in records.participations:
        if one.state in _DECIDED and period.holds(one.decided_on):
            _add(decided, one.status_at_start, one.state == EnrolmentState.REJECTED)
    for one in ended_in(records, period):
        _add(
            ended,
            one.status_at_start,
            one.state == EnrolmentState.INTERRUPTED,
            one.state in WITH_RESULT,
            one.status_at_end == Status.OPEN_MARKET,
        )
    hidden_decided = too_small({status: row[0] for status, row in decided.items()}, least)
    hidden_ended = too_small({status: row[0] for status, row in ended.items()}, least)
    rows = []
    for status in Status:
        if status in decided or status in ended:
            first = _shown(decided.get(status, [0, 0]), hidden=status in hidden_decided)
            last = _shown(ended.get(status, [0, 0, 0, 0]), hidden=status in hidden_ended)
            rows.append(Reflected(status, *first, *last))
    return Mirror(tuple(rows), hidden_decided, hidden_ended, least)


def _add(groups: dict[Status, list[int]], status: str, *counts: bool) -> None:
    row = groups.setdefault(Status(status), [0] * (len(counts) + 1))
    row[0] += 1
    for n, count in enumerate(counts, 1):
        row[n] += count


def _shown(row: list[int], *, hidden: bool) -> list[int | None]:
    return [None] * len(row) if hidden else list(row)


def too_small(sizes: Mapping[Group, int], least: int) -> frozenset[Group]:
    """Which groups are withheld: those under ``least``, and more of them where that gives one away.

    Since the whole is known, what is withheld together must be ``least`` people or more in two
    groups or more; the next smallest groups are added until it is. A group of nobody hides nobody.
    """
    by_size = sorted((size, status) for status, size in sizes.items() if size)
    hidden = [status for size, status in by_size if size < least]
    if not hidden:
        return frozenset()
    for _size, status in by_size[len(hidden) :]:
        if len(hidden) >= 2 and sum(sizes[one] for one in hidden) >= least:
            break
        hidden.append(status)
    return frozenset(hidden)
