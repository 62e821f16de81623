"""``python -m tests.everyone.pictures``: every page of every role, wide and narrow, as PNG.

They go to ``build/screenshots/ROLE/LANGUAGE/ROUTE-WIDTH.png``. ``--language`` (as many as wanted),
``--only`` and ``--reader`` narrow it down; so does ``--minutes``.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
import warnings

from playwright.sync_api import Error

from portal.paths import ROOT
from portal.shared.names import LANGUAGES
from tests.everyone.browser import opened_browser
from tests.everyone.house import NARROW, WIDE, House, played_stage, served, take_down
from tests.everyone.walk import Stop, all_stops
from tests.fuzz.stage import one_of_each_role, quick_passwords

FOLDER = ROOT / "build" / "screenshots"


def main() -> int:
    """Take them all, or as many as there is time for."""
    asked = argparse.ArgumentParser(prog="python -m tests.everyone.pictures")
    asked.add_argument("--minutes", type=float, default=60)
    asked.add_argument("--language", action="append", choices=LANGUAGES)
    asked.add_argument("--only", default="", help="routes whose name has this in it")
    asked.add_argument("--reader", default="", help="readers whose address has this in it")
    asked.add_argument("--as-played", action="store_true", help="do not play anew")
    given = asked.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    until = time.monotonic() + given.minutes * 60
    stage = played_stage(as_played=given.as_played)
    readers = [one for one in one_of_each_role(stage.readers) if given.reader in one.name]
    taken = left = 0
    with opened_browser() as chromium, served(chromium, stage) as house, quick_passwords():
        stops = [one for one in all_stops(house, readers) if given.only in one.endpoint]
        for stop in stops:
            for language in given.language or ["fi", "en"]:
                if time.monotonic() > until:
                    left += 1
                    continue
                taken += sum(_taken(house, stop, language, width) for width in (WIDE, NARROW))
    take_down(stage)
    print(f"{taken} pictures in {FOLDER}; {left} pages left when the time was up")
    return 0


def _taken(house: House, stop: Stop, language: str, width: int) -> bool:
    """One picture of the whole page; False where there is no page to take."""
    role = stop.reader.roles[0] if stop.reader.roles else "nobody"
    folder = FOLDER / role / language
    folder.mkdir(parents=True, exist_ok=True)
    page = house.window(stop.reader, language, width)
    try:
        page.goto(stop.address, wait_until="load")
        page.screenshot(path=folder / f"{stop.endpoint}-{width}.png", full_page=True)
    except Error as fault:
        print(f"{stop.address}: {str(fault).splitlines()[0]}", flush=True)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
