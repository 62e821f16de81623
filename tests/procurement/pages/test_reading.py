"""What everybody reads: the list, the call, its questions and its documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.documents.catalogue import preview
from portal.documents.store import JOB, TASK, register
from portal.jobs.models import Job
from portal.jobs.queue import do
from portal.procurement.documents import DOCUMENTS, call_context
from portal.procurement.models import Procurement, Question
from portal.web.unit import Services
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.page import Browser, Page
from tests.procurement.calls import CALL, DUE, put_call

Browse = Callable[..., Browser]


def titles(page: Page) -> list[str]:
    return [link.get_text() for link in page.all("#calls tbody th a")]


def name(title: str) -> dict[str, dict[str, str]]:
    return {"title": {"fi": title}}


def test_the_list_has_open_calls_with_the_nearest_deadline_first(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock
) -> None:
    put_call(database, cast, published=True, reference="A", **name("Myöhempi"))
    soon = {"questions_due": DUE - timedelta(days=20), "offers_due": DUE - timedelta(days=10)}
    put_call(database, cast, published=True, reference="B", **soon, **name("Pian"))
    put_call(database, cast, reference="C", **name("Luonnos"))
    assert titles(browse().get("/procurements")) == ["Pian", "Myöhempi"]
    assert titles(browse(cast.roope).get("/procurements")) == ["Pian", "Myöhempi"]
    assert titles(browse(cast.olli).get("/procurements")) == ["Pian", "Myöhempi", "Luonnos"]
    assert titles(browse(cast.eva).get("/procurements")) == ["Pian", "Myöhempi"]
    clock.at = DUE - timedelta(days=9)
    assert titles(browse().get("/procurements")) == ["Myöhempi"]
    assert titles(browse().get("/procurements?state=closed")) == ["Pian"]


def test_the_filter_is_kept_in_the_address(
    browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    put_call(database, cast, published=True, reference="A", **name("Avoin"))
    put_call(database, cast, reference="B", **name("Luonnos"))
    olli = browse(cast.olli, htmx=with_htmx)
    olli.get("/procurements")
    page = olli.submit("main form", state="draft")
    assert titles(page) == ["Luonnos"]
    assert page.value("state") == "draft"
    assert titles(olli.get("/procurements?state=open")) == ["Avoin"]
    for person in (None, cast.roope):
        assert titles(browse(person).get("/procurements?state=draft")) == ["Avoin"]
    assert titles(browse(cast.eva).get("/procurements?state=draft")) == []
    assert titles(olli.get("/procurements?state=nonsense&page=x")) == ["Avoin", "Luonnos"]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_an_empty_list_says_so(browse: Browse, language: str, cast: Cast) -> None:
    assert titles(browse(None, language).get("/procurements")) == []
    assert titles(browse(cast.olli, language).get("/procurements?state=decided")) == []


def test_the_list_takes_as_many_queries_whatever_its_length(
    browse: Browse, cast: Cast, database: Database
) -> None:
    counts: dict[int, tuple[int, int]] = {}
    rows = 0
    for wanted in (1, 3, 30):
        for n in range(rows, wanted):
            put_call(database, cast, published=n % 3 != 2, reference=f"N/{n}")
        rows = wanted
        anybody, olli = browse(), browse(cast.olli)
        anybody.get("/procurements")
        page = olli.get("/procurements")
        assert len(titles(page)) == min(wanted, 20)
        counts[wanted] = (anybody.queries, olli.queries)
    assert len(set(counts.values())) == 1, counts


def test_a_long_list_is_shown_page_by_page(browse: Browse, cast: Cast, database: Database) -> None:
    for n in range(21):
        put_call(database, cast, published=True, reference=f"N/{n:02}")
    browser = browse()
    page = browser.get("/procurements")
    assert len(titles(page)) == 20
    page = browser.get(str(page.one('a[href*="page=2"]')["href"]))
    assert len(titles(page)) == 1
    assert len(titles(browser.get("/procurements?page=99"))) == 1
    assert len(titles(browser.get("/procurements?page=-5"))) == 20


def test_the_page_of_a_call_takes_as_many_queries_whatever_it_holds(
    browse: Browse, cast: Cast, database: Database
) -> None:
    from dataclasses import replace

    counts = set()
    for wanted in (1, 3, 30):
        lots = tuple(replace(CALL.lots[0], key=f"lot-{n}") for n in range(wanted))
        key = put_call(database, cast, published=True, reference=f"N/{wanted}", lots=lots)
        with database.transaction() as session:
            for n in range(wanted):
                session.add(
                    Question(
                        procurement_id=key,
                        n=n + 1,
                        text="Missä?",
                        asked_at=DUE,
                        asked_by_id=cast.roope.id,
                    )
                )
        browser = browse()
        browser.get(f"/procurements/{key}")
        counts.add(browser.queries)
        olli = browse(cast.olli)
        olli.get(f"/procurements/{key}")
        assert olli.queries <= 8
    assert len(counts) == 1, counts


def test_a_draft_tells_shared_criteria_from_its_own(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast)
    text = browse(cast.olli).get(f"/procurements/{key}").text
    assert "Shared criterion staff_competence, version 1." in text
    assert text.count("A criterion of this call's own.") == 1


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_call_is_shown_whole(
    browse: Browse, cast: Cast, database: Database, language: str
) -> None:
    key = put_call(database, cast, published=True)
    page = browse(None, language).get(f"/procurements/{key}")
    if language != "en":
        return
    for shown in (
        "ESIM/12/2026",
        "Esimerkkilän hankinta",
        "06/02/2026 12:00",
        "25 days left",
        "08/03/2028",
        "1,250.5",
        "€45.00",
        "Within 6 months of the end of the training",
        "at least 40 percent",
        "There are at least 2 answers.",
        "€500.00",
        "37.5",
        "Yksi päivä koulutusta.",
        "How do you start?",
        "Price points are the weight of the price",
    ):
        assert shown in page.text, shown
    assert page.one("#weights-together").get_text() == "100"


def test_the_countdown_follows_the_servers_clock(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock
) -> None:
    key = put_call(database, cast, published=True)
    url = f"/procurements/{key}"
    for before, words in (
        (timedelta(hours=1), "1 hour left"),
        (timedelta(seconds=30), "less than a minute left"),
        (timedelta(seconds=-1), "has passed"),
    ):
        clock.at = DUE - before
        assert f"06/02/2026 12:00 ({words})" in browse().get(url).text


def test_a_draft_is_seen_by_the_buyers_people_only(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast)
    url = f"/procurements/{key}"
    for person in (cast.olli, cast.aino, cast.paula, cast.tarja):
        page = browse(person).get(url)
        assert page.has(".tasks") == (person is cast.olli)
    for stranger in (None, cast.eva, cast.roope, cast.eeva, cast.ada, cast.kaisa):
        browse(stranger).get(url, 404)
    browse(cast.roope).post(f"{url}/questions", {"text": "Onko täällä ketään?"}, 404)


def test_each_reader_is_offered_what_they_may_do(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock
) -> None:
    key = put_call(database, cast, published=True)
    url = f"/procurements/{key}"
    assert browse(cast.roope).get(url).has(f'a[href="{url}/offer"]')
    assert browse(cast.roope).get(url).has("#ask")
    assert browse().get(url).has(f'a[href="{url}/offer"]:-soup-contains("Log in")')
    for person in (cast.olli, cast.eeva, cast.eva):
        assert not browse(person).get(url).has(f'a[href="{url}/offer"]')
    for person in (None, cast.olli, cast.eeva, cast.eva):
        assert not browse(person).get(url).has("#ask")
    assert browse(cast.olli).get(url).has(f'a[href="{url}/evaluators"]')
    assert not browse(cast.eva).get(url).has(f'a[href="{url}/evaluators"]')
    clock.at = DUE + timedelta(seconds=1)
    page = browse(cast.roope).get(url)
    assert not page.has(f'a[href="{url}/offer"]')
    assert not page.has("#ask")


def test_a_question_is_asked_and_answered_and_nobody_is_told_who_asked(
    browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    key = put_call(database, cast, published=True)
    url = f"/procurements/{key}"
    roope, olli = browse(cast.roope, htmx=with_htmx), browse(cast.olli, htmx=with_htmx)
    roope.get(url)
    page = roope.submit("#ask", text="  ", status=422)
    assert page.errors == ["Fill in this field."]
    assert page.has("#questions #error-summary")
    roope.submit("#ask", text="Voiko paikan aloittaa kesken kuukauden?")
    assert "Voiko paikan aloittaa" in roope.follow().text
    page = olli.get(url)
    olli.get(str(page.one("#questions article a")["href"]))
    page = olli.submit("main form", status=422)
    assert page.errors == ["Fill in this field."]
    answer_url = olli.url
    assert "Roope" not in page.html
    olli.submit("main form", text="Kyllä.\n\nSovittuna päivänä.")
    olli.follow()
    for person in (None, cast.sanna, cast.olli, cast.eeva):
        page = browse(person).get(url)
        assert "Voiko paikan aloittaa" in page.text
        assert "Sovittuna päivänä." in page.text
        assert "Roope" not in page.html
        assert "Jokiopisto" not in page.html
        assert str(cast.roope.id) not in page.html
    assert "has already been answered" in olli.get(answer_url).text
    page = olli.post(answer_url, {"text": "Ei."}, 422)
    assert page.errors == ["This cannot be done at this stage."]


def test_a_late_question_is_refused_and_kept_on_the_form(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock
) -> None:
    key = put_call(database, cast, published=True)
    roope = browse(cast.roope)
    roope.get(f"/procurements/{key}")
    clock.at = DUE - timedelta(days=13)
    page = roope.submit("#ask", text="Vieläkö ehtii?", status=422)
    assert page.errors == ["The time for questions is over."]
    assert page.value("text") == "Vieläkö ehtii?"


def test_a_question_is_answered_by_the_calls_own_officer(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast, published=True)
    other = put_call(database, cast, published=True, by=cast.eva, buyer=cast.elsewhere)
    browse(cast.roope).post(f"/procurements/{key}/questions", {"text": "Missä?"})
    with database.reading() as session:
        question = session.scalars(select(Question.id)).one()
    browse(cast.eva).post(f"/procurements/{key}/questions/{question}/answer", {"text": "!"}, 404)
    browse(cast.eva).post(f"/procurements/{other}/questions/{question}/answer", {"text": "!"}, 404)
    browse(cast.roope).get(f"/procurements/{key}/questions/{question}/answer", 403)


def make_documents(services: Services, clock: SettableClock) -> None:
    """Do the work of the worker."""
    for kind, builder in DOCUMENTS.items():
        register(kind, builder)
    with services.database.reading() as session:
        waiting = list(session.scalars(select(Job.id).where(Job.kind == JOB)))
    for job_id in waiting:
        assert do(services.database, {JOB: TASK}, job_id, clock())


def test_the_calls_document_can_be_downloaded_by_everybody_once_it_is_made(
    browse: Browse, cast: Cast, database: Database, services: Services, clock: SettableClock
) -> None:
    key = put_call(database, cast, published=True)
    browser = browse()
    page = browser.get(f"/procurements/{key}")
    assert page.text.count("is being made into a PDF") == 3
    browser.get(f"/procurements/{key}/documents/call/fi.pdf", 404)
    make_documents(services, clock)
    page = browser.get(f"/procurements/{key}")
    links = [str(link["href"]) for link in page.all('a[href$=".pdf"]')]
    assert links == [f"/procurements/{key}/documents/call/{x}.pdf" for x in ("fi", "sv", "en")]
    contents = {browser.download(link) for link in links}
    assert len(contents) == 3
    assert all(content.startswith(b"%PDF-") for content in contents)
    assert browser.response is not None
    assert "ESIM-12-2026-en.pdf" in browser.response.headers["Content-Disposition"]
    browser.get(f"/procurements/{key}/documents/call/de.pdf", 404)
    browser.get(f"/procurements/{UUID(int=1)}/documents/call/fi.pdf", 404)


def shape(value: object) -> object:
    """The names within a context, whatever their values."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else None


def test_the_document_is_told_exactly_what_its_preview_describes(
    cast: Cast, database: Database
) -> None:
    key = put_call(
        database,
        cast,
        published=True,
        description={"fi": "Toppis"},
        price_weight=Decimal(40),
    )
    with database.reading() as session:
        context = call_context(session, key, "fi")
    told = preview("call", "fi")
    for part in ("buyer", "procurement"):
        assert context[part].keys() == told[part].keys()
    assert context.keys() == told.keys()
    assert context["lots"][0].keys() == told["lots"][0].keys()
    assert context["lots"][0]["options"][0].keys() == told["lots"][0]["options"][0].keys()
    assert context["criteria"][0].keys() == told["criteria"][0].keys()
    points = context["criteria"][0]["points"]
    assert [point["points"] for point in points] == [3, 2, 1, 0]
    assert shape(points[:1]) == shape(told["criteria"][0]["points"][:1])


def test_the_frozen_call_is_what_is_shown(browse: Browse, cast: Cast, database: Database) -> None:
    key = put_call(database, cast, published=True)
    with database.transaction() as session:
        procurement = session.get_one(Procurement, key)
        frozen = dict(procurement.frozen or {})
        first = {**frozen["criteria"][0]}
        first["text"] = {**first["text"], "title": {"en": "As it was frozen"}}
        procurement.frozen = {**frozen, "criteria": [first, *frozen["criteria"][1:]]}
    assert "As it was frozen" in browse().get(f"/procurements/{key}").text
