"""Two envelopes on the pages: no price before its time, then two openers, then a ranking."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from portal.database import Database
from portal.offers.documents import DOCUMENTS
from portal.shared.clock import SteadyClock
from portal.web.unit import Services
from tests.cast import AINOS_PHRASE, OLLIS_PHRASE, Cast
from tests.conftest import SettableClock
from tests.documents.reading import text_of
from tests.evaluation.conftest import TERMS, Evaluating, published
from tests.evaluation.pages.conftest import Browse, make_documents
from tests.offers.conftest import AFTER


@pytest.fixture
def call(database: Database, cast: Cast) -> UUID:
    """The published call, with two envelopes."""
    return published(database, cast, replace(TERMS, two_envelopes=True))


def test_no_page_shows_a_price_before_the_second_opening(
    browse: Browse,
    cast: Cast,
    url: str,
    lot_url: str,
    evaluating: Evaluating,
    after: SettableClock,
) -> None:
    evaluating.until("agreed")
    river = evaluating.offer_id(cast.river)
    paths = [
        f"{url}/offers/{river}",
        f"{url}/evaluation",
        f"{url}/suitability",
        f"{url}/prices",
        lot_url,
        f"{lot_url}/joint/{river}",
        f"{lot_url}/conformity/{river}",
        f"{url}/decision",
        f"{url}/opening",
    ]
    for path in paths:
        page = browse(cast.olli).get(path)
        for price in ("58.00", "52.50", "58", "52.5"):
            assert f"€{price}" not in page.text
    assert "The prices are sealed" in browse(cast.olli).get(f"{url}/offers/{river}").text
    assert "The prices are still sealed." in browse(cast.eeva).get(lot_url).text
    assert "58.00" in browse(cast.roope).get(f"{url}/offer").text


def test_two_openers_open_the_prices(
    browse: Browse,
    cast: Cast,
    url: str,
    lot_url: str,
    evaluating: Evaluating,
    after: SettableClock,
    services: Services,
    with_htmx: bool,
) -> None:
    evaluating.until("assessed")
    evaluating.declare(cast.aino)
    first, second = browse(cast.olli, htmx=with_htmx), browse(cast.aino, htmx=with_htmx)
    page = first.get(f"{url}/prices")
    assert "Not every offer has been judged and given its joint score" in page.text
    assert not page.has("main form")
    page = first.post(f"{url}/prices/request", {}, 422)
    assert page.errors == ["Not every offer has been judged and scored yet."]
    evaluating.agree_all()
    first.get(f"{url}/prices")
    first.submit("main form", phrase=OLLIS_PHRASE)
    page = first.follow()
    assert "log in with an account of their own" in page.text
    page = first.post(f"{url}/prices/confirm", {}, 422)
    assert page.errors == ["Two different openers are needed to open the offers."]
    second.get(f"{url}/prices")
    second.submit("main form", phrase=AINOS_PHRASE)
    page = second.follow()
    assert page.flashes == ["All prices have been opened."]
    assert "€58.00" in page.text
    page = browse(cast.olli).get(lot_url)
    assert "87.87" in page.text
    assert not page.has('a[href*="/joint/"]:-soup-contains("Change the joint score")')
    make_documents(services, evaluating, DOCUMENTS)
    link = str(browse(cast.eeva).get(f"{url}/prices").one('a[href$="/prices/record"]')["href"])
    record = text_of(browse(cast.eeva).download(link)).replace("\xa0", " ")
    for said in ("Hinnat avattu", "58,00 €", "52,50 €", "Olli Ostaja", "Aino Avaaja"):
        assert said in record


def test_no_price_is_opened_while_the_clock_is_in_doubt(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A database server's own clock is not of this February.
    monkeypatch.setattr("portal.web.unit.clock_offset_ms", lambda _session: 0)
    evaluating.until("agreed")
    ran, wrong = 0.0, timedelta(0)
    services.clock = SteadyClock(lambda: AFTER + timedelta(seconds=ran) + wrong, lambda: ran)
    first = browse(cast.olli)
    wrong = timedelta(hours=1)
    for step in ("request", "confirm"):
        answer = first.whatever("POST", f"{url}/prices/{step}")
        assert answer.status_code == 422
        assert "clock" in answer.get_data(as_text=True)
    wrong = timedelta(0)
    first.get(f"{url}/prices")
    first.submit("main form", phrase=OLLIS_PHRASE)


def test_one_envelope_has_no_such_page(
    browse: Browse, cast: Cast, database: Database, after: SettableClock
) -> None:
    call = published(database, cast, replace(TERMS, reference="ESIM/2/2026"))
    plain = Evaluating(database, cast, call)
    plain.until("declared")
    browse(cast.olli).get(f"/procurements/{call}/prices", 404)
    browse(cast.olli).post(f"/procurements/{call}/prices/request", {}, 404)


def test_the_page_waits_for_a_declaration_and_is_shut_by_a_conflict(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, after: SettableClock
) -> None:
    evaluating.until("agreed")
    browse(cast.aino).get(f"{url}/prices", 422)
    evaluating.declare(cast.aino, conflicts=[cast.river])
    for path in ("/prices", "/prices/record"):
        page = browse(cast.aino).get(f"{url}{path}", 422)
        assert "You have declared a conflict of interest" in page.text
    browse(cast.roope).get(f"{url}/prices", 403)


def test_the_call_says_that_it_has_two_envelopes(browse: Browse, url: str) -> None:
    page = browse().get(url)
    assert "The procurement has two envelopes." in page.text
    assert "A comparison price under 80 percent" in page.text
