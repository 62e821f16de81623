"""A fresh log-in before acts that bind (ASVS 5.0, 7.5.3), and log-ins that end at once (row 18)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from portal.app import _configure
from portal.database import Database
from portal.organisations import usecases
from portal.organisations.models import LoginSession, Person
from portal.permissions import PAGES
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.organisations.devices import LASTS, code_at, enrolled
from tests.organisations.pages.browsing import HASH, PASSWORD, log_in
from tests.page import Browser
from tests.promises.figures import leave

Browse = Callable[..., Browser]

# What binds a buyer or a provider, opens what is sealed, gives out or takes away a right, or hands
# out a list of people.
FRESH = {
    "bundles.begin",
    "contracts.approve",
    "evaluation.ask_correction",
    "evaluation.ask_discontinuation",
    "evaluation.award",
    "evaluation.confirm_decision",
    "evaluation.confirm_prices",
    "evaluation.correct_decision",
    "evaluation.discontinue",
    "evaluation.issue_decision",
    "evaluation.request_prices",
    "evaluation.take_back",
    "offers.confirm_opening",
    "offers.confirm_resealing",
    "offers.request_opening",
    "offers.request_resealing",
    "options.ask_passing",
    "options.consent",
    "options.exercise",
    "options.pack",
    "options.pass_on",
    "organisations.add_organisation",
    "organisations.close_person",
    "organisations.invite",
    "organisations.make_opener_key",
    "organisations.new_codes",
    "organisations.new_device",
    "organisations.reset_factor",
    "organisations.roles",
    "organisations.switch_off",
    "organisations.take_role_away",
    "privacy.export",
    "privacy.export_own",
    "workdays.template",
}


@pytest.fixture
def ada(database: Database, cast: Cast, clock: SettableClock) -> Person:
    """The administrator with a password and a device."""
    with database.transaction() as session:
        session.get_one(Person, cast.ada.id).password_hash = HASH
        enrolled(session, cast.ada, clock())
    return cast.ada


def logged_in(browse: Browse, ada: Person, clock: SettableClock) -> Browser:
    browser = browse()
    log_in(browser, ada.email)
    browser.follow()
    clock.move(seconds=60)
    browser.submit(".main-form", code=code_at(clock()))
    return browser


def test_the_acts_that_ask_for_a_fresh_log_in_are_these() -> None:
    assert {endpoint for endpoint, row in PAGES.items() if row.fresh} >= FRESH


def test_no_form_with_files_asks_for_it_since_files_cannot_be_kept(app: Flask) -> None:
    """The names of those that take files; the confirmation keeps what was typed and no file."""
    files = {"offers.attach", "offers.add_paper", "workdays.take_in", "evaluation.attach_to_remedy"}
    assert not files & {endpoint for endpoint, row in PAGES.items() if row.fresh}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_page_is_led_to_by_way_of_the_confirmation(
    browse: Browse, ada: Person, clock: SettableClock, language: str
) -> None:
    browser = logged_in(browse, ada, clock)
    browser.client.set_cookie("siirtyma_language", language)
    browser.language = language
    browser.get("/people/invite")
    clock.move(minutes=11)
    browser.get("/people/invite", 303)
    browser.follow()
    browser.submit(**{"confirm-password": "wrong", "confirm-code": "", "status": 422})
    browser.submit(**{"confirm-password": PASSWORD, "confirm-code": "", "status": 422})
    browser.submit(**{"confirm-password": PASSWORD, "confirm-code": code_at(clock())})
    assert browser.follow().url == "/people/invite"


def test_what_was_typed_goes_on_once_confirmed(
    browse: Browse, ada: Person, cast: Cast, clock: SettableClock
) -> None:
    browser = logged_in(browse, ada, clock)
    browser.get("/people/invite")
    clock.move(minutes=11)
    asked = browser.submit(
        ".main-form, main form",
        organisation=str(cast.buyer.id),
        name="Uusi Ihminen",
        email="uusi@esimerkki.example",
        roles=["opener", "signatory"],
        status=422,
    )
    assert asked.heading == "Confirm that it is you"
    assert asked.value("name") == "Uusi Ihminen"
    assert len(asked.all('[name="roles"]')) == 2
    data = {
        "organisation": str(cast.buyer.id),
        "name": asked.value("name"),
        "email": asked.value("email"),
        "roles": ["opener", "signatory"],
        "language": "fi",
        "confirm-password": PASSWORD,
    }
    wrong = browser.post("/people/invite", {**data, "confirm-code": "000000"}, 422)
    assert wrong.errors == ["The code is wrong or no longer in force."]
    assert wrong.value("email") == "uusi@esimerkki.example"
    browser.post("/people/invite", {**data, "confirm-code": code_at(clock())})
    assert browser.follow().flashes == ["The invitation is sent."]
    browser.get("/people/invite")


def test_with_htmx_the_confirmation_takes_the_place_of_the_page(
    browse: Browse, ada: Person, clock: SettableClock
) -> None:
    browser = logged_in(browse, ada, clock)
    clock.move(minutes=11)
    browser.post("/people/invite", {"name": "x"}, 422, {"HX-Request": "true"})
    assert browser.response is not None
    assert browser.response.headers["HX-Retarget"] == "#main"
    assert browser.response.headers["HX-Reselect"] == "#main"


def test_the_confirmation_leads_nowhere_out_of_the_portal(
    browse: Browse, ada: Person, clock: SettableClock
) -> None:
    browser = logged_in(browse, ada, clock)
    browser.get("/login/confirm?next=//elsewhere.example", 303)
    assert browser.response is not None
    assert browser.response.headers["Location"] == "/"


class TestEndingAtOnce:
    @pytest.mark.trust
    def test_whoever_loses_a_role_is_out_at_the_next_request(
        self, browse: Browse, database: Database, cast: Cast
    ) -> None:
        addresses = [
            ("/contracts", {}),
            ("/contracts", {"HX-Request": "true"}),
            ("/reports/procurements/table.csv", {}),
            ("/account", {}),
        ]
        asked = served = 0
        for (address, headers), person in zip(
            addresses, (cast.olli, cast.paula, cast.tarja, cast.eva), strict=True
        ):
            browser = browse(person)
            browser.get(address, headers=headers)
            administrator = browse(cast.ada)
            page = administrator.get(f"/people/{person.id}/roles")
            action = str(page.all("main form")[0]["action"])
            administrator.submit(f'form[action="{action}"]')
            answer = browser.client.get(address, headers=headers)
            asked += 1
            served += answer.status_code == 200
        assert served == 0
        leave("revoked_at_once", "roles", {"requests after": asked, "served": served})

    def test_nobody_takes_a_role_from_themselves_or_one_that_is_not_there(
        self, browse: Browse, cast: Cast
    ) -> None:
        administrator = browse(cast.ada)
        own = cast.ada.memberships[0].id
        administrator.post(f"/people/{cast.ada.id}/roles/{own}/take", {}, 422)
        administrator.post(f"/people/{cast.olli.id}/roles/{own}/take", {}, 404)

    def test_a_changed_password_logs_the_others_out(
        self, browse: Browse, database: Database, roope: Person
    ) -> None:
        here, there = browse(), browse()
        log_in(here, roope.email)
        log_in(there, roope.email)
        here.get("/account")
        here.submit(
            'form[action="/account/password"]',
            **{"password-old_password": PASSWORD, "password-password": "kurki palaa keväällä"},
        )
        here.get("/account")
        there.get("/account", 303)


class TestOwnLogIns:
    @pytest.mark.parametrize("language", ["fi", "sv", "en"])
    def test_one_sees_them_and_ends_one(self, browse: Browse, roope: Person, language: str) -> None:
        other = browse()
        other.client.environ_base["HTTP_USER_AGENT"] = "X (Windows) Firefox/140.0"
        log_in(other, roope.email, address="203.0.113.7")
        browser = browse(roope, language)
        page = browser.get("/account/log-ins")
        assert "203.0.113.*" in page.text
        assert "Firefox, Windows" in page.text
        browser.submit('form[action$="/end"]')
        browser.follow()
        other.get("/account", 303)
        browser.get("/account")

    def test_anothers_cannot_be_ended(
        self, browse: Browse, database: Database, cast: Cast, clock: SettableClock
    ) -> None:
        browse(cast.sanna).get("/account")
        with database.reading() as session:
            theirs = session.query(LoginSession.id).filter_by(person_id=cast.sanna.id).scalar()
        mine = browse(cast.roope)
        mine.post(f"/account/log-ins/{theirs}/end", {}, 404)
        mine.post(f"/account/log-ins/{UUID(int=1)}/end", {}, 404)


def test_the_cookie_is_for_this_host_over_https_and_for_no_script(
    app: Flask, database: Database, roope: Person, clock: SettableClock
) -> None:
    settings = app.extensions["portal"].settings.model_copy(update={"secure_cookies": True})
    other = Flask("of cookies")
    _configure(other, settings, testing=True)
    assert other.config["SESSION_COOKIE_NAME"] == "__Host-siirtyma"
    assert other.config["SESSION_COOKIE_SECURE"]
    assert other.config["SESSION_COOKIE_HTTPONLY"]
    assert other.config["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_a_log_in_of_before_counts_as_fresh_from_its_beginning(
    app: Flask, database: Database, cast: Cast, clock: SettableClock
) -> None:
    with database.transaction() as session:
        token = usecases.begin_session(
            session,
            person=session.merge(cast.ada),
            lasts=LASTS,
            at=clock(),
            second_factor=True,
        )
        session.query(LoginSession).update({"confirmed_at": None})
    browser = Browser(app, token=token)
    browser.get("/people/invite")
    clock.at += timedelta(minutes=11)
    browser.get("/people/invite", 303)
