from __future__ import annotations

from uuid import uuid4

from sqlalchemy import select

from portal.audit.models import ReadEntry
from portal.offers.rules import Promise, Secret
from portal.web.unit import Services
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.evaluation.conftest import KEYS, PRICES, Evaluating
from tests.evaluation.pages.conftest import Browse


def test_an_opened_offer_is_shown_whole_and_the_reading_is_recorded(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    after: SettableClock,
    services: Services,
) -> None:
    evaluating.offer(
        cast.river,
        cast.roope,
        PRICES["river"],
        promises=(Promise(KEYS[0], "Ryhmä alkaa viidessä päivässä."),),
        secrets=(Secret(KEYS[1], "Palkkaukset."),),
        file=b"a file",
    )
    evaluating.open()
    evaluating.declare(cast.olli)
    browser = browse(cast.olli)
    offer = evaluating.offer_id(cast.river)
    page = browser.get(f"{url}/offers/{offer}")
    for shown in ("58.00", "Jokiopisto vastaa: service_process.", "viidessä", "Palkkaukset."):
        assert shown in page.text
    link = str(page.one('a[href*="/files/"]')["href"])
    assert browser.download(link) == b"a file"
    browser.get(f"{url}/offers/{offer}/files/{uuid4()}", 404)
    browser.get(f"{url}/offers/{uuid4()}", 404)
    with services.reads_database.reading() as session:
        read = {row.subject for row in session.scalars(select(ReadEntry))}
    assert {str(offer), link.rpartition("/")[2]} <= read


def test_an_officer_judges_with_a_reason(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    after: SettableClock,
    with_htmx: bool,
) -> None:
    evaluating.until("declared")
    browser = browse(cast.olli, htmx=with_htmx)
    offer = evaluating.offer_id(cast.shore)
    assert browser.get(f"{url}/suitability").text.count("Not judged") == 2
    browser.get(f"{url}/suitability/{offer}")
    page = browser.submit("#judge", {"reason": ""}, status=422)
    assert page.errors == ["Choose one of these.", "Give a reason."]
    browser.submit("#judge", {"suitable": "no", "reason": "Selvitys puuttuu."})
    page = browser.follow()
    assert page.flashes == ["The judgement is recorded."]
    assert "Selvitys puuttuu." in page.text
    assert "Olli Ostaja" in page.text
    page = browser.get(f"{url}/suitability/{offer}")
    assert page.value("reason") == "Selvitys puuttuu."
    assert "Unsuitable" in browse(cast.eeva).get(f"{url}/suitability").text
    assert not browse(cast.eeva).get(f"{url}/suitability").has('a[href*="/suitability/"]')


def test_a_judgement_stands_once_the_lot_is_awarded(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating
) -> None:
    evaluating.until("awarded")
    browser = browse(cast.olli)
    page = browser.get(f"{url}/suitability/{evaluating.offer_id(cast.shore)}")
    assert not page.has("#judge")
    page = browser.post(page.url, {"suitable": "no", "reason": "Myöhässä."}, 422)
    assert page.errors == ["This cannot be done at this stage."]
