"""The board of last seats, and joining a group from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from portal.capacity.usecases import call_off
from portal.database import Database
from portal.permissions import Kind, Role
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation, person
from tests.conftest import SettableClock
from tests.page import Browser
from tests.underway import CALLED, contract_in_force

Browse = Callable[..., Browser]


@pytest.fixture
def nelli(database: Database, cast: Cast, clock: SettableClock):  # type: ignore[no-untyped-def]
    """A neighbour's course sponsor; our office's group of seven waits for an eighth."""
    clock.at = CALLED
    with database.transaction() as session:
        session.expire_on_commit = False
        neighbour = organisation(session, "Naapuri", None, Kind.EMPLOYMENT_OFFICE)
        return person(session, "Nelli Naapuri", neighbour, Role.COURSE_SPONSOR)


def put_group(database: Database, cast: Cast, places: int = 7, closes: int = 20) -> str:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast, minimum_group=8)
        host = call_off(
            session,
            contract=contract,
            office=cast.office,
            form="unit_toppis",
            field="kiinteistöpalvelut",
            workdays=Decimal(10 * places),
            places=places,
            pool_until=date(2026, 3, closes),
            by=cast.kaisa,
            at=CALLED,
        )
        return str(host.id)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_neighbour_fills_the_last_seat(
    browse: Browse,
    cast: Cast,
    database: Database,
    nelli,
    language: str,  # type: ignore[no-untyped-def]
) -> None:
    key = put_group(database, cast)
    browser = browse(nelli, language)
    page = browser.get("/last-seats")
    assert len(page.all("#seats tr")) == 1
    page = browser.get(f"/last-seats/{key}")
    page = browser.submit(places="0", workdays="ten", status=422)
    assert page.value("workdays") == "ten"
    contract = page.all("select[name=contract] option")[1]["value"]
    browser.submit(contract=str(contract), places="1", workdays="10", gain="Ammatti vaihtuu työksi")
    browser.follow()
    assert browser.get("/last-seats").all("#seats tr") == []


def test_only_groups_one_or_two_short_that_close_soon_are_on_the_board(
    browse: Browse,
    cast: Cast,
    database: Database,
    nelli,  # type: ignore[no-untyped-def]
) -> None:
    for places, closes in ((5, 20), (6, 24), (8, 20), (7, 23)):
        put_group(database, cast, places, closes)
    page = browse(nelli).get("/last-seats")
    assert len(page.all("#seats tr")) == 1


def test_a_group_that_is_not_there_and_one_that_is_closed_look_the_same(
    browse: Browse,
    cast: Cast,
    database: Database,
    nelli,
    clock: SettableClock,  # type: ignore[no-untyped-def]
) -> None:
    key = put_group(database, cast)
    clock.move(days=12)
    browser = browse(nelli)
    browser.get(f"/last-seats/{key}", status=404)
    browser.get("/last-seats/00000000-0000-0000-0000-000000000000", status=404)


def test_the_board_takes_as_many_queries_for_many_groups(
    browse: Browse,
    cast: Cast,
    database: Database,
    nelli,  # type: ignore[no-untyped-def]
) -> None:
    browser = browse(nelli)
    counts = []
    for _round in range(2):
        for _n in range(3):
            put_group(database, cast)
        browser.get("/last-seats")
        counts.append(browser.queries)
    assert counts[0] == counts[1]
