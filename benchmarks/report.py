"""The rows as a table on the terminal, as JSON and as a page of the documentation."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measuring import Row

RESULTS = Path(__file__).parent / "results"
PAGE = Path("docs/benchmarks.md")
HEAD = """\
# What the portal costs

Written by `make bench`; changes by hand are lost. Times are processor time: the middle one of
repeats that take turns, so that other load cancels out. A ratio is to the baseline of the same run.
"""


def line(row: Row) -> str:
    """A row for the terminal."""
    ratio = "" if row.ratio is None else f"{row.ratio:8.2f} ×"
    return f"{row.name:62.62} {row.value:10.2f} {row.unit:8} {ratio:10} {row.limit:12} {_met(row)}"


def keep(group: str, rows: Sequence[Row], machine: Mapping[str, str], quick: bool) -> None:
    """Keep the last results of a group of rows."""
    RESULTS.mkdir(exist_ok=True)
    kept = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "machine": dict(machine),
        "rows": [row.plain() for row in rows],
    }
    text = json.dumps(kept, ensure_ascii=False, indent=1) + "\n"
    (RESULTS / f"{group}.json").write_text(text, encoding="utf-8")


def write_page(groups: Mapping[str, str]) -> None:
    """Write the page from the last results of all groups."""
    parts = [HEAD]
    for group, title in groups.items():
        file = RESULTS / f"{group}.json"
        if not file.exists():
            continue
        kept = json.loads(file.read_text(encoding="utf-8"))
        how = "a quick run of few repeats" if kept["quick"] else "a whole run"
        machine = ", ".join(f"{name} {value}" for name, value in kept["machine"].items())
        table = "\n".join(_row(Row(**row)) for row in kept["rows"])
        parts.append(
            f"## {title}\n{kept['measured_at']}, {how}; {machine}.\n\n"
            "| what | figure | baseline | ratio | goal | met |\n|---|---|---|---|---|---|\n"
            f"{table}\n"
        )
    PAGE.write_text("\n".join(parts), encoding="utf-8")


def _row(row: Row) -> str:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    name = f"{row.name} ({row.note})" if row.note else row.name
    figure = f"{row.value:.2f} {row.unit}"
    return f"| {name} | {figure} | {row.baseline} | {ratio} | {row.limit} | {_met(row)} |"


def _met(row: Row) -> str:
    return "" if row.met is None else "yes" if row.met else "**no**"
