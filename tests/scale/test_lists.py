"""Every list takes as many queries on a large market as on a small one.

1,000 providers, 200 calls and 5,000 offers; the same pages are looked at while the market is
small and after it has grown. Nothing here is timed: `make bench` does that.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import func, select

from benchmarks.market import AT, LARGE, LIST_PAGES, SMALL, ListPage, Market, Size, grow
from portal.app import build_app
from portal.database import Database
from portal.offers.models import Offer
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Procurement
from tests.conftest import SettableClock, clean_services, log_in, settings_on
from tests.page import Browser


@dataclass
class Look:
    """How many queries a page took, and how many rows its longest list showed."""

    queries: int
    rows: int


Looks = dict[str, Look]


@pytest.fixture(scope="module")
def looks(_empty: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Looks, Looks, Database]:
    """Every page, on the small market and then on the large one."""
    settings = settings_on(_empty, tmp_path_factory.mktemp("market"))
    settings = settings.model_copy(update={"development": True})
    with clean_services(settings, SettableClock(AT)) as services:
        app = build_app(services, testing=True)
        market = Market()
        small, large = (_look(app, services.database, market, size) for size in (SMALL, LARGE))
        yield small, large, services.database


def _look(app: Flask, database: Database, market: Market, size: Size) -> Looks:
    with database.transaction() as session:
        grow(session, market, size)
    return {page.name: _visit(app, database, market, page) for page in LIST_PAGES}


def _visit(app: Flask, database: Database, market: Market, page: ListPage) -> Look:
    token = None
    if page.reader is not None:
        with database.reading() as session:
            reader = session.get_one(Person, market.people[page.reader])
        token = log_in(database, reader, AT)
    browser = Browser(app, language="fi", token=token)
    shown = browser.get(page.address(market))
    rows = [len(body.select("tr")) for body in shown.all("main tbody")]
    return Look(browser.queries, max(rows, default=0))


@pytest.mark.parametrize("name", [page.name for page in LIST_PAGES])
def test_a_list_takes_as_many_queries_on_a_large_market(
    looks: tuple[Looks, Looks, Database], name: str
) -> None:
    small, large, _ = looks
    assert large[name].queries == small[name].queries


@pytest.mark.parametrize("name", [page.name for page in LIST_PAGES])
def test_a_long_list_is_shown_page_by_page(looks: tuple[Looks, Looks, Database], name: str) -> None:
    assert looks[1][name].rows <= 50


def test_the_large_market_is_as_large_as_it_says(looks: tuple[Looks, Looks, Database]) -> None:
    with looks[2].reading() as session:
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (Organisation, Procurement, Offer)
        ]
    assert counts == [1_003, 200, 5_000]
