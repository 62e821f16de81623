"""The register of organisations and people, and the outbox, on the pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit.models import ReadEntry
from portal.database import Database
from portal.organisations.models import Person
from portal.permissions import Kind, Role
from portal.web.unit import Services
from tests.cast import Cast, organisation, person
from tests.page import Browser

Browse = Callable[..., Browser]


def grow(database: Database, rows: int) -> None:
    """Add organisations with a person of two roles each."""
    with database.transaction() as session:
        for n in range(rows):
            name = f"{rows}x{n}"
            added = organisation(session, f"Järjestö {name}", None, Kind.PROVIDER, Kind.EMPLOYER)
            person(session, f"henkilo{name} Esimerkki", added, Role.TRAINER, Role.COACH)


@pytest.mark.parametrize("url", ["/organisations", "/people", "/people/invite"])
def test_a_list_takes_as_many_queries_at_any_length(
    browse: Browse, database: Database, cast: Cast, url: str
) -> None:
    browser = browse(cast.ada)
    counts = []
    for rows in (1, 2, 27):
        grow(database, rows)
        browser.get(url)
        counts.append(browser.queries)
    assert counts[0] == counts[1] == counts[2]


def test_an_administrator_adds_an_organisation_of_several_kinds(browse: Browse, cast: Cast) -> None:
    browser = browse(cast.ada)
    browser.get("/organisations/new")
    shown = browser.submit(name_fi="Uusi alue", business_id="0112038-8", status=422)
    assert len(shown.errors) == 1
    browser.submit(
        name_fi="Uusi alue", business_id="0112038-9", kinds=["buyer", "employment_office"]
    )
    assert "Uusi alue" in browser.follow().text


def test_everybody_with_an_account_sees_the_organisations_but_not_the_people(
    browse: Browse, cast: Cast
) -> None:
    browser = browse(cast.roope)
    shown = browser.get("/organisations")
    assert not shown.has('a[href="/organisations/new"]')
    for url in ("/people", "/people/invite", "/organisations/new", f"/people/{cast.eva.id}/close"):
        browser.get(url, 403)
    browse().get("/organisations", 303)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_register_reads_in_every_language(browse: Browse, cast: Cast, language: str) -> None:
    browser = browse(cast.ada, language)
    for url in (
        "/organisations",
        "/organisations/new",
        "/people",
        "/people/invite",
        f"/people/{cast.eva.id}/close",
    ):
        browser.get(url)


def test_reading_the_people_is_on_record(browse: Browse, cast: Cast, services: Services) -> None:
    browse(cast.ada).get("/people")
    with services.reads_database.reading() as session:
        (entry,) = session.scalars(select(ReadEntry)).all()
    assert (entry.by, entry.page) == (cast.ada.id, "organisations.people")


def test_closing_asks_first(browse: Browse, database: Database, cast: Cast) -> None:
    browser = browse(cast.ada)
    browser.get(f"/people/{cast.eva.id}/close")
    with database.reading() as session:
        assert session.get_one(Person, cast.eva.id).closed_at is None
    browser.submit()
    assert browser.follow().flashes == ["The account is closed."]
    browser.post(f"/people/{cast.eva.id}/close", status=422)


def test_somebody_unknown_is_not_found(browse: Browse, cast: Cast) -> None:
    browser = browse(cast.ada)
    browser.get("/people/00000000-0000-0000-0000-000000000000/close", 404)
    browser.post("/people/00000000-0000-0000-0000-000000000000/close", status=404)


def test_there_is_no_outbox_unless_for_development(browse: Browse, cast: Cast) -> None:
    browse().get("/outbox", 404)
    browse(cast.ada).get("/outbox", 404)


def test_in_development_the_outbox_shows_letters_with_links_that_work(
    browse: Browse, app: Flask, services: Services, cast: Cast
) -> None:
    services.settings = services.settings.model_copy(update={"development": True})
    browser = browse()
    assert browser.get("/outbox").text.endswith("There is no mail.")
    browser.get("/reset")
    browser.submit(email=cast.roope.email)
    shown = browser.get("/outbox")
    link = shown.one('main a[href^="/reset/"]')
    browser.get(str(link["href"]))
