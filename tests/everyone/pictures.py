"""``python -m tests.everyone.pictures``: every page, wide and narrow, as PNG.

They go to ``build/screenshots/STATE/ROLE/LANGUAGE/ROUTE-WIDTH.png``: each route as one reader, or
with ``--every-reader`` as each of them. ``--state``, ``--language`` and ``--width`` (as many as
wanted), ``--routes`` and ``--reader`` narrow it down, ``--minutes`` ends it, and ``--resume``
leaves out what is there from before. The first run plays the demonstration and finds its pages.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
import warnings
from pathlib import Path

from playwright.sync_api import Error

from portal.paths import ROOT
from portal.shared.names import LANGUAGES
from tests.everyone.browser import opened_browser
from tests.everyone.house import NARROW, WIDE, House, served, take_down
from tests.everyone.states import STATES, stage_of, stops_of
from tests.everyone.walk import Stop, newest_first
from tests.fuzz.stage import quick_passwords

FOLDER = ROOT / "build" / "screenshots"


def main() -> int:
    """Take them all, or as many as there is time for."""
    asked = argparse.ArgumentParser(prog="python -m tests.everyone.pictures")
    asked.add_argument("--minutes", type=float, default=60)
    asked.add_argument("--state", action="append", choices=STATES)
    asked.add_argument("--language", action="append", choices=LANGUAGES)
    asked.add_argument("--width", action="append", type=int)
    asked.add_argument("--routes", "--only", default="", help="whose name has this in it")
    asked.add_argument("--reader", default="", help="whose address has this in it")
    asked.add_argument("--every-reader", action="store_true", help="and not one of each route only")
    asked.add_argument("--resume", action="store_true", help="leave out what has been taken")
    asked.add_argument("--as-played", action="store_true", help="do not play anew")
    given = asked.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    began = time.monotonic()
    taken = left = 0
    shown: set[str] = set()
    for state in given.state or ("full", "filled"):
        stage = stage_of(state, as_played=given.as_played)
        with opened_browser() as chromium, served(chromium, stage) as house, quick_passwords():
            stops = newest_first(stops_of(state, house, sorted(shown)))
            shown |= {one.endpoint for one in stops}
            if not given.every_reader:
                stops = list({one.endpoint: one for one in reversed(stops)}.values())
            for stop in stops:
                if given.routes not in stop.endpoint or given.reader not in stop.reader.name:
                    continue
                for language in given.language or LANGUAGES:
                    for width in given.width or (WIDE, NARROW):
                        file = _file(state, stop, language, width)
                        if given.resume and file.exists():
                            continue
                        if time.monotonic() > began + given.minutes * 60:
                            left += 1
                        else:
                            taken += _taken(house, stop, language, width, file)
        take_down(stage)
    minutes = (time.monotonic() - began) / 60
    print(
        f"{taken} pictures in {FOLDER} in {minutes:.1f} minutes; {left} left when the time was up"
    )
    return 0


def _file(state: str, stop: Stop, language: str, width: int) -> Path:
    role = stop.reader.roles[0] if stop.reader.roles else "nobody"
    return FOLDER / state / role / language / f"{stop.endpoint}-{width}.png"


def _taken(house: House, stop: Stop, language: str, width: int, file: Path) -> bool:
    """One picture of the whole page; False where there is no page to take."""
    file.parent.mkdir(parents=True, exist_ok=True)
    page = house.window(stop.reader, language, width)
    try:
        page.goto(stop.address, wait_until="load")
        page.screenshot(path=file, full_page=True)
    except Error as fault:
        print(f"{stop.address}: {str(fault).splitlines()[0]}", flush=True)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
