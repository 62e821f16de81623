"""One's own account, on the pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.database import Database
from portal.organisations.models import Person
from tests.cast import Cast
from tests.organisations.pages.browsing import ANOTHER, PASSWORD, log_in
from tests.page import Browser

Browse = Callable[..., Browser]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_one_sees_ones_own_roles(browse: Browse, cast: Cast, language: str) -> None:
    shown = browse(cast.roope, language).get("/account")
    assert cast.roope.email in shown.text
    assert "Jokiopisto" in shown.text


def test_the_chosen_language_is_that_of_pages_and_letters(
    browse: Browse, database: Database, cast: Cast
) -> None:
    browser = browse(cast.roope)
    browser.get("/account")
    browser.submit('form[action="/account/language"]', {"language-language": "sv"})
    browser.language = "sv"
    browser.follow()
    with database.reading() as session:
        assert session.get_one(Person, cast.roope.id).language == "sv"


def test_a_new_password_logs_other_browsers_out(browse: Browse, roope: Person) -> None:
    here, there = browse(roope), browse(roope)
    here.get("/account")
    typed = {"password-old_password": PASSWORD, "password-password": ANOTHER}
    here.submit('form[action="/account/password"]', typed)
    here.follow()
    there.get("/account", 303)
    log_in(browse(), roope.email, ANOTHER)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("wrong password", ANOTHER, "password-old_password"),
        (PASSWORD, "short", "password-password"),
        ("", ANOTHER, "password-old_password"),
    ],
)
def test_a_password_is_not_changed_without_the_old_one_or_to_a_weak_one(
    browse: Browse, roope: Person, old: str, new: str, place: str
) -> None:
    browser = browse(roope)
    browser.get("/account")
    typed = {"password-old_password": old, "password-password": new}
    shown = browser.submit('form[action="/account/password"]', typed, status=422)
    assert shown.one(f"#{place}-error")
    log_in(browse(), roope.email)


def test_logging_out_everywhere(browse: Browse, cast: Cast) -> None:
    one, other = browse(cast.roope), browse(cast.roope)
    assert "You are logged in with 2 browsers." in one.get("/account").text
    one.submit('form[action="/account/log-out-everywhere"]')
    one.follow()
    one.get("/account", 303)
    other.get("/account", 303)


def test_closing_ones_own_account_takes_the_password(browse: Browse, roope: Person) -> None:
    browser = browse(roope)
    browser.get("/account")
    close = 'form[action="/account/close"]'
    shown = browser.submit(close, {"close-old_password": "wrong password"}, status=422)
    assert shown.errors == ["The password is wrong."]
    browser.submit(close, {"close-old_password": PASSWORD})
    browser.follow()
    browser.get("/account", 303)
