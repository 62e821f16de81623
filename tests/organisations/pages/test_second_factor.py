"""Two-step log-in on the pages, and what is reached without its second step (row 29)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from portal.database import Database
from portal.jobs.mail import LETTERS
from portal.organisations import usecases
from portal.organisations.models import Person
from portal.permissions import PAGES, SECOND_FACTOR_NEEDED, Kind, Role
from tests.cast import Cast, organisation, person
from tests.conftest import SettableClock
from tests.organisations.devices import LASTS, code_at, enrolled
from tests.organisations.pages.browsing import (
    HASH,
    PASSWORD,
    link_in_newest_letter,
    log_in,
    secret_on,
)
from tests.page import Browser
from tests.promises.figures import leave, long_run

Browse = Callable[..., Browser]
NOBODYS = UUID("00000000-0000-4000-8000-000000000000")


@pytest.fixture
def olli(database: Database, cast: Cast) -> Person:
    """The officer with a password and without a device."""
    with database.transaction() as session:
        session.get_one(Person, cast.olli.id).password_hash = HASH
    return cast.olli


def test_an_officer_takes_a_device_into_use_and_comes_to_the_page_wanted(
    browse: Browse, olli: Person, clock: SettableClock
) -> None:
    browser = browse()
    browser.get("/people/invite", 303)
    browser.get("/contracts?page=2", 303)
    browser.follow()
    browser.submit(email=olli.email, password=PASSWORD)
    shown = browser.follow()
    assert shown.heading == "Take two-step log-in into use"
    assert shown.has("main svg path")
    wrong = browser.submit(".main-form", code="123", status=422)
    assert wrong.errors == ["The code is wrong or no longer in force."]
    shown = browser.submit(".main-form", code=code_at(clock(), secret_on(wrong)), status=200)
    assert shown.heading == "Your recovery codes"
    assert len(shown.all("main li code")) == 10
    assert shown.one("main a.button")["href"] == "/contracts?page=2"
    browser.get("/contracts")


def test_then_each_log_in_asks_for_a_code(
    browse: Browse, database: Database, olli: Person, clock: SettableClock
) -> None:
    with database.transaction() as session:
        told = enrolled(session, olli, clock())
    browser = browse()
    browser.get("/contracts", 303)
    browser.follow()
    browser.submit(email=olli.email, password=PASSWORD)
    assert browser.follow().heading == "Two-step log-in"
    browser.submit(".main-form", code="000 000", status=422)
    browser.submit(".main-form", code=code_at(clock()))
    assert browser.follow().url == "/contracts"
    again = browse()
    log_in(again, olli.email)
    again.follow()
    used = again.submit(".main-form", code=code_at(clock()), status=422)
    assert used.errors == [
        "This code has been used already. Wait until the application shows the next."
    ]
    again.submit(".main-form", code=told[0])
    again.get("/account/second-factor")


def test_wrong_codes_are_slowed_down(
    browse: Browse, database: Database, olli: Person, clock: SettableClock
) -> None:
    with database.transaction() as session:
        enrolled(session, olli, clock())
    browser = browse()
    log_in(browser, olli.email)
    browser.follow()
    for _ in range(5):
        browser.submit(".main-form", code="000000", status=422)
    shown = browser.submit(".main-form", code=code_at(clock()), status=422)
    assert shown.errors == ["Too many wrong codes. Try again in 15 min."]


def test_the_token_of_the_first_step_is_worth_nothing_after_the_second(
    browse: Browse, database: Database, olli: Person, clock: SettableClock
) -> None:
    with database.transaction() as session:
        enrolled(session, olli, clock())
    browser = browse()
    log_in(browser, olli.email)
    before = browser.client.get_cookie("siirtyma")
    browser.follow()
    browser.submit(".main-form", code=code_at(clock()))
    browser.get("/account")
    assert before is not None
    browser.client.set_cookie("siirtyma", before.value)
    browser.get("/account", 303)


def test_half_way_in_one_can_choose_the_language_and_log_out(browse: Browse, olli: Person) -> None:
    browser = browse()
    log_in(browser, olli.email)
    browser.follow()
    browser.submit('form[action="/logout"]')
    browser.follow()
    browser.get("/login/second-factor", 303)
    assert browser.follow().heading == "Log in"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_ones_own_second_factor_is_cared_for_in_ones_account(
    browse: Browse, database: Database, cast: Cast, clock: SettableClock, language: str
) -> None:
    browser = browse(cast.roope, language)
    browser.get("/account/second-factor")
    shown = browser.get("/account/second-factor/device")
    browser.submit(".main-form", code=code_at(clock(), secret_on(shown)), status=200)
    browser.get("/account/second-factor")
    browser.get("/account/second-factor/codes")
    assert len(browser.submit(status=200).all("main li code")) == 10
    browser.get("/account/second-factor/off")
    browser.submit()
    browser.follow()
    browser.get("/account/second-factor/off")
    browser.submit(status=422)


def test_an_officer_cannot_switch_it_off(
    browse: Browse, database: Database, olli: Person, clock: SettableClock
) -> None:
    with database.transaction() as session:
        enrolled(session, olli, clock())
    browser = browse(olli)
    assert not browser.get("/account/second-factor").has('a[href$="/off"]')
    browser.get("/account/second-factor/off")
    browser.submit(status=422)


def test_an_administrator_resets_a_lost_device(
    browse: Browse, database: Database, cast: Cast, olli: Person, clock: SettableClock
) -> None:
    with database.transaction() as session:
        enrolled(session, olli, clock())
    theirs = browse(olli)
    theirs.get("/account")
    administrator = browse(cast.ada)
    page = administrator.get("/people")
    address = f"/people/{olli.id}/second-factor"
    assert page.has(f'a[href="{address}"]')
    administrator.get(address)
    administrator.submit()
    theirs.get("/account", 303)
    assert "second_factor_reset" in LETTERS
    assert link_in_newest_letter(database, "fi") == "/login"
    administrator.get(address)
    administrator.submit(status=422)


def everything(session: Session, roles: frozenset[Role]) -> Person:
    """Somebody with all these roles, in an organisation that is everything."""
    everywhere = organisation(session, "Kaikki", None, *Kind)
    return person(session, "Kaija Kaikki", everywhere, *sorted(roles))


def addresses(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Every address with its endpoint and method, for things that there are none of."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = {name: value_of(rule, name) for name in rule.arguments}
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule.endpoint, method, adapter.build(rule.endpoint, values, method=method)


def value_of(rule: Rule, name: str) -> object:
    converter = rule._converters[name]
    kind = type(converter).__name__
    if kind == "UUIDConverter":
        return NOBODYS
    if kind == "IntegerConverter":
        return 1
    return sorted(converter.items)[0] if kind == "AnyConverter" else "x"


@pytest.mark.trust
def test_with_the_password_alone_no_route_is_reached(
    app: Flask, database: Database, clock: SettableClock
) -> None:
    every = frozenset(SECOND_FACTOR_NEEDED)
    groups = [frozenset({role}) for role in every] if long_run() else [every]
    asked = reached = 0
    for roles in groups:
        with database.transaction() as session:
            someone = everything(session, roles)
            token = usecases.begin_session(session, person=someone, lasts=LASTS, at=clock())
            session.flush()
            key = someone.id
        browser = Browser(app, token=token)
        seen: set[str] = set()
        for endpoint, method, address in addresses(app):
            row = PAGES[endpoint]
            if row.public or row.half_way or (endpoint in seen and not long_run()):
                continue
            seen.add(endpoint)
            asked += 1
            answer = browser.whatever(method, address)
            sent_on = answer.headers.get("Location", "").startswith("/login?")
            if answer.status_code != 303 or not sent_on:
                reached += 1
        home = browser.get("/")
        assert "Kaija" not in home.html
        with database.transaction() as session:
            session.get_one(Person, key).email = f"{key}@esimerkki.example"
    assert asked > 300
    assert reached == 0
    leave(
        "second_factor",
        "password_alone",
        {"roles": len(every), "routes asked": asked, "reached": reached},
    )


def test_a_region_of_a_page_is_as_closed_as_the_page(
    browse: Browse, database: Database, app: Flask, olli: Person, clock: SettableClock
) -> None:
    with database.transaction() as session:
        token = usecases.begin_session(session, person=session.merge(olli), lasts=LASTS, at=clock())
    browser = Browser(app, htmx=True, token=token)
    browser.get("/contracts", 204, {"HX-Request": "true"})


def test_where_it_is_offered_the_password_alone_is_enough(
    browse: Browse, app: Flask, olli: Person
) -> None:
    services = app.extensions["portal"]
    offered = services.settings.model_copy(update={"second_factor": "offered"})
    services.database._carried["settings"] = offered
    browser = browse()
    log_in(browser, olli.email)
    browser.follow()
    browser.get("/contracts")


def test_the_providers_people_are_those_who_may_do_without() -> None:
    assert set(Role) - SECOND_FACTOR_NEEDED == {Role.REPRESENTATIVE, Role.TRAINER, Role.COACH}
