"""Going on before the log-in ends; what is sent after it has ended is kept and given back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.database import Database
from portal.organisations.models import KeptForm, LoginSession, Person
from portal.organisations.usecases import drop_old_forms
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.offers.conftest import call  # noqa: F401  # a fixture
from tests.offers.pages.conftest import url  # noqa: F401  # a fixture
from tests.page import Browser

Browse = Callable[..., Browser]
PATHS = ["/log-in/kept"]


@pytest.fixture
def at(clock: SettableClock) -> datetime:
    clock.at = datetime(2026, 1, 12, 7, 0, tzinfo=clock.at.tzinfo)
    return clock.at


def end_at(database: Database, at: datetime) -> None:
    """Every log-in ends then."""
    with database.transaction() as session:
        for one in session.scalars(select(LoginSession)):
            one.started_at, one.ends_at = at - timedelta(hours=10), at


def ends(database: Database) -> datetime:
    with database.reading() as session:
        return session.scalars(select(LoginSession.ends_at)).one()


def kept(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(KeptForm)) or 0


def test_the_page_says_when_the_log_in_ends_and_goes_on_by_a_button(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock, at: datetime
) -> None:
    browser = browse(cast.roope)
    end_at(database, at + timedelta(minutes=4))
    page = browser.get("/offers")
    assert "Your log-in ends on 12/01/2026 09:04." in page.one("#session-end").get_text()
    browser.submit("#session-end form")
    assert browser.follow().flashes == ["You can go on. Your log-in ends on 12/01/2026 10:00."]
    assert ends(database) == at + timedelta(minutes=60)
    told = browser.client.get("/log-in/ends").get_json()
    assert told == {"ends": ends(database).isoformat(), "now": clock().isoformat()}


def test_a_log_in_goes_on_ten_times_but_not_for_ever(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock, at: datetime
) -> None:
    browser = browse(cast.roope)
    end_at(database, at + timedelta(minutes=4))
    for _time in range(10):
        browser.post("/log-in/renew", {"next": "/offers"})
        clock.at = ends(database) - timedelta(minutes=1)
    assert ends(database) > at + timedelta(hours=9)
    for _time in range(20):
        browser.post("/log-in/renew", {"next": "/offers"})
        clock.at = min(clock.at + timedelta(minutes=50), ends(database) - timedelta(seconds=1))
    assert ends(database) == at + timedelta(minutes=4) - timedelta(hours=10) + timedelta(hours=24)


def test_what_is_sent_too_late_comes_back_after_logging_in_and_is_then_carried_out(
    browse: Browse,
    cast: Cast,
    database: Database,
    clock: SettableClock,
    at: datetime,
    url: str,  # noqa: F811
) -> None:
    browser = browse(cast.roope)
    step = f"{url}/steps/answer-1"
    browser.get(step)
    end_at(database, at)
    clock.move(minutes=1)
    browser.submit("#offer", {"answer": "We start\nwithin a week."}, button="next")
    assert browser.response is not None
    assert browser.response.headers["Location"] == "/login?next=/log-in/kept"
    with database.reading() as session:
        assert b"within a week" not in session.scalars(select(KeptForm.closed)).one()
    again = browse(cast.roope)
    page = again.get("/log-in/kept")
    assert "We start within a week." in page.text
    again.submit("#send-kept", status=307)
    assert again.response is not None
    assert again.response.headers["Location"] == f"{step}?"[:-1]
    assert kept(database) == 0
    again.post(step, {"answer": "We start\nwithin a week.", "next": "stay"})
    assert again.get(step).value("answer") == "We start\nwithin a week."


def test_nobody_else_gets_what_was_kept_and_it_is_gone_after_a_day(
    browse: Browse,
    cast: Cast,
    database: Database,
    clock: SettableClock,
    at: datetime,
    url: str,  # noqa: F811
) -> None:
    browser = browse(cast.roope)
    browser.get(f"{url}/steps/answer-1")
    end_at(database, at)
    clock.move(minutes=1)
    browser.submit("#offer", {"answer": "Ours alone, for now."})
    assert "Nothing is kept." in browse(cast.sanna).get("/log-in/kept").text
    mine = browse(cast.roope)
    assert "Ours alone, for now." in mine.get("/log-in/kept").text
    clock.move(days=1)
    clock.move(minutes=1)
    mine = browse(cast.roope)
    assert "Nothing is kept." in mine.get("/log-in/kept").text
    with database.transaction() as session:
        assert drop_old_forms(session, clock()) == 1
    assert kept(database) == 0


def test_nothing_is_kept_of_who_has_logged_out_nor_of_what_shows_who_one_is(
    browse: Browse,
    cast: Cast,
    database: Database,
    clock: SettableClock,
    at: datetime,
    url: str,  # noqa: F811
) -> None:
    browser = browse(cast.roope)
    browser.get("/account")
    page = browser.get(f"{url}/steps/answer-1")
    assert page.has("#offer")
    with database.transaction() as session:
        for one in session.scalars(select(LoginSession)):
            one.ended_at = at
    browser.submit("#offer", {"answer": "Too late."})
    assert kept(database) == 0
    other = browse(cast.sanna)
    end_at(database, at)
    clock.move(minutes=1)
    other.post("/account/password", {"old": "something old here", "password": "new"})
    assert kept(database) == 0
    assert isinstance(cast.sanna, Person)
