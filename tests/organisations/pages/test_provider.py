"""Logging in by an OpenID Connect provider: against a real one, on a port of this machine."""

from __future__ import annotations

import base64
import json
import socket
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from flask import Flask
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.database import Database
from portal.organisations.models import Organisation, Person, ProviderIdentity
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.organisations.acts import counted
from tests.organisations.devices import code_at, enrolled
from tests.page import Browser, Page
from tests.promises.figures import leave

with warnings.catch_warnings():
    # What the provider is built of has been announced to change.
    warnings.simplefilter("ignore")
    from oidc_provider_mock import run_server_in_thread

# It warns of it at each log-in as well.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

Browse = Callable[..., Browser]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider that knows whomever it is told of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with run_server_in_thread() as server:
            yield f"http://localhost:{server.server_port}"


@pytest.fixture
def portal(app: Flask, clock: SettableClock, issuer: str) -> Flask:
    """The portal with that provider, whose clock is the machine's own: ours is a little ahead."""
    clock.at = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)
    return configured(app, oidc_issuer=issuer)


def configured(app: Flask, **settings: Any) -> Flask:
    services = app.extensions["portal"]
    given = {"oidc_client_id": "siirtyma", "oidc_client_secret": "known", "oidc_name": "Virtu"}
    services.settings = services.settings.model_copy(update={**given, **settings})
    services.database._carried["settings"] = services.settings
    return app


def known(issuer: str, subject: str, **claims: Any) -> None:
    answer = requests.put(f"{issuer}/users/{subject}", json=claims, timeout=5)
    assert answer.ok, answer.text


def asked(browser: Browser, address: str = "/login/provider?next=/offers?page=2") -> str:
    browser.get(address, 303)
    assert browser.response is not None
    return str(browser.response.headers["Location"])


def returned(url: str, **form: str) -> str:
    """The address within the portal to which the provider leads after its own log-in."""
    answer = requests.post(url, data=form, allow_redirects=False, timeout=5)
    there = urlsplit(answer.headers["Location"])
    assert (there.netloc, there.path) == ("localhost", "/login/provider/answer")
    return f"{there.path}?{there.query}"


def logged_in(browser: Browser, subject: str, status: int = 303, **kw: str) -> Page:
    return browser.get(returned(asked(browser, **kw), sub=subject), status)


def led_to(browser: Browser) -> str:
    assert browser.response is not None
    return str(browser.response.headers["Location"])


def test_without_the_settings_there_is_no_such_log_in(browse: Browse) -> None:
    browser = browse()
    assert "OpenID" not in browser.get("/login").text
    browser.get("/login/provider", 404)
    browser.get("/login/provider/answer", 404)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_an_account_is_found_by_its_confirmed_address_and_bound_to_the_subject(
    browse: Browse, database: Database, cast: Cast, portal: Flask, issuer: str, language: str
) -> None:
    known(issuer, "r-1", email=cast.roope.email.upper(), email_verified=True)
    browser = browse(None, language)
    page = browser.get("/login?next=/offers%3Fpage%3D2")
    assert "Virtu" in page.text
    link = str(page.one('main a[href^="/login/provider"]')["href"])
    url = asked(browser, link)
    sent = parse_qs(urlsplit(url).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert sent["scope"] == ["openid email"]
    assert "prompt" not in sent
    browser.get(returned(url, sub="r-1"), 303)
    assert led_to(browser) == "/offers?page=2"
    browser.get("/account")
    # From then on the subject is what counts, whatever the address has become.
    known(issuer, "r-1", email="other@esimerkki.example", email_verified=True)
    again = browse(None, language)
    logged_in(again, "r-1")
    again.get("/account")
    with database.reading() as session:
        bound = session.scalars(select(ProviderIdentity)).one()
        assert (bound.issuer, bound.subject, bound.person_id) == (issuer, "r-1", cast.roope.id)


@pytest.mark.trust
def test_whoever_does_not_fit_is_refused_and_nothing_is_made(
    browse: Browse,
    database: Database,
    cast: Cast,
    portal: Flask,
    issuer: str,
    clock: SettableClock,
) -> None:
    with database.transaction() as session:
        before = counted(session, Person), counted(session, Organisation)
        session.get_one(Person, cast.eva.id).closed_at = clock()
        session.get_one(Person, cast.erik.id).confirmed_at = None
    address = cast.roope.email
    long_ago = int(clock().timestamp()) - 3600
    refused = {
        "unknown": {"email": "nobody@esimerkki.example", "email_verified": True},
        "unverified": {"email": address, "email_verified": False},
        "unsaid": {"email": address},
        "no-address": {},
        "closed": {"email": cast.eva.email, "email_verified": True},
        "unconfirmed": {"email": cast.erik.email, "email_verified": True},
        "wrong-nonce": {"email": address, "email_verified": True, "nonce": "another"},
        "wrong-issuer": {"email": address, "email_verified": True, "iss": "http://evil.example"},
        "wrong-audience": {"email": address, "email_verified": True, "aud": "another"},
        "expired": {
            "email": address,
            "email_verified": True,
            "exp": long_ago,
        },
        "role-claimed": {
            "email": "nobody@esimerkki.example",
            "email_verified": True,
            "roles": ["administrator"],
        },
    }
    let_in = 0
    for subject, claims in refused.items():
        known(issuer, subject, **claims)
        browser = browse()
        shown = logged_in(browser, subject, 422)
        assert shown.heading == "The log-in did not succeed", subject
        let_in += browser.client.get("/account").status_code == 200
    assert let_in == 0
    with database.reading() as session:
        assert (counted(session, Person), counted(session, Organisation)) == before
        assert counted(session, ProviderIdentity) == 0
        denials = session.scalars(
            select(AuditEntry.rule).where(
                AuditEntry.act == "log_in_by_provider", AuditEntry.outcome == "denied"
            )
        ).all()
        assert len(denials) == len(refused)
        # None of them because the provider did not answer.
        assert "provider_down" not in denials
    leave("log_in_by_provider", "hostile", {"answers": len(refused), "let in": let_in})


def test_a_second_subject_does_not_get_the_account_of_the_first(
    browse: Browse, cast: Cast, portal: Flask, issuer: str
) -> None:
    for subject in ("one", "two"):
        known(issuer, subject, email=cast.sanna.email, email_verified=True)
    logged_in(browse(), "one")
    logged_in(browse(), "two", 422)


def test_a_wrong_state_a_foreign_browser_and_a_replay_are_refused(
    browse: Browse, cast: Cast, portal: Flask, issuer: str, clock: SettableClock
) -> None:
    known(issuer, "s-1", email=cast.sanna.email, email_verified=True)
    browser = browse()
    answer = returned(asked(browser), sub="s-1")
    browse().get(answer, 422)
    cookie = browser.client.get_cookie("siirtyma")
    assert cookie is not None
    browser.get(answer.replace("state=", "state=x"), 422)
    # What the answer had to fit is forgotten after one.
    browser.get(answer, 422)
    browser = browse()
    answer = returned(asked(browser), sub="s-1")
    kept = browser.client.get_cookie("siirtyma")
    browser.get(answer, 303)
    thief = browse()
    assert kept is not None
    thief.client.set_cookie("siirtyma", kept.value)
    thief.get(answer, 422)
    late = browse()
    answer = returned(asked(late), sub="s-1")
    clock.move(minutes=16)
    late.get(answer, 422)


def test_who_declines_at_the_provider_is_told_so(
    browse: Browse, portal: Flask, issuer: str
) -> None:
    browser = browse()
    answer = returned(asked(browser), action="deny")
    shown = browser.get(answer, 422)
    assert "did not confirm who you are" in shown.text
    assert shown.has('main a[href="/login?next=/offers?page%3D2"], main a[href^="/login?next="]')


def test_a_changed_token_is_found_by_its_signature(
    browse: Browse, cast: Cast, portal: Flask, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(issuer, "t-1", email="nobody@esimerkki.example", email_verified=True)
    fetch = OAuth2Session.fetch_token

    def tampered(self: Any, *args: Any, **kwargs: Any) -> Any:
        token = fetch(self, *args, **kwargs)
        head, payload, signature = token["id_token"].split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        claims["email"] = cast.roope.email
        changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
        forged = [f"{head}.{changed}.{signature}", f"{unsigned}.{changed}."]
        return {**token, "id_token": forged[len(tried) % 2]}

    tried: list[int] = []
    monkeypatch.setattr(OAuth2Session, "fetch_token", tampered)
    for _ in range(2):
        logged_in(browse(), "t-1", 422)
        tried.append(1)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_provider_that_does_not_answer_is_told_of_and_breaks_nothing(
    browse: Browse, cast: Cast, portal: Flask, issuer: str, language: str
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    browser = browse(None, language)
    answer = returned(asked(browser), sub="x-1")
    configured(portal, oidc_issuer=nobody)
    browser.get(answer, 422)
    browser.get("/login/provider", 422)
    browser.get("/login")
    # Another than the settings name is not believed either.
    configured(portal, oidc_issuer=issuer.replace("localhost", "127.0.0.1") + "/not")
    browser.get("/login/provider", 422)


def test_one_is_never_led_out_of_the_portal(
    browse: Browse, cast: Cast, portal: Flask, issuer: str
) -> None:
    known(issuer, "o-1", email=cast.sanna.email, email_verified=True)
    for wanted in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        browser = browse()
        logged_in(browser, "o-1", address=f"/login/provider?next={wanted}")
        assert led_to(browser) == "/"


def test_the_providers_own_second_factor_counts_only_where_the_setting_says_so(
    browse: Browse, cast: Cast, portal: Flask, issuer: str
) -> None:
    known(issuer, "p-1", email=cast.paula.email, email_verified=True, acr="loa3", amr=["otp"])
    browser = browse()
    logged_in(browser, "p-1")
    assert led_to(browser).startswith("/login/second-factor?next=")
    for value in ("loa3", "otp"):
        configured(portal, oidc_acr_values=frozenset({value}))
        browser = browse()
        assert parse_qs(urlsplit(asked(browser)).query)["acr_values"] == [value]
        logged_in(browser, "p-1")
        assert led_to(browser) == "/offers?page=2"
        browser.get("/account")
    configured(portal, oidc_acr_values=frozenset({"loa4"}))
    browser = browse()
    logged_in(browser, "p-1")
    assert led_to(browser).startswith("/login/second-factor?next=")


def test_a_fresh_log_in_is_asked_of_the_provider_too(
    browse: Browse,
    database: Database,
    cast: Cast,
    portal: Flask,
    issuer: str,
    clock: SettableClock,
) -> None:
    with database.transaction() as session:
        enrolled(session, cast.ada, clock())
    known(issuer, "a-1", email=cast.ada.email, email_verified=True)
    known(issuer, "other", email=cast.sanna.email, email_verified=True)
    browser = browse()
    logged_in(browser, "a-1", address="/login/provider?next=/people/invite")
    browser.follow()
    browser.submit(".main-form", code=code_at(clock()))
    browser.get("/people/invite")
    with database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE login_session SET confirmed_at = started_at")
    clock.move(minutes=11)
    browser.get("/people/invite", 303)
    page = browser.follow()
    link = str(page.one('main a[href^="/login/provider"]')["href"])
    stale = browser.post("/people/invite", {"name": "Uusi"}, 422)
    assert stale.value("name") == "Uusi"
    assert stale.one('main a[href^="/login/provider"]')["target"] == "_blank"
    with browser.client.session_transaction() as kept:
        secret_of_forms = kept["csrf_token"]
    url = asked(browser, link)
    sent = parse_qs(urlsplit(url).query)
    assert (sent["prompt"], sent["max_age"]) == (["login"], ["0"])
    old = int(clock().timestamp()) - 600
    known(issuer, "a-1", email=cast.ada.email, email_verified=True, auth_time=old)
    browser.get(returned(url, sub="a-1"), 422)
    browser.get(returned(asked(browser, link), sub="other"), 422)
    new = int(clock().timestamp())
    known(
        issuer,
        "a-1",
        email=cast.ada.email,
        email_verified=True,
        auth_time=new,
        iat=new,
        exp=new + 600,
    )
    browser.get(returned(asked(browser, link), sub="a-1"), 303)
    browser.follow()
    browser.submit(".main-form", code=code_at(clock()))
    assert browser.follow().url == "/people/invite"
    with browser.client.session_transaction() as kept:
        assert kept["csrf_token"] == secret_of_forms
