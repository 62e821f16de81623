"""Rankings on their pages: set up, called down, passed on, bid for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.capacity.models import CallOff
from portal.capacity.usecases import decline_call_off
from portal.database import Database
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.page import Browser
from tests.underway import CALLED, contract_in_force

Browse = Callable[..., Browser]
NEED = {
    "form": "unit_toppis",
    "field": "kiinteistöpalvelut",
    "places": "3",
    "workdays": "60",
    "gain": "Osaaminen vastaa avoimia työpaikkoja",
}


def set_up(browse: Browse, cast: Cast, database: Database, mode: str, language: str = "en") -> str:
    with unit_of_work(database) as session:
        keys = [
            str(contract_in_force(session, cast, provider=provider).id)
            for provider in (cast.river, cast.shore)
        ]
    olli = browse(cast.olli, language)
    olli.get("/rankings/new")
    olli.submit(status=422)
    olli.submit(title="Toppis pohjoisessa", mode=mode, first=keys[0], second=keys[1])
    olli.follow()
    return next(str(one["href"]) for one in olli.get("/rankings").all("main tbody a"))


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_refusal_sends_the_need_to_the_next_provider(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock, language: str
) -> None:
    clock.at = CALLED
    ranking = set_up(browse, cast, database, "ranking", language)
    kaisa = browse(cast.kaisa, language)
    kaisa.get(f"{ranking}/call")
    kaisa.submit(status=422)
    kaisa.submit(**NEED)
    need = kaisa.follow().url
    with unit_of_work(database) as session:
        first = session.scalars(select(CallOff)).one()
        decline_call_off(session, call_off=first, reason="Täynnä", by=cast.tuula, at=clock())
    page = kaisa.get(need)
    assert "Täynnä" in page.text
    kaisa.submit("main form")
    assert len(kaisa.follow().all("main tbody tr")) == 2
    browse(cast.sanna, language).get(ranking)
    browse(cast.eva).get(ranking, status=404)


def test_bids_are_seen_by_nobody_else_before_the_deadline(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock
) -> None:
    clock.at = CALLED
    ranking = set_up(browse, cast, database, "competition")
    kaisa = browse(cast.kaisa)
    kaisa.get(f"{ranking}/call")
    kaisa.submit(**NEED, **{"due-day": "12/03/2026", "due-time": "12:00"})
    need = kaisa.follow().url
    for person, price in ((cast.roope, "57.50"), (cast.sanna, "57.40")):
        browser = browse(person)
        browser.get(need)
        page = browser.submit(price="60", starts="25/03/2026", status=422)
        assert page.value("price") == "60"
        browser.submit(price=price, starts="25/03/2026")
        assert price in browser.follow().text
    assert "57.40" not in browse(cast.roope).get(need).text
    assert "57.5" not in kaisa.get(need).text
    clock.move(days=4)
    kaisa.get(need)
    assert "57.40" in kaisa.get(need).text
    kaisa.submit("main form")
    with database.reading() as session:
        assert str(session.scalars(select(CallOff)).one().price) == "57.40"
