"""A corpus of more than a hundred texts that would run, put wherever people write, runs nowhere.

The installation of these tests is played from cases whose every text ends in one of the corpus
(`tests.fuzz.corpus.planted`): what is walked here was written by the verbs of the portal.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from weasyprint.urls import URLFetcher
from werkzeug.serving import make_server

from tests.fuzz.corpus import CORPUS
from tests.fuzz.stage import Reader, Stage, few
from tests.fuzz.verdict import formulas_in_csv, formulas_in_xlsx
from tests.fuzz.walk import Walk
from tests.promises.figures import leave, long_run

pytestmark = pytest.mark.trust

WATCH = """
window.seen = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.seen.push(event.violatedDirective + " " + event.blockedURI + " " + event.sample);
});
"""


def test_the_corpus_is_large_and_stands_on_the_pages(walk: Walk) -> None:
    assert len(set(CORPUS)) >= 100
    shown = "".join(
        answer.get_data(as_text=True)
        for _reader, _endpoint, _address, answer in walk.harvest.answers
        if answer.mimetype == "text/html"
    )
    assert shown.count("alert(&#39;zq&#39;)") > 200


def test_no_table_or_data_that_is_downloaded_reckons_with_what_was_typed(walk: Walk) -> None:
    looked_at = {"csv": 0, "sheet": 0, "json": 0}
    for _reader, _endpoint, address, answer in walk.harvest.answers:
        if answer.mimetype == "text/csv":
            looked_at["csv"] += 1
            assert formulas_in_csv(answer.get_data().decode("utf-8-sig")) == [], address
        elif answer.mimetype.endswith("spreadsheetml.sheet"):
            looked_at["sheet"] += 1
            assert formulas_in_xlsx(answer.get_data()) == [], address
        elif answer.mimetype == "application/json":
            looked_at["json"] += 1
            json.loads(answer.get_data())
    assert all(looked_at.values()), looked_at
    leave("texts_stay_texts", "tables", {**looked_at, "formulas": 0})


@pytest.mark.parametrize(
    "address", ["http://zq.example/x", "https://zq.example/x", "file:///etc/passwd", "ftp://zq/x"]
)
def test_a_document_fetches_nothing(address: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)disallowed|protocol|not allowed"):
        URLFetcher(allowed_protocols=("data",)).fetch(address)


@pytest.fixture
def served(played: Stage) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, played.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_nothing_of_the_corpus_runs_in_a_browser(
    walk: Walk, played: Stage, served: str, chromium: Browser
) -> None:
    readers = few(played.readers)
    pages, complaints = 0, []
    for reader in readers if long_run() else readers[1:2]:
        opened, told = _visit_all(walk, played, reader, served, chromium)
        pages += opened
        complaints += told
    assert complaints == []
    assert pages >= 5
    leave(
        "texts_stay_texts",
        "browser",
        {"payloads": len(set(CORPUS)), "pages": pages, "executed": 0, "policy_violations": 0},
    )


def _visit_all(
    walk: Walk, stage: Stage, reader: Reader, served: str, chromium: Browser
) -> tuple[int, list[str]]:
    """How many pages were opened, and everything that ran or was stopped on them."""
    told: list[str] = []
    context = chromium.new_context(base_url=served)
    context.add_init_script(WATCH)
    cookies = [part.split("=", 1) for part in stage.cookie(reader).split("; ")]
    context.add_cookies([{"name": name, "value": value, "url": served} for name, value in cookies])
    page = context.new_page()
    page.on("dialog", lambda dialog: (told.append(f"dialogue {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda fault: told.append(f"{page.url}: {fault}"))
    page.on("console", lambda line: told.append(line.text) if line.type == "error" else None)
    page.on("request", lambda asked: None if served in asked.url else told.append(asked.url))
    # The pages on which most of the corpus stands come first.
    shown = sorted(
        (
            (-answer.get_data().count(b"alert(&#39;zq"), address)
            for name, _endpoint, address, answer in walk.harvest.answers
            if name == reader.name and answer.mimetype == "text/html" and answer.status_code == 200
        ),
    )
    addresses = [address for _count, address in shown][: None if long_run() else 6]
    for address in addresses:
        page.goto(address)
        told += [f"{address}: {one}" for one in page.evaluate("window.seen")]
    context.close()
    return len(addresses), told
