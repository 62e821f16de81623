"""The pages of qualification units."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.organisations.models import Membership
from portal.permissions import Kind, Role
from portal.training_forms.models import QualificationUnit
from portal.training_forms.rules import load_fields
from tests.cast import Cast, organisation, person
from tests.page import Browser, Page
from tests.training_forms.units import put_unit

Browse = Callable[..., Browser]
TYPED = {"field": "property_services", "name_fi": "Lumitöiden suunnittelu", "name_sv": "Snöröjning"}


def added(page: Page) -> list[str]:
    return [head.get_text() for head in page.all("#added tbody th, #added th")]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_everybody_reads_the_units_of_every_field_in_their_language(
    browse: Browse, language: str
) -> None:
    browser = browse(None, language)
    for field in load_fields().values():
        page = browser.get(f"/qualification-units?field={field.key}")
        assert field.name[language] in page.text
        for unit in field.units:
            assert unit.name[language] in page.text
            assert all(use.text[language] in page.text for use in unit.sensible_use)
    assert not page.has('a[href*="/new"]')


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_of_an_own_unit_are_whole_in_every_language(
    browse: Browse, cast: Cast, database: Database, language: str
) -> None:
    kaisa = browse(cast.kaisa, language)
    kaisa.get("/qualification-units/new?field=metal")
    kaisa.submit(status=422)
    key = put_unit(database, cast)
    kaisa.get("/qualification-units?field=property_services")
    kaisa.get(f"/qualification-units/{key}/withdraw")


def test_a_course_sponsor_extends_the_list_and_withdraws_again(
    browse: Browse, cast: Cast, with_htmx: bool
) -> None:
    kaisa = browse(cast.kaisa, htmx=with_htmx)
    page = kaisa.get("/qualification-units?field=property_services")
    kaisa.get(str(page.one('a[href*="/new"]')["href"]))
    page = kaisa.submit(name_fi="", status=422)
    assert page.errors == ["Fill in this field."]
    assert page.value("field") == "property_services"
    kaisa.submit(name_fi="Lumitöiden suunnittelu", example_fi="Talvikausi\nkahdella työmaalla")
    page = kaisa.follow()
    assert page.flashes == ["The unit is added to the list."]
    assert added(page) == ["Lumitöiden suunnittelu"]
    assert "Esimerkkilän työllisyysalue" in page.text
    assert added(browse().get("/qualification-units?field=property_services")) == [
        "Lumitöiden suunnittelu"
    ]
    assert added(browse().get("/qualification-units?field=metal")) == []
    kaisa.get(str(page.one('#added a[href$="/withdraw"]')["href"]))
    kaisa.submit()
    page = kaisa.follow()
    assert page.flashes == ["The unit is withdrawn from the list."]
    assert added(page) == []


def test_a_unit_that_the_field_has_is_not_added_twice(
    browse: Browse, cast: Cast, database: Database
) -> None:
    olli = browse(cast.olli)
    olli.get("/qualification-units/new")
    for name in ("  piha- ja ulkoalueiden HOITAMINEN ", "Lumitöiden suunnittelu"):
        if name.startswith("Lumi"):
            put_unit(database, cast, by=cast.olli, organisation=cast.buyer)
        page = olli.submit("main form", {**TYPED, "name_fi": name}, status=422)
        assert page.errors == ["The list of this field already has a unit of this name."]
        assert page.value("name_sv") == "Snöröjning"


def test_a_field_that_is_not_in_the_list_is_refused_beside_its_field(
    browse: Browse, cast: Cast
) -> None:
    kaisa = browse(cast.kaisa)
    kaisa.get("/qualification-units/new?field=no_such")
    page = kaisa.post("/qualification-units/new", {**TYPED, "field": "no_such"}, 422)
    assert len(page.errors) == 1
    assert browse().get("/qualification-units?field=no_such").value("field") == "cleaning"


def test_others_neither_add_nor_withdraw_and_cannot_tell_a_foreign_unit_from_a_missing_one(
    browse: Browse, cast: Cast, database: Database
) -> None:
    with database.transaction() as session:
        session.expire_on_commit = False
        other = organisation(session, "Muualan työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
        ville = person(session, "Ville Virkailija", other, Role.COURSE_SPONSOR)
    key = put_unit(database, cast)
    stranger = browse(ville)
    stranger.get(f"/qualification-units/{key}/withdraw", 404)
    stranger.post(f"/qualification-units/{key}/withdraw", {}, 404)
    page = stranger.get("/qualification-units?field=property_services")
    assert not page.has('#added a[href$="/withdraw"]')
    for person_ in (cast.roope, cast.tuula, cast.ada, cast.tarja):
        browse(person_).get("/qualification-units/new", 403)
        browse(person_).get(f"/qualification-units/{key}/withdraw", 403)
    browse().get("/qualification-units/new", 303)
    with database.reading() as session:
        assert session.scalars(select(QualificationUnit.withdrawn_at)).all() == [None]


def test_a_withdrawn_unit_is_not_found_again(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_unit(database, cast)
    kaisa = browse(cast.kaisa)
    kaisa.post(f"/qualification-units/{key}/withdraw", {}, 303)
    kaisa.get(f"/qualification-units/{key}/withdraw", 404)
    kaisa.post(f"/qualification-units/{key}/withdraw", {}, 404)


def test_the_organisation_is_asked_of_whoever_works_for_several(
    browse: Browse, cast: Cast, database: Database
) -> None:
    with database.transaction() as session:
        second = organisation(session, "Toinen alue", None, Kind.EMPLOYMENT_OFFICE)
        role = Role.COURSE_SPONSOR
        session.add(Membership(person_id=cast.kaisa.id, organisation_id=second.id, role=role))
        key = second.id
    kaisa = browse(cast.kaisa)
    kaisa.get("/qualification-units/new")
    page = kaisa.submit("main form", TYPED, status=422)
    assert page.errors == ["Choose one of these."]
    kaisa.submit(organisation=str(key))
    assert "Toinen alue" in kaisa.follow().text


def test_added_units_are_shown_page_by_page_in_as_many_queries_at_any_length(
    browse: Browse, cast: Cast, database: Database
) -> None:
    counts = set()
    rows = 0
    for wanted in (1, 3, 30):
        for n in range(rows, wanted):
            put_unit(database, cast, name={"fi": f"Osa {n}"})
        rows = wanted
        kaisa, anybody = browse(cast.kaisa), browse()
        kaisa.get("/qualification-units?field=property_services")
        page = anybody.get("/qualification-units?field=property_services")
        assert len(added(page)) == min(wanted, 20)
        counts.add((kaisa.queries, anybody.queries))
    assert len(counts) == 1, counts
    page = browse().get("/qualification-units?field=property_services&page=2")
    assert len(added(page)) == 10
