"""Choosing an own earlier offer, comparing it with the call, taking answers; what has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from portal.audit.models import ReadEntry
from portal.database import Database
from portal.offers.models import Offer
from portal.offers.rules import LotPrice
from portal.web.unit import Services
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.offers.conftest import CALL, DUE, FULL, Acting
from tests.offers.files import pdf
from tests.offers.pages.conftest import TYPED, upload, write_step
from tests.offers.test_reuse import OTHER, published
from tests.page import Browser, Page, words

Browse = Callable[..., Browser]


@pytest.fixture
def other(database: Database, cast: Cast, act: Acting) -> UUID:
    """A second call; in the first the offer of Jokiopisto has been submitted."""
    act.save(replace(FULL, answers={**FULL.answers, "own": "Aloitamme <b>viikon</b> sisällä."}))
    act.submit()
    return published(database, cast, OTHER)


@pytest.fixture
def new_url(other: UUID) -> str:
    return f"/procurements/{other}/offer"


@pytest.fixture
def compare_url(new_url: str, database: Database, cast: Cast) -> str:
    with database.reading() as session:
        return f"{new_url}/earlier/{session.scalars(select(Offer.id)).one()}"


def test_own_earlier_offers_are_listed_with_what_is_common(
    browse: Browse, cast: Cast, new_url: str, compare_url: str
) -> None:
    browser = browse(cast.roope)
    link = browser.get(new_url).one('a[href$="/earlier"]')
    page = browser.get(str(link["href"]))
    assert [words(cell) for cell in page.all("tbody td, tbody th")] == [
        "Toppis capacity ESIM/1/2026",
        "Esimerkkilän hankinta",
        "12/01/2026 09:00",
        "2 of 2",
    ]
    assert page.one("tbody a")["href"] == compare_url
    page = browse(cast.sanna).get(f"{new_url}/earlier")
    assert "has not submitted an offer in any other call" in page.text


def test_the_list_takes_as_many_queries_whatever_its_length(
    browse: Browse, cast: Cast, database: Database, act: Acting, other: UUID, new_url: str
) -> None:
    browser = browse(cast.roope)
    browser.get(f"{new_url}/earlier")
    one = browser.queries
    for n in range(3, 8):
        more = published(database, cast, replace(CALL, reference=f"ESIM/{n}/2026"))
        acting = Acting(database, cast, more)
        acting.save()
        acting.submit()
    page = browser.get(f"{new_url}/earlier")
    assert len(page.all("tbody tr")) == 6
    assert browser.queries == one


def test_what_has_changed_in_the_call_is_marked(
    browse: Browse, cast: Cast, compare_url: str
) -> None:
    page = browse(cast.roope, language="fi").get(compare_url)
    first, second = page.all("#reuse section")
    assert not first.select("ins, del")
    assert [words(added) for added in second.select("ins")] == ["[lisätty:] ja milloin [loppu]"]
    assert "Aloitamme <b>viikon</b> sisällä." in second.get_text()
    assert second.find("b") is None


def test_ticked_answers_come_into_the_draft(
    browse: Browse, cast: Cast, compare_url: str, new_url: str
) -> None:
    browser = browse(cast.roope)
    browser.get(compare_url)
    browser.submit("#reuse", answers=["own"], promises=["own"])
    page = browser.follow()
    assert page.flashes == [
        "The answers are in the draft. Read them through: nothing has been submitted."
    ]
    page = browser.get(f"{new_url}/steps/answer-1")
    assert page.value("answer") == "Aloitamme <b>viikon</b> sisällä."
    assert page.value("promise-0-text") == FULL.promises[0].text
    assert browser.get(f"{new_url}/steps/answer-0").value("answer") == ""
    assert browser.get(f"{new_url}/steps/prices").value("price-sea") == ""
    assert "The draft already says this" in browser.get(compare_url).text


def test_an_answer_of_the_draft_is_shown_against_the_earlier_and_replaced_by_a_tick(
    browse: Browse, cast: Cast, compare_url: str, new_url: str
) -> None:
    browser = browse(cast.roope)
    step = f"{new_url}/steps/answer-1"
    write_step(browser, new_url, "answer-1", {"answer": "Aloitamme kuukauden sisällä."})
    page = browser.get(compare_url)
    second = page.all("#reuse section")[1]
    assert "kuukauden" in " ".join(words(gone) for gone in second.select("del"))
    assert [box["name"] for box in second.select("input[type=checkbox]")] == [
        "replacing",
        "promises",
    ]
    page = browser.post(compare_url, {"answers": "own"}, 422)
    (error,) = page.errors
    assert error.startswith("The draft already has an answer to one of these.")
    browser.submit("#reuse", replacing=["own"])
    assert browser.get(step).value("answer") == "Aloitamme <b>viikon</b> sisällä."


def test_nothing_ticked_and_a_draft_changed_meanwhile_are_told(
    browse: Browse, cast: Cast, compare_url: str, new_url: str
) -> None:
    browser = browse(cast.roope)
    browser.get(compare_url)
    page = browser.submit("#reuse", status=422)
    assert page.errors == ["Choose at least one answer or promise to take."]
    write_step(browse(cast.roope), new_url, "answer-0", TYPED["answer-0"])
    page = browser.submit("#reuse", answers=["own"], status=422)
    assert "Somebody changed this" in page.errors[0]
    assert page.one('[name="answers"][value="own"]').has_attr("checked")


def test_another_providers_offer_and_none_look_the_same(
    browse: Browse, cast: Cast, compare_url: str, new_url: str
) -> None:
    sanna = browse(cast.sanna)
    foreign = sanna.get(compare_url, 404)
    named = sanna.get(f"{compare_url}?provider={cast.river.id}", 404)
    missing = sanna.get(f"{new_url}/earlier/{uuid4()}", 404)
    assert foreign.text == named.text == missing.text
    sanna.post(compare_url, {"answers": "own"}, 404)
    for person in (cast.olli, cast.aino, cast.eeva, cast.ada, cast.tarja, cast.tuula):
        browse(person).get(compare_url, 403)
        browse(person).get(f"{new_url}/earlier", 403)


def test_reading_an_earlier_offer_is_recorded(
    browse: Browse, cast: Cast, compare_url: str, services: Services
) -> None:
    browse(cast.roope).get(compare_url)
    with services.reads_database.reading() as session:
        read = session.scalars(select(ReadEntry).where(ReadEntry.page == "offers.compare")).one()
    assert compare_url.endswith(read.subject)


def test_after_the_deadline_nothing_is_taken_any_more(
    browse: Browse, cast: Cast, compare_url: str, new_url: str, clock: SettableClock
) -> None:
    clock.at = DUE + timedelta(seconds=1)
    browser = browse(cast.roope)
    browser.get(f"{new_url}/earlier", 404)
    page = browser.post(compare_url, {"answers": "own"}, 422)
    assert page.errors == ["The deadline for offers has passed."]


def test_the_check_page_shows_what_has_changed_since_submitting(
    browse: Browse, cast: Cast, url: str, act: Acting
) -> None:
    browser = browse(cast.roope)
    act.save()
    assert not browser.get(f"{url}/check").has("#changes")
    act.submit()
    assert not browser.get(f"{url}/check").has("#changes")
    act.save(
        replace(
            FULL,
            lots={"sea": LotPrice(Decimal(59))},
            answers={**FULL.answers, "own": "Aloitamme kuukauden sisällä."},
        )
    )
    upload(browser, url, pdf(), "kuvaus.pdf")
    changes = browser.get(f"{url}/check").one("#changes")
    gone = " ".join(words(one) for one in changes.select("dd del, li del"))
    new = " ".join(words(one) for one in changes.select("dd ins, li ins"))
    assert "€58.50, coordination fee €1,200.00" in gone
    assert "viikon" in gone
    assert "not offered" in new
    assert "€59.00" in new
    assert "kuukauden" in new
    assert "kuvaus.pdf" in new
    act.submit()
    assert not browser.get(f"{url}/check").has("#changes")


def test_a_submission_whose_answer_was_lost_is_found_after_the_deadline(
    browse: Browse, cast: Cast, url: str, write: Callable[..., Page], clock: SettableClock
) -> None:
    browser = browse(cast.roope)
    write(browser)
    seen = browser.get(f"{url}/check").value("seen")
    browser.post(f"{url}/submit", {"seen": seen})
    first = browser.follow().text
    clock.at = DUE + timedelta(seconds=1)
    browser.post(f"{url}/submit", {"seen": seen})
    page = browser.follow()
    assert page.flashes == ["The offer had been submitted in time already."]
    assert page.text == first
    page = browser.post(f"{url}/submit", {"seen": "0" * 64}, 422)
    assert page.errors == ["The deadline for offers has passed."]
