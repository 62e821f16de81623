"""``python -m benchmarks [--quick] [--only NAME]``: everything that is held against a goal.

``--only`` names a group of rows; given several times, several. The last results are kept in
``benchmarks/results``, and ``docs/benchmarks.md`` is written from them. A quick run measures the
same with fewer repeats, and the page says of each group what it was measured by.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from importlib import import_module

from benchmarks.machine import described
from benchmarks.measuring import Row
from benchmarks.report import keep, line, write_page

GROUPS = {
    "pages": "Pages",
    "rules": "Rules",
    "documents": "Documents",
    "serving": "The server",
    "finding": "The search",
}


def main() -> int:
    """The exit code: 0, whatever the figures are."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--quick", action="store_true", help="fewer repeats")
    parser.add_argument("--only", action="append", choices=list(GROUPS), help="a group of rows")
    chosen = parser.parse_args()
    for group in chosen.only or GROUPS:
        print(f"\n{GROUPS[group]}")
        machine, found = described(), []
        for row in _rows(group)(chosen.quick):
            print(line(row), flush=True)
            found.append(row)
        keep(group, found, machine, chosen.quick)
        write_page(GROUPS)
    return 0


def _rows(group: str) -> Callable[[bool], Iterator[Row]]:
    # Each group loads only what it measures.
    rows: Callable[[bool], Iterator[Row]] = import_module(f"benchmarks.rows.{group}").rows
    return rows


if __name__ == "__main__":
    raise SystemExit(main())
