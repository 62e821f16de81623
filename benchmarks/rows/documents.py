"""The contract as PDF: by a warm worker, and by Chromium from the same HTML, warm and cold.

Processor time of all processes of each counts. The documents of the three are not the same: ours
is PDF/A with its fonts, Chromium's is neither.
"""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.machine import chromium_version
from benchmarks.measuring import Family, Goal, Row, megabytes
from portal.documents.catalogue import preview
from portal.documents.render import html_of, render
from portal.paths import DOCUMENTS

KIND = "contract"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WARM, LINE = "Chromium, warm", "Chromium, from its command line"


def rows(quick: bool) -> Iterator[Row]:
    """All rows about documents; those beside Chromium only where it is."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is not None:
        yield from _beside_chromium(path, 3 if quick else 9)
    yield from _by_workers(100 if quick else 1000, 5 if quick else 20)


def context(n: int = 0) -> dict[str, Any]:
    """The contract of the preview; each number gives another one."""
    found = copy.deepcopy(_preview())
    found["contract"]["reference"] += f"-{n}"
    return found


@cache
def _preview() -> dict[str, Any]:
    return preview(KIND, "fi")


def _beside_chromium(path: str, rounds: int) -> Iterator[Row]:
    html = _standing_alone(html_of(KIND, "fi", context()))
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "contract.html"
        page_file.write_text(html, encoding="utf-8")
        before = {child.pid for child in _children()}
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page()
        chromium = [Family(child.pid) for child in _children() if child.pid not in before]

        def warm() -> None:
            page.set_content(html, wait_until="load")
            page.pdf(format="A4", print_background=True)

        def from_line() -> float:
            return _of_command(
                [
                    path,
                    "--headless",
                    *FLAGS,
                    f"--user-data-dir={folder}/profile",
                    f"--print-to-pdf={folder}/out.pdf",
                    page_file.as_uri(),
                ]
            )

        taken: dict[str, list[float]] = {"ours": [], WARM: [], LINE: []}
        for n in range(rounds + 1):
            mine = _own_time(lambda: render(KIND, "fi", context()))
            begun = sum(one.look() for one in chromium)
            warm()
            theirs = sum(one.look() for one in chromium) - begun
            line = from_line()
            if n:
                taken["ours"].append(mine)
                taken[WARM].append(theirs)
                taken[LINE].append(line)
        browser.close()
    found = {name: median(times) * 1000 for name, times in taken.items()}
    yield Row(WARM, found[WARM], "ms", note=chromium_version(path))
    yield Row(LINE, found[LINE], "ms")
    yield Goal("contract PDF, warm worker", 1, WARM).row(found["ours"], "ms", found[WARM])
    yield Goal("contract PDF, warm worker, once more", 1 / 3, LINE).row(
        found["ours"], "ms", found[LINE]
    )


def _standing_alone(html: str) -> str:
    """The same page with its style sheets in it."""
    sheets = (DOCUMENTS / "_base.css", DOCUMENTS / KIND / "print.css")
    style = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    return html.replace("</head>", f"<style>{style}</style></head>", 1)


def _children() -> list[Any]:
    import psutil

    return psutil.Process().children(recursive=True)


def _own_time(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _of_command(command: list[str]) -> float:
    """Seconds of the processor of a program and all it starts."""
    ran = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    family = Family(ran.pid)
    while ran.poll() is None:
        family.look()
        time.sleep(0.01)
    return family.look()


def _by_workers(many: int, few: int) -> Iterator[Row]:
    """Memory over many documents; one worker against two that work at the same time."""
    told = _worker(many).communicate()[0].split()
    early, late, each = float(told[0]), float(told[1]), float(told[2])
    yield Row("processor time of a contract in that worker", each * 1000, "ms")
    yield Goal(f"memory of a worker after {many:,} documents", 1.05, f"after {many // 5:,}").row(
        late, "MB", early
    )
    alone, both = [], []
    for _ in range(2):
        alone.append(_together(1, few))
        both.append(_together(2, few))
    note = "on the clock, so that other load counts against it"
    yield Goal("two workers make so many times what one makes", 1.8, least=True, note=note).row(
        2 * median(alone) / median(both), "times"
    )


def _together(workers: int, documents: int) -> float:
    """Seconds on the clock from when all are warm until the last is done."""
    running = [_worker(documents, waits=True) for _ in range(workers)]
    for one in running:
        assert one.stdout is not None
        one.stdout.readline()
    begun = time.perf_counter()
    for one in running:
        assert one.stdin is not None
        with suppress(BrokenPipeError):
            one.stdin.write("go\n")
            one.stdin.flush()
    for one in running:
        one.communicate()
    return time.perf_counter() - begun


def _worker(documents: int, *, waits: bool = False) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.rows.documents", str(documents), str(int(waits))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _work(documents: int, waits: bool) -> None:
    """One warm document; then, as soon as told, so many others; prints memory and time."""
    render(KIND, "fi", context())
    if waits:
        print("warm", flush=True)
        sys.stdin.readline()
    early, begun = 0.0, time.process_time()
    for n in range(1, documents + 1):
        render(KIND, "fi", context(n))
        if n == max(1, documents // 5):
            early = megabytes()
    print(early, megabytes(), (time.process_time() - begun) / documents)


if __name__ == "__main__":
    _work(int(sys.argv[1]), sys.argv[2] == "1")
