"""The pages of needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.organisations.models import Membership
from portal.permissions import Kind, Role
from portal.soundings.models import Need
from tests.cast import Cast, organisation, person
from tests.page import Browser, Page
from tests.soundings.plans import NOW, put_need, put_sounding

Browse = Callable[..., Browser]
TYPED = {
    "target_group": "Alle 30-vuotiaat",
    "people": "8",
    "region": "kainuu",
    "field": "Logistiikka",
    "wanted_from": "01/09/2026",
}


def groups(page: Page) -> list[str]:
    return [head.get_text(" ").split("  ")[0].strip() for head in page.all("#needs tbody th")]


def sums(page: Page) -> list[list[str]]:
    return [[cell.get_text() for cell in row.select("th, td")] for row in page.all("#sums tr")]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_of_needs_are_whole_in_every_language(
    browse: Browse, cast: Cast, database: Database, language: str
) -> None:
    kaisa, olli = browse(cast.kaisa, language), browse(cast.olli, language)
    kaisa.get("/needs")
    olli.get("/needs")
    kaisa.get("/needs/new")
    kaisa.submit(status=422)
    key = put_need(database, cast)
    for state in ("need_open", "need_used", "need_withdrawn"):
        kaisa.get(f"/needs?state={state}")
        olli.get(f"/needs?state={state}")
    kaisa.get(f"/needs/{key}/edit")
    kaisa.get(f"/needs/{key}/withdraw")


def test_a_need_is_recorded_changed_and_taken_back(
    browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    kaisa = browse(cast.kaisa, htmx=with_htmx)
    kaisa.get("/needs/new")
    page = kaisa.submit(people="0", status=422)
    assert page.errors[:1] == ["Fill in this field."]
    assert "Write a number that is at least 1." in page.errors
    assert page.value("people") == "0"
    kaisa.submit("main form", TYPED)
    page = kaisa.follow()
    assert page.flashes == ["The need is recorded. The buyers can see it."]
    assert sums(page) == [["Logistiikka", "Kainuu", "8", "1", "01/09/2026"]]
    kaisa.get(str(page.one('#needs a[href$="/edit"]')["href"]))
    kaisa.submit(people="11")
    page = kaisa.follow()
    assert page.one("#people-together").get_text() == "11"
    kaisa.get(str(page.one('#needs a[href$="/withdraw"]')["href"]))
    kaisa.submit()
    assert groups(kaisa.follow()) == []
    assert groups(kaisa.get("/needs?state=need_withdrawn")) == ["Alle 30-vuotiaat"]


def test_a_writer_who_comes_second_is_told_so_and_keeps_what_they_typed(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_need(database, cast)
    first, second = browse(cast.kaisa), browse(cast.kaisa)
    first.get(f"/needs/{key}/edit")
    second.get(f"/needs/{key}/edit")
    first.submit(people="20")
    page = second.submit(people="30", status=422)
    assert page.errors == [
        "Somebody changed this while you were working on it. Look at the newest version first."
    ]
    assert page.value("people") == "30"


def test_a_buyers_officer_sees_the_needs_of_all_offices_and_an_office_its_own(
    browse: Browse, cast: Cast, database: Database
) -> None:
    with database.transaction() as session:
        session.expire_on_commit = False
        other = organisation(session, "Muualan työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
        ville = person(session, "Ville Virkailija", other, Role.RESPONSIBLE_OFFICIAL)
    put_need(database, cast, people=5, note="")
    put_need(database, cast, people=7, note="", region="Kainuu")
    put_need(database, cast, by=ville, office=other, people=9, note="", target_group="Nuoret")
    page = browse(cast.olli).get("/needs")
    assert sums(page) == [
        ["Hitsaus", "Lappi", "14", "2", "01/08/2026"],
        ["Hitsaus", "Kainuu", "7", "1", "01/08/2026"],
    ]
    assert page.one("#people-together").get_text() == "21"
    assert len(groups(page)) == 3
    assert not page.has('a[href$="/edit"]')
    assert len(groups(browse(cast.eva).get("/needs"))) == 3
    assert len(groups(browse(cast.kaisa).get("/needs"))) == 2
    page = browse(ville).get("/needs")
    assert groups(page) == ["Nuoret"]
    assert sums(page) == [["Hitsaus", "Lappi", "9", "1", "01/08/2026"]]
    assert groups(browse(cast.tarja).get("/needs")) == []


def test_a_foreign_need_cannot_be_told_from_a_missing_one(
    browse: Browse, cast: Cast, database: Database
) -> None:
    with database.transaction() as session:
        session.expire_on_commit = False
        other = organisation(session, "Muualan työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
        ville = person(session, "Ville Virkailija", other, Role.RESPONSIBLE_OFFICIAL)
    key = put_need(database, cast)
    stranger = browse(ville)
    for end in ("edit", "withdraw"):
        stranger.get(f"/needs/{key}/{end}", 404)
        stranger.post(f"/needs/{key}/{end}", TYPED, 404)
    for person_ in (cast.olli, cast.roope, cast.erik, cast.ada):
        browse(person_).get(f"/needs/{key}/edit", 403)
        browse(person_).get("/needs/new", 403)
    for person_ in (cast.roope, cast.erik, cast.ada, cast.aino):
        browse(person_).get("/needs", 403)
    browse().get("/needs", 303)
    with database.reading() as session:
        assert session.scalars(select(Need.state)).all() == ["need_open"]


def test_a_used_need_is_closed_to_its_office(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_need(database, cast)
    kaisa = browse(cast.kaisa)
    kaisa.get(f"/needs/{key}/edit")
    put_sounding(database, cast, needs=[key], published=True)
    page = kaisa.submit(status=422)
    assert page.errors == ["A buyer already builds on this need, so it can no longer be changed."]
    page = kaisa.post(f"/needs/{key}/withdraw", status=422)
    assert len(page.errors) == 1
    kaisa.get(f"/needs/{key}/edit", 422)
    assert not kaisa.get("/needs?state=need_used").has('a[href$="/edit"]')


def test_the_office_is_asked_of_whoever_works_for_several(
    browse: Browse, cast: Cast, database: Database
) -> None:
    with database.transaction() as session:
        second = organisation(session, "Toinen alue", None, Kind.EMPLOYMENT_OFFICE)
        session.add(
            Membership(
                person_id=cast.kaisa.id,
                organisation_id=second.id,
                role=Role.COURSE_SPONSOR,
            )
        )
        key = second.id
    kaisa = browse(cast.kaisa)
    kaisa.get("/needs/new")
    page = kaisa.submit("main form", TYPED, status=422)
    assert page.errors == ["Choose one of these."]
    kaisa.submit(office=str(key))
    assert "Toinen alue" in kaisa.follow().text


def test_needs_are_shown_page_by_page_in_as_many_queries_at_any_length(
    browse: Browse, cast: Cast, database: Database
) -> None:
    counts = set()
    rows = 0
    for wanted in (1, 3, 30):
        for n in range(rows, wanted):
            put_need(database, cast, region=f"Alue {n}")
        rows = wanted
        kaisa, olli = browse(cast.kaisa), browse(cast.olli)
        kaisa.get("/needs")
        assert len(groups(olli.get("/needs"))) == min(wanted, 20)
        counts.add((kaisa.queries, olli.queries))
        kaisa.get("/needs/new")
        olli.get("/soundings/new")
        counts.add((kaisa.queries, olli.queries))
    assert len(counts) == 2, counts
    assert len(groups(browse(cast.olli).get("/needs?page=2"))) == 10


def test_needs_are_sorted_by_each_column_both_ways_and_stay_so_on_the_next_page(
    browse: Browse, cast: Cast, database: Database
) -> None:
    put_need(database, cast, target_group="Bussinkuljettajat", people=3, note="")
    put_need(
        database, cast, target_group="Asentajat", people=9, note="", at=NOW + timedelta(hours=1)
    )
    olli = browse(cast.olli)
    page = olli.get("/needs")
    assert groups(page) == ["Asentajat", "Bussinkuljettajat"]
    for head in page.all("a.sorted-head"):
        assert len(groups(olli.get(str(head["href"])))) == 2
    assert groups(olli.get("/needs?sort=people")) == ["Bussinkuljettajat", "Asentajat"]
    page = olli.get("/needs?sort=-people")
    assert groups(page) == ["Asentajat", "Bussinkuljettajat"]
    assert page.one("th[aria-sort]")["aria-sort"] == "descending"
    assert page.value("sort") == "-people"
