"""The search among a hundred thousand things."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.finding import LARGE, SMALL, percentiles
from benchmarks.measuring import Goal, Row


def rows(quick: bool) -> Iterator[Row]:
    """The 95th percentile of a set of searches."""
    large = LARGE // 10 if quick else LARGE
    found = percentiles(large)
    yield Row(f"search among {SMALL:,} rows, 95th percentile", found[SMALL] * 1000, "ms")
    yield Goal(f"search among {large:,} rows, 95th percentile", 300).row(found[large] * 1000, "ms")
