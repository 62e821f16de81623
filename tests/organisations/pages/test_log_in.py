"""Logging in and out, and a new password, on the pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.database import Database
from portal.organisations.models import Person
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.organisations.pages.browsing import ANOTHER, PASSWORD, link_in_newest_letter, log_in
from tests.page import Browser

Browse = Callable[..., Browser]


def test_logging_in_and_out(browse: Browse, roope: Person) -> None:
    browser = browse()
    log_in(browser, f" {roope.email.upper()} ")
    browser.get("/account")
    browser.submit('form[action="/logout"]')
    browser.follow()
    browser.get("/account", 303)


def test_a_token_copied_before_logging_out_is_worth_nothing(browse: Browse, roope: Person) -> None:
    browser = browse()
    log_in(browser, roope.email)
    browser.get("/account")
    cookie = browser.client.get_cookie("siirtyma")
    assert cookie is not None
    browser.submit('form[action="/logout"]')
    browser.client.set_cookie("siirtyma", cookie.value)
    browser.get("/account", 303)


def test_the_cookie_tells_nothing_but_a_token_and_logs_in_anew(
    browse: Browse, roope: Person
) -> None:
    browser = browse()
    with browser.client.session_transaction() as kept:
        kept["planted"] = "x"
    log_in(browser, roope.email)
    with browser.client.session_transaction() as kept:
        assert "planted" not in kept
        assert kept["token"]
        assert kept.permanent


def test_known_and_unknown_addresses_are_refused_alike(browse: Browse, roope: Person) -> None:
    known = log_in(browse(), roope.email, "wrong password", 422)
    unknown = log_in(browse(), "nobody@esimerkki.example", "wrong password", 422)
    assert known.errors == unknown.errors == ["The e-mail address or the password is wrong."]
    assert known.text == unknown.text


def test_guessing_is_slowed_down_and_the_owner_gets_in_from_elsewhere(
    browse: Browse, roope: Person, clock: SettableClock
) -> None:
    guesser = browse()
    for _ in range(5):
        log_in(guesser, roope.email, "wrong password", 422)
    shown = log_in(guesser, roope.email, PASSWORD, 422)
    assert shown.errors == ["Too many wrong attempts. Try again in 1 min."]
    log_in(browse(), roope.email, address="198.51.100.7")
    clock.move(seconds=30)
    log_in(guesser, roope.email)


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ("/account", "/account"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("", "/"),
    ],
)
def test_after_logging_in_one_stays_in_the_portal(
    browse: Browse, roope: Person, wanted: str, there: str
) -> None:
    browser = browse()
    browser.post("/login", {"email": roope.email, "password": PASSWORD, "next": wanted})
    assert browser.response is not None
    assert browser.response.headers["Location"] == there


def test_a_closed_account_is_out_at_its_next_request(
    browse: Browse, cast: Cast, roope: Person
) -> None:
    browser = browse()
    log_in(browser, roope.email)
    browser.get("/account")
    administrator = browse(cast.ada)
    administrator.get(f"/people/{roope.id}/close")
    administrator.submit()
    browser.get("/account", 303)
    log_in(browse(), roope.email, status=422)


def test_a_new_password_by_link_for_who_has_forgotten_it(
    browse: Browse, database: Database, roope: Person, clock: SettableClock
) -> None:
    still_in = browse()
    log_in(still_in, roope.email)
    browser = browse()
    browser.get("/reset")
    browser.submit(email=roope.email)
    known = browser.follow().text
    link = link_in_newest_letter(database, "fi")
    browser.get("/reset")
    browser.submit(email="nobody@esimerkki.example")
    assert browser.follow().text == known

    browser.get(link)
    browser.submit(password="short", status=422)
    browser.submit(password=ANOTHER)
    browser.follow()
    browser.get(link, 410)
    still_in.get("/account", 303)
    log_in(browse(), roope.email, status=422)
    log_in(browse(), roope.email, ANOTHER)


def test_a_reset_link_expires(
    browse: Browse, database: Database, roope: Person, clock: SettableClock
) -> None:
    browser = browse()
    browser.get("/reset")
    browser.submit(email=roope.email)
    link = link_in_newest_letter(database, "fi")
    clock.move(hours=2)
    browser.get(link, 410)
    browser.post(link, {"password": ANOTHER}, status=410)
    log_in(browse(), roope.email)


def test_a_log_in_ends_by_itself(browse: Browse, roope: Person, clock: SettableClock) -> None:
    browser = browse()
    log_in(browser, roope.email)
    clock.move(hours=10)
    browser.get("/account", 303)
