"""The pages of soundings: drafting, publishing, answering, beginning a procurement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.organisations.models import Membership, Organisation
from portal.permissions import Kind, Role
from portal.soundings.models import Need, Sounding, SoundingAnswer
from portal.soundings.rules import MarketAnswer
from tests.cast import Cast, organisation, person
from tests.conftest import SettableClock
from tests.page import Browser, Page
from tests.soundings.plans import DUE, PLAN, put_answer, put_need, put_sounding

Browse = Callable[..., Browser]
YES = MarketAnswer(True, comment="Riittää.")
NO = MarketAnswer(False, "Erä on liian pieni.")


def titles(page: Page) -> list[str]:
    return [link.get_text() for link in page.all("#soundings tbody th a")]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_of_soundings_are_whole_in_every_language(
    browse: Browse, cast: Cast, database: Database, language: str, clock: SettableClock
) -> None:
    need = put_need(database, cast)
    bare = put_sounding(database, cast, description={}, comments_due=None)
    draft = put_sounding(database, cast, needs=[need])
    olli, roope = browse(cast.olli, language), browse(cast.roope, language)
    olli.get("/soundings/new")
    olli.submit(status=422)
    for key in (bare, draft):
        for end in ("", "/edit", "/publish"):
            olli.get(f"/soundings/{key}{end}")
    olli.post(f"/soundings/{bare}/publish", status=422)
    olli.post(f"/soundings/{draft}/publish")
    roope.get(f"/soundings/{draft}")
    roope.submit("#answer", status=422)
    put_answer(database, draft, cast.river, cast.roope, NO)
    put_answer(database, draft, cast.shore, cast.sanna, YES)
    for reader in (None, cast.roope, cast.olli):
        browse(reader, language).get(f"/soundings/{draft}")
        browse(reader, language).get("/soundings")
    olli.get(f"/procurements/new-from-sounding/{draft}")
    olli.submit(status=422)
    clock.at = DUE + timedelta(seconds=1)
    for url in ("/soundings?state=closed_for_comments", f"/soundings/{draft}"):
        browse(None, language).get(url)


def test_a_sounding_is_drafted_on_the_needs_and_published(
    browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    need = put_need(database, cast)
    put_need(database, cast, region="Kainuu")
    olli = browse(cast.olli, htmx=with_htmx)
    page = olli.get("/soundings/new")
    boxes = {str(box["value"]) for box in page.all('[name="needs"]')}
    assert boxes == {'["Hitsaus", "Lappi"]', '["Hitsaus", "Kainuu"]'}
    page = olli.submit(title_fi="", needs=['["Hitsaus", "Lappi"]'], status=422)
    assert page.errors == ["Fill in this field."]
    assert page.one('[name="needs"][checked]')["value"] == '["Hitsaus", "Lappi"]'
    olli.submit(title_fi="Toppis Lapissa")
    page = olli.follow()
    assert "Hitsaus, Lappi: 12 people" in page.text
    olli.get(str(page.one('a[href$="/publish"]')["href"]))
    assert "These are still missing" in olli.page.text  # type: ignore[union-attr]
    olli.get(str(page.one('a[href$="/edit"]')["href"]))
    day, clock_time = "06/02/2026", "12:00"
    olli.submit(
        "main form",
        {
            "description_fi": "Neljä päivää työssä.",
            "comments_due-day": day,
            "comments_due-time": clock_time,
        },
    )
    page = olli.follow()
    olli.get(str(page.one('a[href$="/publish"]')["href"]))
    olli.submit()
    page = olli.follow()
    assert page.flashes == ["The sounding is published."]
    assert "06/02/2026 12:00" in page.text
    with database.reading() as session:
        states = {row.id: row.state for row in session.scalars(select(Need))}
    assert states.pop(need) == "need_used"
    assert list(states.values()) == ["need_open"]
    url = olli.url
    assert "Toppis Lapissa" in browse().get(url).text
    olli.get(f"{url}/edit", 422)
    olli.get(f"{url}/publish", 422)


def test_an_officer_who_comes_second_is_told_so(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_sounding(database, cast)
    first, second = browse(cast.olli), browse(cast.olli)
    first.get(f"/soundings/{key}/edit")
    second.get(f"/soundings/{key}/edit")
    first.submit(title_fi="Ensimmäinen")
    page = second.submit(title_fi="Toinen", status=422)
    assert len(page.errors) == 1
    assert page.value("title_fi") == "Toinen"


def test_drafts_are_the_buyers_own_and_published_soundings_everybodys(
    browse: Browse, cast: Cast, database: Database
) -> None:
    put_sounding(database, cast, title={"fi": "Luonnos"})
    put_sounding(database, cast, published=True, title={"fi": "Myöhempi"})
    soon = {"comments_due": DUE - timedelta(days=9), "title": {"fi": "Pian"}}
    put_sounding(database, cast, published=True, **soon)
    for reader in (None, cast.roope, cast.eva, cast.kaisa):
        assert titles(browse(reader).get("/soundings")) == ["Pian", "Myöhempi"]
    for reader in (None, cast.roope):
        assert titles(browse(reader).get("/soundings?state=draft")) == ["Pian", "Myöhempi"]
    assert titles(browse(cast.eva).get("/soundings?state=draft")) == []
    for reader in (cast.olli, cast.tarja, cast.paula):
        assert titles(browse(reader).get("/soundings")) == ["Pian", "Myöhempi", "Luonnos"]
        assert titles(browse(reader).get("/soundings?state=draft")) == ["Luonnos"]


def test_the_list_is_narrowed_to_what_is_open_or_closed_by_the_clock(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock
) -> None:
    put_sounding(database, cast, published=True)
    open_, closed = "/soundings?state=open_for_comments", "/soundings?state=closed_for_comments"
    assert len(titles(browse().get(open_))) == 1
    assert titles(browse().get(closed)) == []
    clock.at = DUE + timedelta(seconds=1)
    assert titles(browse().get(open_)) == []
    assert len(titles(browse().get(closed))) == 1


def test_a_foreign_draft_cannot_be_told_from_a_missing_one(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_sounding(database, cast)
    url = f"/soundings/{key}"
    for stranger in (None, cast.eva, cast.roope, cast.kaisa, cast.ada):
        browse(stranger).get(url, 404)
        browse(stranger).get(f"/soundings/{UUID(int=1)}", 404)
    for end in ("edit", "publish"):
        browse(cast.eva).get(f"{url}/{end}", 404)
        browse(cast.eva).post(f"{url}/{end}", {"title_fi": "X", "revision": "1"}, 404)
        browse(cast.roope).get(f"{url}/{end}", 403)
    begin = f"/procurements/new-from-sounding/{key}"
    browse(cast.eva).get(begin, 404)
    browse(cast.eva).post(begin, {"reference": "A", "kind": "capacity"}, 404)
    browse(cast.roope).get(begin, 403)
    answer = {"would_bid": "yes"}
    browse(cast.roope).post(f"{url}/answers", answer, 404)
    browse(cast.olli).post(f"{url}/answers", answer, 403)
    browse().post(f"{url}/answers", answer, 303)


def test_a_provider_answers_and_everybody_reads_it_by_name(
    browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    key = put_sounding(database, cast, published=True)
    url = f"/soundings/{key}"
    roope = browse(cast.roope, htmx=with_htmx)
    page = roope.get(url)
    assert "The answer is public at once, with the name of the provider" in page.text
    assert "Do not write trade secrets into it." in page.text
    page = roope.submit("#answer", status=422)
    assert page.errors == ["Choose one of these."]
    page = roope.submit("#answer", would_bid="no", comment="Ei nyt.", status=422)
    assert page.errors == ["Give a reason."]
    assert page.value("comment") == "Ei nyt."
    roope.submit("#answer", reason="Erä on liian pieni.")
    page = roope.follow()
    assert page.flashes == ["The answer is published with the name of the provider."]
    for reader in (None, cast.sanna, cast.olli):
        text = browse(reader).get(url).text
        assert "1 would not bid" in text
        assert "Jokiopisto" in text
        assert "Erä on liian pieni." in text
        assert "Roope" not in text
    assert not browse(cast.olli).get(url).has("#answer")
    page = roope.get(url)
    assert page.value("reason") == "Erä on liian pieni."
    roope.submit("#answer", would_bid="yes", comment="Riittää sittenkin.")
    text = browse().get(url).text
    assert "1 would bid" in text
    assert "Erä on liian pieni." not in text
    with database.reading() as session:
        assert len(session.scalars(select(SoundingAnswer)).all()) == 2


def test_a_late_answer_is_refused_and_kept_on_the_form(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock
) -> None:
    key = put_sounding(database, cast, published=True)
    roope = browse(cast.roope)
    roope.get(f"/soundings/{key}")
    clock.at = DUE + timedelta(microseconds=1)
    page = roope.submit("#answer", would_bid="yes", comment="Vieläkö?", status=422)
    assert page.errors == ["The time for answers is over."]
    assert page.value("comment") == "Vieläkö?"
    assert not browse(cast.roope).get(f"/soundings/{key}").has("#answer")


def test_whoever_represents_several_providers_says_for_which_one(
    browse: Browse, cast: Cast, database: Database
) -> None:
    with database.transaction() as session:
        session.add(
            Membership(
                person_id=cast.roope.id,
                organisation_id=cast.shore.id,
                role=Role.REPRESENTATIVE,
            )
        )
    key = put_sounding(database, cast, published=True)
    roope = browse(cast.roope)
    roope.get(f"/soundings/{key}")
    roope.submit("#answer", would_bid="yes", status=422)
    roope.submit("#answer", provider=str(cast.elsewhere.id), status=422)
    roope.submit("#answer", provider=str(cast.shore.id))
    assert "Rantaopisto" in roope.follow().text


def test_a_procurement_is_begun_from_a_sounding(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_sounding(database, cast, published=True)
    url = f"/soundings/{key}"
    olli = browse(cast.olli)
    page = olli.get(url)
    olli.get(str(page.one('a[href*="new-from-sounding"]')["href"]))
    page = olli.submit(status=422)
    assert page.errors == ["Fill in this field."]
    olli.submit(reference="ESIM/1", kind="course")
    page = olli.follow()
    assert page.heading == PLAN.title["en"]
    assert "ESIM/1" in page.text
    olli.get(f"/procurements/new-from-sounding/{key}")
    page = olli.submit(reference="ESIM/1", status=422)
    assert page.errors == ["The buyer already has a procurement with this reference."]
    assert "ESIM/1" in olli.get(url).text
    for reader in (None, cast.roope, cast.eva):
        page = browse(reader).get(url)
        assert "ESIM/1" not in page.text
        assert not page.has('a[href*="new-from-sounding"]')


def test_the_pages_take_as_many_queries_whatever_they_hold(
    browse: Browse, cast: Cast, database: Database
) -> None:
    counts, rows = set(), 0
    for wanted in (1, 3, 30):
        needs = [put_need(database, cast, region=f"Alue {n}") for n in range(wanted)]
        for n in range(rows, wanted):
            put_sounding(database, cast, published=n % 3 != 2, title={"fi": f"N {n}"})
        key = put_sounding(database, cast, published=True, needs=needs)
        with database.transaction() as session:
            for n in range(rows, wanted):
                added = organisation(session, f"Opisto {n}", None, Kind.PROVIDER)
                person(session, f"edustaja{n} Esimerkki", added, Role.REPRESENTATIVE)
            providers = session.scalars(
                select(Organisation).where(Organisation.name["fi"].as_string().like("Opisto%"))
            ).all()
            for provider in providers:
                session.add(
                    SoundingAnswer(
                        sounding_id=key,
                        provider_id=provider.id,
                        would_bid=True,
                        answered_by_id=cast.roope.id,
                        answered_at=DUE,
                    )
                )
        rows = wanted
        taken = []
        for reader in (None, cast.olli, cast.roope):
            browser = browse(reader)
            for url in ("/soundings", f"/soundings/{key}"):
                browser.get(url)
                taken.append(browser.queries)
        counts.add(tuple(taken))
    assert len(counts) == 1, counts
    assert len(titles(browse(cast.olli).get("/soundings"))) == 20
    assert len(titles(browse(cast.olli).get("/soundings?page=2"))) == 13
    with database.reading() as session:
        assert session.scalar(select(Sounding.id).limit(1)) is not None
