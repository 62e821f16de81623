"""The search as a page, and as the field of every other page."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from portal.database import Database
from tests.cast import Cast
from tests.finding.world import Sides, two_sides
from tests.page import Browser
from tests.underway import contract_in_force, training_of

Browse = Callable[..., Browser]


@pytest.fixture
def sides(database: Database, cast: Cast) -> Sides:
    return two_sides(database, cast)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_field_of_a_page_leads_to_what_was_found(
    browse: Browse, cast: Cast, sides: Sides, language: str
) -> None:
    browser = browse(cast.olli, language)
    browser.get("/contracts")
    page = browser.submit(".site-search", q="väykky-2026", status=200)
    assert page.value("q") == "väykky-2026"
    assert page.has(f'main a[href="/contracts/{sides.own.contract}"]')
    assert page.has(f'main a[href="/trainings/{sides.own.training}"]')
    assert not page.has("#site-search")


def test_what_is_typed_stands_in_no_address_and_no_log(
    browse: Browse, cast: Cast, sides: Sides, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = browse(cast.kaisa)
    page = browser.get("/my-trainings")
    field = page.one(".site-search")
    assert (field["method"], field["hx-post"]) == ("post", "/search")
    assert not field.has_attr("hx-get")
    browser.submit(".site-search", q=sides.own.participant, status=200)
    assert sides.own.participant in browser.page.text  # type: ignore[union-attr]
    told = " ".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert sides.own.participant not in told
    assert not browser.get("/search?q=jokiopisto").has("main .hits")


def test_pages_of_the_portal_are_found_by_their_titles_as_far_as_one_comes_to_them(
    browse: Browse, cast: Cast
) -> None:
    browser = browse(cast.kaisa)
    browser.get("/search")
    page = browser.submit("main form", q="my trai", status=200)
    assert page.has('main .hits a[href="/my-trainings"]')
    assert (
        browser.submit("main form", q="audit rec", status=200).has("main p[data-announce]") is False
    )
    assert "Nothing was found" in browser.page.text  # type: ignore[union-attr]
    assert "at least two" in browser.submit("main form", q="a", status=200).text


def test_nobody_searches_without_being_logged_in(browse: Browse, cast: Cast) -> None:
    browser = browse()
    assert not browser.get("/").has(".site-search")
    browser.get("/search", status=303)
    browser.post("/search", {"q": "väykky"}, status=303)


def test_a_search_takes_as_many_queries_for_many_as_for_few(
    browse: Browse, cast: Cast, database: Database, sides: Sides
) -> None:
    counts = set()
    for times in range(2):
        seen = []
        for reader in (cast.olli, cast.kaisa, cast.tuula):
            browser = browse(reader)
            browser.get("/search")
            browser.submit("main form", q="väykky", status=200)
            seen.append(browser.queries)
            browser.get(f"/search/organisations/{cast.river.id}")
            seen.append(browser.queries)
        counts.add(tuple(seen))
        with database.transaction() as session:
            for n in range(4):
                contract = contract_in_force(session, cast, reference=f"väykky-{times}-{n}")
                training_of(session, cast, contract)
    assert len(counts) == 1, counts


def test_an_organisation_of_the_list_leads_to_its_page(
    browse: Browse, cast: Cast, sides: Sides
) -> None:
    browser = browse(cast.olli)
    page = browser.get("/organisations")
    assert page.has(f'main a[href="/search/organisations/{cast.river.id}"]')
    page = browser.get(f"/search/organisations/{cast.river.id}")
    assert page.heading == "Jokiopisto"
    assert page.has(f'main a[href="/contracts/{sides.own.contract}"]')
    browser.get("/search/organisations/00000000-0000-4000-8000-000000000000", status=404)
