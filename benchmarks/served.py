"""A server of its own under load: what its processes hold in memory, for as long as one likes.

People read the lists of their rooms and nobody in particular the public pages, one after the
other, each over a new connection, on a market of the benchmarks' own.

    python -m benchmarks.served --minutes 60

prints what the largest web worker holds, every twelfth of that time.
"""

from __future__ import annotations

import argparse
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.ground import KEY, Ground, opened
from benchmarks.market import COUNTRY, Size
from benchmarks.rows.pages import LISTS, OTHERS

PUBLIC = ("/", "/procurements", "/criteria", "/provider-cards", "/open-data", "/login")
_MARKS = 12


@dataclass(frozen=True)
class Mark:
    """What the largest web worker held after so many pages and seconds."""

    pages: int
    seconds: float
    megabytes: float


def environment_in(folder: Path) -> dict[str, str]:
    """The settings of a server whose databases are in that folder, on a free port."""
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
def running(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[psutil.Process]:
    """The command for as long as it is needed, with all that it starts."""
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


def answers(port: int, address: str = "/healthz", cookie: str = "") -> bool:
    """Whether there is an answer, and no fault."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        asked.request("GET", address, headers={"Cookie": cookie} if cookie else {})
        answer = asked.getresponse()
        answer.read()
        return answer.status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def under_load(size: Size, at: Sequence[int] = (), minutes: float = 0) -> Iterator[Mark]:
    """A mark after each of these numbers of pages, or at each twelfth of so many minutes."""
    with TemporaryDirectory() as folder:
        environment = environment_in(Path(folder))
        with opened(size, Path(folder) / "market", datetime.now(UTC)) as ground:
            pages = _pages(ground)
            environment |= {
                "PORTAL_DATABASE_URL": ground.settings.database_url,
                "PORTAL_READS_DATABASE_URL": str(ground.settings.reads_database_url),
                "PORTAL_JOBS_DATABASE_URL": str(ground.settings.jobs_database_url),
            }
        port = int(environment["PORTAL_PORT"])
        portal = str(Path(sys.executable).with_name("portal"))
        with running([portal, "serve"], environment) as first:
            while not answers(port):
                time.sleep(0.1)
            begun, every, marks = time.monotonic(), minutes * 60 / _MARKS, 0
            for n in count(1):
                address, cookie = pages[n % len(pages)]
                if not answers(port, address, cookie):
                    raise SystemExit(f"{address} did not answer")
                passed = time.monotonic() - begun
                if n in at or (minutes and passed >= (marks + 1) * every):
                    marks += 1
                    yield Mark(n, passed, _largest(first))
                if marks == (_MARKS if minutes else len(at)):
                    return


def _pages(ground: Ground) -> list[tuple[str, str]]:
    """Addresses, each with the cookie of who reads it."""
    found = [(address, "") for address in PUBLIC]
    cookies: dict[str, str] = {}
    for page in (*LISTS, *OTHERS):
        if page.reader is None:
            continue
        if page.reader not in cookies:
            kept = ground.reader(page.reader).get_cookie("siirtyma")
            assert kept is not None
            cookies[page.reader] = f"{kept.key}={kept.value}"
        found.append((page.address(ground.market), cookies[page.reader]))
    return found


def _largest(first: psutil.Process) -> float:
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


def main() -> int:
    """Print the marks as they come."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.served")
    parser.add_argument("--minutes", type=float, default=60)
    for mark in under_load(COUNTRY, minutes=parser.parse_args().minutes):
        print(
            f"{mark.seconds / 60:6.1f} min {mark.pages:8,} pages {mark.megabytes:7.1f} MB",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
