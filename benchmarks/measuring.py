"""Processor time, measured so that other people's load and a slow machine cancel out."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import psutil


@dataclass(frozen=True)
class Row:
    """A figure held against its goal.

    ``value`` and ``baseline`` are in ``unit``; ``ratio`` is the one by the other. ``met`` is None
    where a figure has no goal of its own. ``limit`` says in words what ``met`` was judged by.
    """

    name: str
    value: float
    unit: str
    limit: str = ""
    met: bool | None = None
    baseline: str = ""
    ratio: float | None = None
    note: str = ""

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


@dataclass(frozen=True)
class Goal:
    """A row whose value or ratio to a baseline must not be above (or ``least``: below) a number."""

    name: str
    number: float
    baseline: str = ""
    least: bool = False
    note: str = ""

    def row(self, value: float, unit: str, baseline: float | None = None) -> Row:
        """The row of what was measured."""
        ratio = None if baseline is None else value / baseline
        judged = value if ratio is None else ratio
        met = judged >= self.number if self.least else judged <= self.number
        sign, times = ("≥" if self.least else "≤"), ("" if ratio is None else " ×")
        return Row(
            self.name,
            value,
            unit,
            f"{sign} {self.number:g}{times or ' ' + unit}",
            met,
            self.baseline,
            ratio,
            self.note,
        )


def interleaved(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The middle one of each work's processor times, in milliseconds.

    The works take turns, so that what slows the machine for a while slows all of them; one round
    before the others warms up what is made once.
    """
    taken: dict[str, list[float]] = {name: [] for name in works}
    for n in range(rounds + 1):
        for name, work in works.items():
            begun = time.process_time()
            work()
            if n:
                taken[name].append((time.process_time() - begun) * 1000)
    return {name: median(times) for name, times in taken.items()}


class Family:
    """The processor time of a process and all its children, also those that have ended.

    Look at it often: a child that lives between two looks is counted by its parent only.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._seen: dict[tuple[int, float], float] = {}

    def look(self) -> float:
        """Seconds so far."""
        with suppress(psutil.NoSuchProcess):
            first = psutil.Process(self.pid)
            for one in [first, *first.children(recursive=True)]:
                with suppress(psutil.NoSuchProcess):
                    times = one.cpu_times()
                    self._seen[one.pid, one.create_time()] = times.user + times.system
        return sum(self._seen.values())


def megabytes(pid: int | None = None) -> float:
    """What a process holds in memory, with what it shares."""
    return float(psutil.Process(pid or os.getpid()).memory_info().rss) / 1e6
