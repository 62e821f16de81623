from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from portal.web.addresses import safe_address
from portal.web.language import COOKIE
from tests.cast import Cast
from tests.page import Browser, Page

Browse = Callable[..., Browser]


def language_of(browser: Browser, wished: str) -> str:
    response = browser.client.get("/sample/open", headers={"Accept-Language": wished})
    return str(Page("/sample/open", response).one("html")["lang"])


@pytest.mark.parametrize(
    ("cookie", "account", "wished", "language"),
    [
        ("sv", "en", "fi", "sv"),
        (None, "en", "sv", "en"),
        (None, None, "sv-FI,sv;q=0.9,en;q=0.5", "sv"),
        (None, None, "de", "fi"),
        ("de", None, "en", "en"),
        (None, None, "", "fi"),
    ],
)
def test_the_readers_choice_goes_before_the_browsers_and_finnish_is_last(
    browse: Browse, cast: Cast, app: Flask, cookie: str | None, account: str | None,
    wished: str, language: str,
) -> None:  # fmt: skip
    with app.extensions["portal"].database.transaction() as session:
        session.merge(cast.olli).language = account
    browser = browse(cast.olli)
    browser.client.delete_cookie(COOKIE)
    if cookie:
        browser.client.set_cookie(COOKIE, cookie)
    assert language_of(browser, wished) == language


def test_choosing_a_language_returns_to_the_same_page(reader: Browser) -> None:
    reader.get("/sample/open?from=here")
    reader.submit("form.languages", language="sv", button="language")
    reader.language = "sv"
    assert reader.follow().url == "/sample/open?from=here"


def test_choosing_a_language_after_a_refused_form_returns_to_its_page(reader: Browser) -> None:
    page = reader.post("/sample", {}, status=422)
    assert page.value("next") == "/sample"


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "javascript:alert(1)",
        "elsewhere.example",
        "",
        None,
    ],
)
def test_nobody_is_sent_out_of_the_portal(app: Flask, address: str | None) -> None:
    with app.test_request_context():
        assert safe_address(address) == "/"


def test_an_address_of_the_portal_is_kept(app: Flask) -> None:
    with app.test_request_context():
        assert safe_address("/sample?a=//b#c") == "/sample?a=//b#c"
