"""The server as `portal serve` and `make run` start it: until its first answer, and under load."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil

from benchmarks.market import COUNTRY, DISTRICT
from benchmarks.measuring import Goal, Row
from benchmarks.served import answers, environment_in, running, under_load

STARTS_WITHIN_S = 600


def rows(quick: bool) -> Iterator[Row]:
    """All rows about the server."""
    # As `make setup` leaves it, also where what was changed since may not be kept.
    subprocess.run([sys.executable, "-m", "compileall", "-q", "portal"], check=True)
    with TemporaryDirectory() as folder:
        environment = environment_in(Path(folder))
        portal = str(Path(sys.executable).with_name("portal"))
        subprocess.run([portal, "migrate"], env=environment, check=True)
        tries = [_started([portal, "serve"], environment) for _ in range(1 if quick else 3)]
        cpu, wall = (median(each) for each in zip(*tries, strict=True))
        note = "the serving processes; what does the jobs starts beside them"
        yield Goal("start of the server until its first answer", 1.5, note=note).row(cpu, "cpu s")
        yield Row("the same on the clock, with the load of this run", wall, "s")
    yield from _under_load(quick)
    yield from _made_again(quick)


def _started(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds of the processor and of the clock until the first answer."""
    port = int(environment["PORTAL_PORT"])
    begun = time.perf_counter()
    with running(command, environment) as first:
        served = _Serving(first.pid)
        while not answers(port):
            served.look()
            if time.perf_counter() - begun > STARTS_WITHIN_S or not first.is_running():
                raise SystemExit(f"{' '.join(command)} did not answer")
            time.sleep(0.02)
        return served.look(), time.perf_counter() - begun


class _Serving:
    """The processor time of the command and what serves under it, without what does the jobs."""

    def __init__(self, pid: int) -> None:
        self._first = psutil.Process(pid)
        self._seen: dict[tuple[int, float], float] = {}

    def look(self) -> float:
        """Seconds so far."""
        with suppress(psutil.NoSuchProcess):
            for one in [self._first, *self._first.children(recursive=True)]:
                with suppress(psutil.NoSuchProcess):
                    if "jobs" not in one.cmdline():
                        times = one.cpu_times()
                        self._seen[one.pid, one.create_time()] = times.user + times.system
        return sum(self._seen.values())


def _under_load(quick: bool) -> Iterator[Row]:
    """Memory of the workers after a fifth of the pages and after all of them."""
    pages = 600 if quick else 12_000
    size = DISTRICT if quick else COUNTRY
    early, late = (mark.megabytes for mark in under_load(size, (pages // 5, pages)))
    note = f"the largest, after {pages:,} pages of people and of nobody"
    yield Goal("memory of a web worker", 150, note=note).row(late, "MB")
    before = f"after {pages // 5:,} pages"
    yield Goal("memory of a web worker, growing", 1.05, before).row(late, "MB", early)


def _made_again(quick: bool) -> Iterator[Row]:
    """`make run` where it has been run before; what is set up stays as it is."""
    make = shutil.which("make")
    if make is None:
        return
    with TemporaryDirectory() as folder:
        environment = environment_in(Path(folder))
        # The virtual environment counts as up to date, as it is after a first `make run`.
        command = [make, "run", "--old-file", ".venv/.portal"]
        _started(command, environment)
        tries = [_started(command, environment) for _ in range(1 if quick else 3)]
    cpu, wall = (median(each) for each in zip(*tries, strict=True))
    yield Goal("make run the second time, until it serves", 3).row(cpu, "cpu s")
    yield Row("the same on the clock, with the load of this run ", wall, "s")
