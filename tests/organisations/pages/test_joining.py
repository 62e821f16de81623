"""From the sign-up, or an invitation, to the first log-in, on pages without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.database import Database
from portal.organisations import queries
from portal.permissions import Role
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.organisations.devices import code_at
from tests.organisations.pages.browsing import PASSWORD, link_in_newest_letter, secret_on
from tests.page import Browser

Browse = Callable[..., Browser]

SIGN_UP = {
    "name_fi": "Metsäopisto",
    "name_sv": "Skogsinstitutet",
    "business_id": "01120389",
    "name": "Maija Metsä",
    "email": "Maija@metsaopisto.example",
    "password": PASSWORD,
}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_provider_signs_up_confirms_and_logs_in(
    browse: Browse, database: Database, language: str
) -> None:
    browser = browse(language=language)
    browser.get("/sign-up")
    browser.submit(values=SIGN_UP)
    browser.follow()

    browser.get("/login")
    browser.submit(email=SIGN_UP["email"], password=PASSWORD, status=422)
    link = link_in_newest_letter(database, language)
    browser.get(link)
    browser.get(link)
    browser.submit()
    browser.follow()
    browser.get(link, 410)

    browser.get("/account", 303)
    browser.follow()
    browser.submit(email=SIGN_UP["email"], password=PASSWORD)
    shown = browser.follow()
    assert browser.url == "/account"
    assert "Maija Metsä" in shown.text
    assert ("Skogsinstitutet" if language == "sv" else "Metsäopisto") in shown.text
    with database.reading() as session:
        person = queries.person_by_email(session, SIGN_UP["email"])
        assert person is not None
        assert person.language == language
        assert [one.role for one in person.memberships] == [Role.REPRESENTATIVE]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name_fi", ""),
        ("business_id", "0112038-8"),
        ("name", " "),
        ("email", "maija"),
        ("password", "short"),
        ("password", "salasana1234"),
        ("password", "maija@metsaopisto.example"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(browse: Browse, field: str, typed: str) -> None:
    browser = browse()
    browser.get("/sign-up")
    shown = browser.submit(values={**SIGN_UP, field: typed}, status=422)
    assert len(shown.errors) == 1
    assert shown.one(f"#{field}-error")
    assert shown.value("name_sv") == SIGN_UP["name_sv"]
    assert shown.value("password") == ""


def test_a_known_and_an_unknown_address_sign_up_alike(browse: Browse, cast: Cast) -> None:
    answers = []
    for email, business_id in (
        ("nobody@esimerkki.example", "0112038-9"),
        (cast.roope.email, "0737546-2"),
    ):
        browser = browse()
        browser.get("/sign-up")
        browser.submit(values={**SIGN_UP, "email": email, "business_id": business_id})
        answers.append(browser.follow().text)
    assert answers[0] == answers[1]


def test_an_invited_evaluator_takes_the_account_into_use(
    browse: Browse, database: Database, cast: Cast, clock: SettableClock
) -> None:
    administrator = browse(cast.ada)
    administrator.get("/people/invite")
    administrator.submit(
        organisation=str(cast.office.id),
        name="Iiris Arvioija",
        email="iiris@esimerkki.example",
        roles=["evaluator"],
        language="fi",
    )
    assert administrator.follow().flashes == ["The invitation is sent."]

    link = link_in_newest_letter(database, "fi")
    browser = browse(language="fi")
    assert "Iiris Arvioija" in browser.get(link).text
    browser.submit(password="lyhyt", status=422)
    browser.submit(password=PASSWORD)
    browser.follow()
    browser.submit(email="iiris@esimerkki.example", password=PASSWORD)
    secret = secret_on(browser.follow())
    browser.submit(".main-form", code=code_at(clock(), secret), status=200)
    browser.get("/account")
    browse().get(link, 410)
    browser.get("/people", 403)


def test_a_role_of_another_kind_of_organisation_is_refused(browse: Browse, cast: Cast) -> None:
    browser = browse(cast.ada)
    browser.get("/people/invite")
    shown = browser.submit(
        organisation=str(cast.river.id),
        name="Iiris Arvioija",
        email="iiris@esimerkki.example",
        roles=["evaluator"],
        status=422,
    )
    assert shown.errors == ["The organisation is not of a kind that has this role."]


def test_an_invitation_expires(
    browse: Browse, database: Database, cast: Cast, clock: SettableClock
) -> None:
    browser = browse(cast.ada)
    browser.get("/people/invite")
    browser.submit(
        organisation=str(cast.office.id),
        name="Iiris Arvioija",
        email="iiris@esimerkki.example",
        roles=["evaluator"],
    )
    link = link_in_newest_letter(database, "fi")
    guest = browse()
    clock.at += timedelta(days=14, seconds=-1)
    guest.get(link)
    clock.move(seconds=1)
    guest.get(link, 410)
    guest.post(link, {"password": PASSWORD}, status=410)
