"""``python -m tests.everyone --minutes 20``: every page of every reader, in each language.

Goes on until everything has been looked at or so many minutes have passed: each route first, then
as every other reader. Prints each fault in one line and a table; all of it stays in
``build/everyone/findings.json``. Ends with 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
import warnings
from collections.abc import Sequence

from portal.shared.names import LANGUAGES
from tests.everyone.browser import opened_browser
from tests.everyone.house import PLAYED, played_stage, served, take_down
from tests.everyone.walk import Stop, Walk, all_stops, newest_first
from tests.fuzz.stage import one_of_each_role, quick_passwords


def main() -> int:
    """Walk; how many faults there are decides how it ends."""
    asked = argparse.ArgumentParser(prog="python -m tests.everyone")
    asked.add_argument("--minutes", type=float, default=60)
    asked.add_argument("--language", action="append", choices=LANGUAGES)
    asked.add_argument("--only", default="", help="routes whose name has this in it")
    asked.add_argument("--reader", default="", help="readers whose address has this in it")
    asked.add_argument("--each", type=int, default=1, help="addresses of a route for each reader")
    asked.add_argument("--once", action="store_true", help="each route as one reader only")
    asked.add_argument("--no-forms", action="store_true", help="send no form")
    asked.add_argument("--from", type=int, default=0, dest="first", help="leave out so many pages")
    asked.add_argument("--as-played", action="store_true", help="do not play anew")
    given = asked.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    until = time.monotonic() + given.minutes * 60
    stage = played_stage(as_played=given.as_played)
    readers = [one for one in one_of_each_role(stage.readers) if given.reader in one.name]
    with opened_browser() as chromium, served(chromium, stage) as house, quick_passwords():
        stops = newest_first(all_stops(house, readers, given.each))
        stops = [one for one in stops if given.only in one.endpoint]
        if given.once:
            stops = list({one.endpoint: one for one in reversed(stops)}.values())
        stops = stops[given.first :]
        print(f"{len(stops)} pages of {len({one.endpoint for one in stops})} routes", flush=True)
        walk = Walk(house, tell=lambda line: print(line, flush=True))
        left = _walked(walk, stops, given.language or LANGUAGES, until, forms=not given.no_forms)
    take_down(stage)
    for line in walk.findings.lines():
        print(line)
    print(*walk.findings.table(), sep="\n")
    if left:
        print(f"{left} looks were left when the time was up")
    print(f"written to {walk.findings.write(PLAYED.parent / 'accessibility')}")
    return 1 if walk.findings.faults else 0


def _walked(
    walk: Walk, stops: Sequence[Stop], languages: Sequence[str], until: float, *, forms: bool
) -> int:
    known: set[str] = set()
    todo = [(language, stop) for language in languages for stop in stops]
    for place, (language, stop) in enumerate(todo):
        if time.monotonic() > until:
            return len(todo) - place
        new = stop.endpoint not in known
        known.add(stop.endpoint)
        walk.look(stop, language, closely=new)
        if forms and language == languages[0]:
            walk.search(stop, language)
            walk.send(stop, language)
    return 0


if __name__ == "__main__":
    sys.exit(main())
