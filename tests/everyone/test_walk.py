"""A few pages looked at as ``make accessibility`` looks at all of them.

Which of the readers' pages are looked at beside the fixed ones follows from the templates: each
change of them looks at other ones.
"""

from __future__ import annotations

import hashlib
import random
from datetime import date
from pathlib import Path

import pytest

from portal.paths import STATIC, TEMPLATES
from tests.conftest import ON_POSTGRESQL
from tests.everyone.book import Book, look_of
from tests.everyone.findings import Findings, Seen
from tests.everyone.house import House
from tests.everyone.languages import seems
from tests.everyone.looking import measure
from tests.everyone.walk import Stop, Walk
from tests.fuzz.stage import NOBODY, Reader

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(ON_POSTGRESQL, reason="pages ask both databases alike"),
]

CHOSEN = 2


def reader(house: House, name: str) -> Reader:
    return next(one for one in house.stage.readers if one.name.startswith(f"{name}@"))


def turn() -> random.Random:
    """What is chosen for these very templates, style sheets and scripts."""
    files = [*TEMPLATES.rglob("*.html"), *STATIC.rglob("*.css"), *STATIC.glob("js/*.js")]
    told = hashlib.sha256()
    for file in sorted(files):
        told.update(file.read_bytes())
    return random.Random(told.hexdigest())


def test_pages_of_a_few_readers_are_accessible(house: House) -> None:
    walk, draw = Walk(house), turn()
    walk.look(Stop(NOBODY, "home", "/"), "fi", closely=True)
    name = draw.choice(["hanna", "kirsi", "raili", "timo", "ylva", "tarja", "britta"])
    page = house.window(reader(house, name), "fi")
    page.goto("/")
    links = page.locator(".site-nav a").all()
    addresses = [str(one.get_attribute("href")) for one in links]
    for address in draw.sample(addresses, min(CHOSEN, len(addresses))):
        walk.look(Stop(reader(house, name), address, address), "fi")
    assert walk.findings.lines() == []


def test_a_form_with_errors_leads_to_its_fields_in_the_same_words(house: House) -> None:
    walk = Walk(house)
    walk.send(Stop(NOBODY, "accessibility.send", "/accessibility/feedback"), "fi")
    walk.send(Stop(NOBODY, "organisations.sign_up", "/sign-up"), "en")
    assert walk.findings.lines() == []
    assert walk.findings.looked["errors"] == 2


def test_a_list_that_is_swapped_keeps_the_focus_and_is_announced(house: House) -> None:
    walk = Walk(house)
    walk.search(Stop(reader(house, "hanna"), "procurement.index", "/procurements"), "fi")
    assert walk.findings.looked["swap"] == 1
    assert walk.findings.lines() == []


def test_what_is_wrong_is_found(house: House) -> None:
    page = house.window(NOBODY, "fi", 320)
    page.goto("/")
    page.evaluate(
        """() => {
          const wide = document.createElement("p");
          wide.textContent = "x";
          wide.style.width = "600px";
          wide.style.maxWidth = "none";
          document.querySelector("main").append(wide);
          const said = document.createElement("p");
          said.textContent = "This is what it says, and that is not in the language of the page.";
          document.querySelector("main").append(said);
          document.getElementById("announcements").remove();
        }"""
    )
    assert [row[0] for row in measure(page, "reflow")] == ["reflow"]
    assert [row[0] for row in measure(page, "region")] == ["live-region"]
    texts = [text for text, marked, _path in measure(page, "blocks") if seems(text) == "en"]
    assert len(texts) == 1


def test_each_fault_is_told_once_with_where_it_was_seen_and_gone_when_it_is_not_seen_again(
    tmp_path: Path,
) -> None:
    seen = Seen("hanna", "home", "/", "fi", 320, "full")
    findings = Findings()
    for _time in range(2):
        findings.add(seen, [("reflow", "main > p", "400 px of 320")])
    book = Book(tmp_path / "looks.jsonl")
    book.add(look_of("full", seen, findings, [("accessibility.send", "text")]))
    again = Book(book.file)
    assert again.lines() == [
        "reflow: main > p: 400 px of 320 <- / (full, hanna, fi, 320 px)",
    ]
    assert again.looks[("full", "home", "hanna", "fi")].sent == [["accessibility.send", "text"]]
    again.add(look_of("full", seen, Findings(), []))
    figures = Book(book.file).figures(date(2026, 11, 27))
    assert (figures["looks"], figures["routes"], figures["faults_left"]) == (1, 1, 0)
