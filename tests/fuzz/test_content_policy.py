"""What every answer of every route carries: the content policy, and what keeps it to its reader."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from portal.web.security import CONTENT_SECURITY_POLICY
from tests.fuzz.stage import Stage

pytestmark = pytest.mark.trust


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("/static/css/portal.css", {}, 200),
        ("/static/css/portal.css", {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 304),
        ("/static/css/portal.css", {"Range": "bytes=0-9"}, 206),
        ("/static/css/portal.css", {"Range": "bytes=99999999-"}, 416),
        ("/static/../portal/app.py", {}, 404),
        ("/static/nothing", {}, 404),
        ("/healthz", {}, 200),
        ("/procurements/", {}, 404),
        ("/nothing/%ff/%00", {}, 404),
        ("/procurements?page=%00", {}, 200),
    ],
)
def test_answers_without_a_view_of_a_room_carry_the_policy_too(
    stage: Stage, address: str, headers: dict[str, str], status: int
) -> None:
    answer: TestResponse = stage.app.test_client().get(address, headers=headers)
    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    answer.close()


def test_the_page_of_a_personal_link_is_kept_nowhere(stage: Stage) -> None:
    for address in ("/reset/zq", "/invitation/zq", "/confirm/zq"):
        answer = stage.app.test_client().get(address)
        assert answer.headers["Cache-Control"] == "no-store", address


def test_htmx_reckons_nothing_keeps_nothing_and_asks_nobody_else(stage: Stage) -> None:
    page = stage.app.test_client().get("/").get_data(as_text=True)
    config = page.partition('name="htmx-config" content=\'')[2].partition("'")[0]
    for setting in (
        '"allowEval":false',
        '"includeIndicatorStyles":false',
        '"selfRequestsOnly":true',
        '"historyCacheSize":0',
        '"allowScriptTags":false',
    ):
        assert setting in config


def test_cookies_are_for_the_portal_alone(played: Stage) -> None:
    answer = played.app.test_client().get("/login")
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Domain" not in cookie
