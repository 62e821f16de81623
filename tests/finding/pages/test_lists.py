"""Lists sorted by their heads, and views of them kept under a name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.finding.models import SavedView
from portal.finding.rules import LISTS, MOST_VIEWS, kept_of
from portal.shared.ordering import ordering
from tests.cast import Cast
from tests.page import Browser, words
from tests.underway import contract_in_force, training_of

Browse = Callable[..., Browser]
LISTED = {
    "/procurements": ("olli", "title", 3),
    "/contracts": ("olli", "reference", 7),
    "/call-offs": ("olli", "contract", 7),
    "/trainings": ("olli", "reference", 3),
    "/organisations": ("olli", "name", 2),
}


@pytest.fixture
def many(database: Database, cast: Cast) -> None:
    """More than a page of each list, in no order."""
    with database.transaction() as session:
        for n in (*range(0, 23, 2), *range(21, 0, -2)):
            contract = contract_in_force(session, cast, reference=f"LISTA-{n:02}")
            training_of(session, cast, contract)


def firsts(browser: Browser) -> list[str]:
    assert browser.page is not None
    return [words(head.find("a") or head) for head in browser.page.all("main tbody th")]


def test_what_stands_in_an_address_sorts_only_by_known_columns() -> None:
    columns = ("name", "day")
    assert (ordering("-day", columns).sort, ordering("day", columns).turned("day")) == (
        "-day",
        "-day",
    )
    assert ordering("-day", columns).turned("day") == "day"
    assert ordering("-day", columns).direction("day") == "descending"
    for other in ("password", "-", "--day", "", None, "day; drop"):
        assert ordering(other, columns).sort is None


def test_a_view_keeps_codes_and_never_what_somebody_typed() -> None:
    asked = {"state": "in_force", "sort": "-name", "q": "Maija", "person": "maija", "page": "2"}
    assert kept_of("contracts.index", asked) == {"state": "in_force", "sort": "-name"}
    assert kept_of("contracts.index", {"state": "Maija Meikäläinen"}) == {}
    assert kept_of("auditing.index", asked) == {}
    assert not any({"q", "person", "name"} & names for names in LISTS.values())


@pytest.mark.usefixtures("many")
def test_each_list_is_sorted_by_its_heads_and_paging_keeps_it(browse: Browse, cast: Cast) -> None:
    for url, (reader, column, heads) in LISTED.items():
        browser = browse(getattr(cast, reader))
        page = browser.get(url)
        assert not page.has("[aria-sort]"), url
        assert len(page.all("main th a.sorted-head")) >= heads - 1, url
        page = browser.get(f"{url}?sort={column}")
        assert page.one("[aria-sort]")["aria-sort"] == "ascending", url
        assert firsts(browser) == sorted(firsts(browser), key=str.lower), url
        if (later := page.soup.find("a", string="Next page")) is not None:
            assert f"sort={column}" in str(later["href"]), url
            browser.get(str(later["href"]))
            assert firsts(browser) == sorted(firsts(browser), key=str.lower), url
            assert browser.page is not None
            assert browser.page.has("[aria-sort]"), url
        browser.get(f"{url}?sort=-{column}")
        assert firsts(browser) == sorted(firsts(browser), key=str.lower, reverse=True), url
        assert not browser.get(f"{url}?sort=password_hash").has("[aria-sort]"), url


@pytest.mark.usefixtures("many")
def test_contracts_are_narrowed_by_how_they_stand(browse: Browse, cast: Cast) -> None:
    olli = browse(cast.olli)
    olli.get("/contracts")
    page = olli.submit("main form.search", state="void", status=200)
    assert "no such contracts" in page.text
    assert "23 contracts" in olli.submit("main form.search", state="in_force", status=200).text


def test_a_view_is_kept_opened_with_and_deleted_by_its_owner_alone(
    browse: Browse, cast: Cast, database: Database, many: None
) -> None:
    olli = browse(cast.olli)
    assert not olli.get("/contracts").has("details.list-views")
    olli.get("/contracts?state=in_force&sort=-reference&page=2")
    olli.submit("details.list-views form", name="  Voimassa   uusin ensin ")
    page = olli.follow()
    assert olli.url == "/contracts?sort=-reference&state=in_force"
    assert words(page.one("main nav a[aria-current=true]")) == "Voimassa uusin ensin"
    assert "Voimassa" not in browse(cast.paula).get("/contracts").text
    assert "Voimassa" not in olli.get("/call-offs").text
    with database.reading() as session:
        key = session.scalars(select(SavedView.id)).one()
    for other in (cast.paula, cast.eva):
        browse(other).post(f"/search/views/{key}/delete", status=404)
        browse(other).post(f"/search/views/{key}/open", {"wanted": "yes"}, status=404)
    olli.get("/contracts")
    olli.submit('form[action$="/open"]', button="wanted", wanted="yes")
    olli.follow()
    olli.get("/contracts", status=303)
    assert olli.follow().has("[aria-sort=descending]")
    assert not olli.get("/contracts?view=all").has("[aria-sort]")
    olli.submit('form[action$="/open"]', button="wanted", wanted="no")
    olli.get("/contracts")
    olli.submit('form[action$="/delete"]')
    assert not olli.follow().has("details.list-views")


def test_what_cannot_be_kept_is_refused_beside_its_field(
    browse: Browse, cast: Cast, database: Database
) -> None:
    olli = browse(cast.olli)
    here = {"page": "contracts.index", "state": "in_force"}
    assert olli.post("/search/views", {**here, "name": " "}, status=422).errors
    assert olli.post("/search/views", {**here, "name": "x" * 61}, status=422).errors
    assert olli.post("/search/views", {"page": "contracts.index", "name": "x"}, status=422).errors
    olli.post("/search/views", {"page": "auditing.index", "name": "x"}, status=404)
    for n in range(MOST_VIEWS):
        olli.post("/search/views", {**here, "name": f"Näkymä {n}"})
    olli.post("/search/views", {**here, "name": "Näkymä 1"})
    assert olli.post("/search/views", {**here, "name": "Yksi liikaa"}, status=422).errors
