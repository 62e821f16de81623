"""What every answer of every route carries: the content policy, and what keeps it to its reader."""

from __future__ import annotations

from collections import Counter

import pytest
from werkzeug.test import TestResponse

from portal.permissions import PAGES
from portal.web.security import CONTENT_SECURITY_POLICY, FILE_POLICY
from tests.fuzz.reading import read
from tests.fuzz.stage import NOBODY, Stage
from tests.fuzz.walk import Walk
from tests.promises.figures import leave

pytestmark = pytest.mark.trust


def test_every_route_answers_with_the_policy_whatever_it_answers(walk: Walk, stage: Stage) -> None:
    """Here to somebody without a log-in; the walk holds it for what each role is answered."""
    client = stage.app.test_client(use_cookies=False)
    seen: Counter[int] = Counter()
    routes = set()
    for rule in stage.app.url_map.iter_rules():
        address = walk.address_of(rule, "GET" if "GET" in (rule.methods or ()) else "POST")
        for method in ("GET", "POST", "OPTIONS"):
            answer = client.open(address, method=method, buffered=True)
            policy = answer.headers.get("Content-Security-Policy")
            assert policy in (CONTENT_SECURITY_POLICY, FILE_POLICY), (method, address)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["X-Frame-Options"] == "DENY"
            seen[answer.status_code] += 1
        routes.add(rule.endpoint)
    assert {200, 303, 400, 404, 405} <= seen.keys()
    assert routes == PAGES.keys()
    leave("strict_content_policy", "routes", {"routes": len(routes), "answers": seen.total()})


def test_nothing_that_a_route_answers_is_inline_cached_or_shown_as_a_page_of_ours(
    walk: Walk,
) -> None:
    pages = files = 0
    for reader, _endpoint, address, answer in walk.harvest.answers:
        personal = reader != NOBODY.name and not address.startswith("/static/")
        if personal:
            assert answer.headers["Cache-Control"] == "no-store", address
        if answer.status_code != 200 or answer.mimetype == "application/json":
            continue
        if answer.mimetype == "text/html":
            assert read(address, answer.get_data()).inline == [], address
            pages += 1
        else:
            assert answer.headers["Content-Disposition"].startswith("attachment"), address
            assert answer.headers["Content-Security-Policy"] == FILE_POLICY, address
            files += 1
    assert pages > 200
    assert files > 10
    leave("strict_content_policy", "pages", {"pages": pages, "files": files, "inline": 0})


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
