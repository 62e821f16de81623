"""Pages: against the bare ones, against themselves on little data, and by their queries."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bs4 import BeautifulSoup

from benchmarks.baselines import BARE, FIFTY, bare_app
from benchmarks.ground import Ground, asking, small_and_large
from benchmarks.market import Market
from benchmarks.measuring import Goal, Row, interleaved
from tests.page import counted

QUERIES = 8


@dataclass(frozen=True)
class Page:
    """A page with the goal of its ratio to the page of fifty rows; 0 where it has none."""

    name: str
    reader: str | None
    address: Callable[[Market], str]
    most: float
    grows: bool = True


def _at(address: str) -> Callable[[Market], str]:
    return lambda _market: address


def _lot(call: str, page: str = "lots") -> Callable[[Market], str]:
    return lambda market: f"/procurements/{market.calls[call]}/evaluation/{page}/lot-1"


def _offer(call: str, page: str) -> Callable[[Market], str]:
    return lambda market: f"{_lot(call)(market)}/{page}/{market.offers[call]}"


LISTS = (
    Page("home page, nobody", None, _at("/"), 2),
    Page("home page, officer", "officer", _at("/"), 2),
    Page("home page, sponsor", "sponsor", _at("/"), 2),
    Page("list of calls, nobody", None, _at("/procurements"), 2),
    Page("list of calls, officer", "officer", _at("/procurements"), 2),
    Page("what waits, officer", "officer", _at("/waiting"), 2),
    Page("list of offers, provider", "representative", _at("/offers"), 2),
    Page("list of evaluations", "evaluator", _at("/evaluations"), 2),
    Page("list of contracts", "officer", _at("/contracts"), 2),
    Page("list of trainings", "officer", _at("/trainings"), 2),
    Page("list of own trainings", "sponsor", _at("/my-trainings"), 2),
    Page("list of organisations", "representative", _at("/organisations"), 2),
    Page("list of needs", "sponsor", _at("/needs"), 2),
    Page("list of provider cards", "sponsor", _at("/provider-cards"), 2),
    Page("list of people", "administrator", _at("/people"), 2),
)
OTHERS = (
    Page("how things stand, officer", "officer", _at("/standing"), 0),
    Page("a call", "officer", lambda market: f"/procurements/{market.calls['opened']}", 0),
    Page("a training", "sponsor", lambda market: f"/trainings/{market.training}", 0),
    Page("an offer with its assessments", "officer", _offer("assessed", "joint"), 5),
    Page("an offer to assess", "third_evaluator", _offer("assessing", "assessments"), 0),
)
HEAVY = (
    Page("ranking of 250 offers × 3 assessors × 5 criteria", "officer", _lot("ranking"), 30),
    Page("export of all scores of 1,000 offers", "officer", _lot("export", "matrix-file"), 150),
    Page("comparison of 50 offers × 40 criteria", "officer", _lot("comparison", "matrix"), 0),
)


def rows(quick: bool) -> Iterator[Row]:
    """All rows about pages."""
    with TemporaryDirectory() as folder, small_and_large() as (small, large):
        # As the server does before its workers begin.
        gc.freeze()
        bare = bare_app(Path(folder)).test_client()
        asked = {BARE: asking(bare, "/bare"), FIFTY: asking(bare, "/fifty")}
        before, after = _asks(small, (*LISTS, *OTHERS)), _asks(large, (*LISTS, *OTHERS))
        works = {
            **asked,
            **{f"{name}, little": ask for name, ask in before.items()},
            **after,
            "posting an assessment": _posting(large),
        }
        found = interleaved(works, 3 if quick else 31)
        heavy = interleaved(asked | _asks(large, HEAVY), 2 if quick else 9)
        for name in (BARE, FIFTY):
            yield Row(name, found[name], "ms")
        for page in (*LISTS, *OTHERS):
            yield _row(page, found)
        yield Goal("posting an assessment", 6, FIFTY).row(
            found["posting an assessment"], "ms", found[FIFTY]
        )
        for page in HEAVY:
            yield _row(page, heavy)
        for page in (*LISTS, *OTHERS):
            yield Goal(f"{page.name}, on 100 × the data", 1.2, "on little data").row(
                found[page.name], "ms", found[f"{page.name}, little"]
            )
        for page in (*LISTS, *OTHERS, *HEAVY):
            yield Goal(f"queries of: {page.name}", QUERIES).row(_queries(large, page), "queries")


def _row(page: Page, found: dict[str, float]) -> Row:
    value, base = found[page.name], found[FIFTY]
    if page.most:
        return Goal(page.name, page.most, FIFTY).row(value, "ms", base)
    return Row(page.name, value, "ms", baseline=FIFTY, ratio=value / base)


def _asks(ground: Ground, pages: tuple[Page, ...]) -> dict[str, Callable[[], object]]:
    readers = {key: ground.reader(key) for key in {page.reader for page in pages}}
    return {page.name: asking(readers[page.reader], page.address(ground.market)) for page in pages}


def _queries(ground: Ground, page: Page) -> int:
    ask = asking(ground.reader(page.reader), page.address(ground.market))
    ask()
    with counted(ground.database.engine) as statements:
        ask()
    return len(statements)


def _posting(ground: Ground) -> Callable[[], object]:
    """Save a draft of an assessment, as a browser does that shows the form once."""
    client = ground.reader("third_evaluator")
    address = _offer("assessing", "assessments")(ground.market)
    shown = BeautifulSoup(client.get(address).get_data(as_text=True), "html.parser")
    form = next(one for one in shown.select("main form") if one.select("textarea"))
    fields = {"next": "save"}
    for field in form.select("input[name], textarea[name]"):
        name = str(field["name"])
        if name.startswith("reason"):
            fields[name] = "Näkyy tarjouksesta."
        elif name.startswith("points"):
            fields[name] = "2"
        else:
            fields.setdefault(name, str(field.get("value", "")))

    reasons = [name for name in fields if name.startswith("reason")]

    def post() -> None:
        # What says the same as before is no new revision.
        fields.update(dict.fromkeys(reasons, f"Näkyy tarjouksesta, {fields['revision']}."))
        response = client.post(address, data=fields)
        if response.status_code != 303:
            raise SystemExit(f"posting an assessment answered {response.status_code}")
        fields["revision"] = str(int(fields["revision"]) + 1)

    return post
