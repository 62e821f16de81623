"""``python -m tests.everyone --minutes 20``: every page of every reader, in each language.

Each route first as one reader in every language, then as the others; the demonstration first, then
what it does not show, then the portal with accounts only. Every look is kept in
``build/accessibility/looks.jsonl`` at once: ``--resume`` goes on where a walk was left, and
``--faulty`` looks again at whatever had faults. Prints each fault in one line and a table. Ends
with 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Error

from portal.shared.names import LANGUAGES
from tests.everyone.book import Book, look_of
from tests.everyone.browser import opened_browser
from tests.everyone.findings import Findings, Seen
from tests.everyone.house import PLAYED, WIDE, served, take_down
from tests.everyone.states import STATES, stage_of, stops_of
from tests.everyone.walk import Stop, Walk, newest_first
from tests.fuzz.stage import quick_passwords

FOLDER = PLAYED.with_name("accessibility")


def main() -> int:
    """Walk; how many faults there are decides how it ends."""
    asked = argparse.ArgumentParser(prog="python -m tests.everyone")
    asked.add_argument("--minutes", type=float, default=60)
    asked.add_argument("--state", action="append", choices=STATES)
    asked.add_argument("--language", action="append", choices=LANGUAGES)
    asked.add_argument("--routes", "--only", default="", help="whose name has this in it")
    asked.add_argument("--reader", default="", help="whose address has this in it")
    asked.add_argument("--once", action="store_true", help="each route as one reader only")
    asked.add_argument("--no-forms", action="store_true", help="send no form")
    asked.add_argument("--resume", action="store_true", help="leave out what was looked at")
    asked.add_argument("--faulty", action="store_true", help="only what had faults, once more")
    asked.add_argument("--as-played", action="store_true", help="do not play anew")
    asked.add_argument("--figures", type=Path, help="write how much was looked at to this file")
    given = asked.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    until = time.monotonic() + given.minutes * 60
    book = Book(FOLDER / "looks.jsonl")
    narrowed = given.state or given.language or given.routes or given.reader
    if not (given.resume or given.faulty or narrowed):
        book.begin_anew()
    left = sum(_walked(state, given, book, until) for state in given.state or STATES)
    for line in book.lines():
        print(line)
    figures = book.figures(datetime.now(UTC).date())
    print(*(f"{name}: {value}" for name, value in figures.items()), sep="\n")
    if left:
        print(f"{left} looks were left when the time was up")
    if given.figures is not None:
        book.write_figures(given.figures, datetime.now(UTC).date())
    return 1 if figures["faults_left"] else 0


def _walked(state: str, given: argparse.Namespace, book: Book, until: float) -> int:
    """One state of the portal; how many looks the time was not enough for."""
    stage = stage_of(state, as_played=given.as_played)
    languages = given.language or LANGUAGES
    shown = sorted({endpoint for told, endpoint, *_rest in book.looks if told == "full"})
    with opened_browser() as chromium, served(chromium, stage) as house, quick_passwords():
        stops = [
            one
            for one in newest_first(stops_of(state, house, shown))
            if given.routes in one.endpoint and given.reader in one.reader.name
        ]
        first = list({one.endpoint: one for one in reversed(stops)}.values())
        chosen = first if given.once else [*first, *(one for one in stops if one not in first)]
        todo = _todo(state, chosen, languages, len(first), given, book)
        print(f"{state}: {len(todo)} looks at {len(first)} routes", flush=True)
        walk = Walk(house, tell=lambda line: print(line, flush=True))
        walk.tried = {tuple(one) for look in book.looks.values() for one in look.sent}
        left = len(todo)
        for language, stop, new in todo:
            if time.monotonic() > until:
                break
            left -= 1
            forms = not given.no_forms and language == languages[0]
            try:
                _look(walk, state, stop, language, book, closely=new, forms=forms)
            except Error as fault:
                print(f"not looked at: {stop.address}: {str(fault).splitlines()[0]}", flush=True)
                house.empty()
    take_down(stage)
    return left


def _todo(
    state: str,
    stops: Sequence[Stop],
    languages: Sequence[str],
    first: int,
    given: argparse.Namespace,
    book: Book,
) -> list[tuple[str, Stop, bool]]:
    """Each route's first reader in every language, then the others; closely the first time."""
    rows = [(language, stop) for language in languages for stop in stops[:first]]
    rows += [(language, stop) for language in languages for stop in stops[first:]]
    seen = {
        look.endpoint
        for look in book.looks.values()
        if look.state == state and "keyboard" in look.looked and not given.faulty
    }
    told = []
    for language, stop in rows:
        new = stop.endpoint not in seen
        seen.add(stop.endpoint)
        before = book.looks.get((state, stop.endpoint, stop.reader.name, language))
        if (given.resume and before) or (given.faulty and not (before and before.faults)):
            continue
        told.append((language, stop, new))
    return told


def _look(
    walk: Walk, state: str, stop: Stop, language: str, book: Book, *, closely: bool, forms: bool
) -> None:
    walk.findings = Findings()
    seen = Seen(stop.reader.name, stop.endpoint, stop.address, language, WIDE, state)
    before = book.looks.get((state, stop.endpoint, stop.reader.name, language))
    walk.tried -= {tuple(one) for one in before.sent} if before else set()
    known = set(walk.tried)
    walk.look(stop, language, state=state, closely=closely)
    if forms:
        walk.search(stop, language)
        walk.write(stop, language)
        walk.send(stop, language)
    book.add(look_of(state, seen, walk.findings, walk.tried - known))


if __name__ == "__main__":
    sys.exit(main())
