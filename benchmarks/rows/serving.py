"""The server as `portal serve` and `make run` start it: until its first answer, and under load."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil

from benchmarks.ground import KEY
from benchmarks.measuring import Goal, Row

STARTS_WITHIN_S = 600
PAGES = ("/", "/procurements", "/criteria", "/provider-cards", "/open-data", "/login")


def rows(quick: bool) -> Iterator[Row]:
    """All rows about the server."""
    # As `make setup` leaves it, also where what was changed since may not be kept.
    subprocess.run([sys.executable, "-m", "compileall", "-q", "portal"], check=True)
    with TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        portal = str(Path(sys.executable).with_name("portal"))
        subprocess.run([portal, "migrate"], env=environment, check=True)
        tries = [_started([portal, "serve"], environment) for _ in range(1 if quick else 3)]
        cpu, wall = (median(each) for each in zip(*tries, strict=True))
        note = "the serving processes; what does the jobs starts beside them"
        yield Goal("start of the server until its first answer", 1.5, note=note).row(cpu, "cpu s")
        yield Row("the same on the clock, with the load of this run", wall, "s")
        yield from _under_load([portal, "serve"], environment, 600 if quick else 12_000)
    yield from _made_again(quick)


def _environment(folder: Path) -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return {
        **os.environ,
        "PORTAL_DATABASE_URL": f"sqlite:///{folder}/portal.sqlite",
        "PORTAL_SECRET_KEY": "a key for benchmarks, known to everybody",
        "PORTAL_STORAGE_KEY": KEY,
        "PORTAL_SECURE_COOKIES": "false",
        "PORTAL_PORT": str(port),
        "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
    }


@contextmanager
def _running(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[psutil.Process]:
    begun = subprocess.Popen(
        command,
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield psutil.Process(begun.pid)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(begun.pid, signal.SIGTERM)
        try:
            begun.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(begun.pid, signal.SIGKILL)
            begun.wait()


def _started(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds of the processor and of the clock until the first answer."""
    port = int(environment["PORTAL_PORT"])
    begun = time.perf_counter()
    with _running(command, environment) as first:
        served = _Serving(first.pid)
        while not _answers(port):
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


def _answers(port: int, address: str = "/healthz") -> bool:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        asked.request("GET", address)
        answer = asked.getresponse()
        answer.read()
        return answer.status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def _under_load(
    command: Sequence[str], environment: Mapping[str, str], requests: int
) -> Iterator[Row]:
    """Memory of the workers after a tenth of the pages and after all of them."""
    port = int(environment["PORTAL_PORT"])
    with _running(command, environment) as first:
        while not _answers(port):
            time.sleep(0.1)
        marks = []
        for n in range(1, requests + 1):
            _answers(port, PAGES[n % len(PAGES)])
            if n in (requests // 5, requests):
                marks.append(_workers(first))
    note = f"the largest, after {requests:,} pages"
    yield Goal("memory of a web worker", 150, note=note).row(marks[1], "MB")
    early = f"after {requests // 5:,} pages"
    yield Goal("memory of a web worker, growing", 1.05, early).row(marks[1], "MB", marks[0])


def _workers(first: psutil.Process) -> float:
    """Megabytes of the largest process that serves pages."""
    found: list[float] = []
    serving = _serving(first)
    for one in serving:
        with suppress(psutil.NoSuchProcess):
            if not any(child in serving for child in one.children()):
                found.append(one.memory_info().rss / 1e6)
    return max(found)


def _serving(first: psutil.Process) -> list[psutil.Process]:
    """The processes under the command that serve pages, and the one that they were forked from."""
    found = []
    for one in first.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "serve" in one.cmdline():
                found.append(one)
    return found


def _made_again(quick: bool) -> Iterator[Row]:
    """`make run` where it has been run before; what is set up stays as it is."""
    make = shutil.which("make")
    if make is None:
        return
    with TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        # The virtual environment counts as up to date, as it is after a first `make run`.
        command = [make, "run", "--old-file", ".venv/.portal"]
        _started(command, environment)
        tries = [_started(command, environment) for _ in range(1 if quick else 3)]
    cpu, wall = (median(each) for each in zip(*tries, strict=True))
    yield Goal("make run the second time, until it serves", 3).row(cpu, "cpu s")
    yield Row("the same on the clock, with the load of this run ", wall, "s")
