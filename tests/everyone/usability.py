"""``python -m tests.everyone.usability``: every job in every way; writes docs/usability.md.

``--job`` and ``--way`` (as many as wanted) do only those; the figures of the others stay. Ends with
1 where a job could not be done.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Any

from portal.paths import ROOT
from tests.everyone.browser import opened_browser
from tests.everyone.desk import Hands, Way
from tests.everyone.house import NARROW, WIDE, House, played_stage, served, take_down
from tests.everyone.jobs import JOBS, Job, do
from tests.fuzz.stage import quick_passwords

PAGE = ROOT / "docs" / "usability.md"
FIGURES = ROOT / "docs" / "usability"
WAYS = [
    Way(language, width, javascript, hands)
    for language, width, javascript, hands in product(
        ("fi", "en"), (WIDE, NARROW), (True, False), (Hands.MOUSE, Hands.KEYBOARD)
    )
]
"""Finnish, wide, with scripts and by mouse is the first; its figures are those of the table."""
HEAD = """# What the main jobs take

This page is made by `make usability` out of the figures that `tests/everyone` leaves in
`docs/usability/`; nothing in it is typed. Each job is done from logging in to its end by a script
that knows the way, so the seconds are the portal's and the browser's, and not a person's: they tell
a slow page from a fast one, and nothing about how long people think. Pages are loaded ones, the
log-in counted; presses are links and buttons; fields are those filled in; signs are those typed.
The first offer is to take twelve pages at most (row 1 of the study's table 6b), in every way; the
demonstration's call has five award criteria, each with a page of its own. Pages are of all ways in
which the job was done, the other figures of the first one: Finnish, wide, with scripts, by mouse.

| job | role | pages | at most | presses | fields | signs | seconds | done in |
|---|---|---|---|---|---|---|---|---|
"""


def main() -> int:
    """Do the jobs, and write the page."""
    asked = argparse.ArgumentParser(prog="python -m tests.everyone.usability")
    asked.add_argument("--job", action="append", choices=[job.key for job in JOBS])
    asked.add_argument("--way", action="append", type=int, choices=range(len(WAYS)))
    asked.add_argument("--as-played", action="store_true", help="do not play anew")
    asked.add_argument("--write", action="store_true", help="only write the page anew")
    given = asked.parse_args()
    failed = 0
    if not given.write:
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        stage = played_stage(as_played=given.as_played)
        with opened_browser() as chromium, served(chromium, stage) as house, quick_passwords():
            jobs = [job for job in JOBS if job.key in (given.job or [one.key for one in JOBS])]
            ways = [WAYS[n] for n in given.way] if given.way else WAYS
            failed = _done(house, jobs, ways)
        take_down(stage)
    PAGE.write_text(page(), encoding="utf-8")
    return 1 if failed else 0


def _done(house: House, jobs: Sequence[Job], ways: Sequence[Way]) -> int:
    failed = 0
    for way, job in product(ways, jobs):
        try:
            effort = do(house, job, way)
        except Exception as fault:
            failed += 1
            print(f"{job.key} ({way}) was not done: {str(fault).splitlines()[0]}", flush=True)
            continue
        leave(job, way, effort.figures())
        print(f"{job.key} ({way}): {effort.figures()}", flush=True)
    return failed


def leave(job: Job, way: Way, figures: dict[str, int | float]) -> None:
    """Keep the figures of one job in one way; the last run stands."""
    FIGURES.mkdir(exist_ok=True)
    file = FIGURES / f"{job.key}.json"
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    kept[str(way)] = {"on": f"{datetime.now(UTC):%Y-%m-%d}", **figures}
    file.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def page() -> str:
    """The whole page, of the figures that were left."""
    return HEAD + "".join(_row(job) for job in JOBS)


def _row(job: Job) -> str:
    file = FIGURES / f"{job.key}.json"
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    first = kept.get(str(WAYS[0])) or next(iter(kept.values()), {})
    most = "–" if job.most_pages is None else str(job.most_pages)
    numbers = [str(first.get(name, "–")) for name in ("presses", "fields", "signs", "seconds")]
    pages = sorted({one["pages"] for one in kept.values()})
    told = "–" if not pages else "–".join(dict.fromkeys(map(str, (pages[0], pages[-1]))))
    cells = [job.title, job.role.replace("_", " "), told, most, *numbers]
    return f"| {' | '.join(cells)} | {len(kept)} of {len(WAYS)} ways |\n"


if __name__ == "__main__":
    sys.exit(main())
