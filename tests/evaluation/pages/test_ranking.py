from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.evaluation.models import Award, JointScore
from portal.web.unit import Services
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.documents.reading import text_of
from tests.evaluation.conftest import KEYS, RIVER, SHORE, Evaluating
from tests.evaluation.pages.conftest import Browse, make_documents, typed
from tests.inspection import words
from tests.page import Page


def ranking(page: Page) -> list[list[str]]:
    """The rows of the ranking."""
    return [[words(cell) for cell in row.select("td, th")] for row in page.all("#ranking tr")]


def test_a_joint_score_is_agreed_beside_the_assessors_points(
    browse: Browse,
    cast: Cast,
    lot_url: str,
    evaluating: Evaluating,
    after: SettableClock,
    with_htmx: bool,
    database: Database,
) -> None:
    evaluating.until("assessed")
    browser = browse(cast.olli, htmx=with_htmx)
    page = browser.get(lot_url)
    assert "The ranking is shown when every offer" in page.text
    address = f"{lot_url}/joint/{evaluating.offer_id(cast.river)}"
    page = browser.get(address)
    for name in ("Eeva Arvioija perustelee.", "Erik Arvioija perustelee."):
        assert name in page.text
    page = browser.submit("#joint", typed((3, 2, 3, None)), status=422, button="next")
    assert page.errors == ["Choose the points."]
    browser.submit("#joint", typed(RIVER, "Paneeli sopi."), button="next")
    page = browser.follow()
    assert page.flashes == ["The joint score is recorded."]
    assert "Joint score 3 2 3 2" in page.text
    with database.reading() as session:
        score = session.scalars(select(JointScore)).one()
        assert score.points[KEYS[0]] == {"points": 3, "reason": "Paneeli sopi."}
    assert browser.get(address).value(f"reason-{KEYS[0]}") == "Paneeli sopi."


def test_earlier_versions_of_a_joint_score_are_read_with_their_reasons(
    browse: Browse, cast: Cast, lot_url: str, evaluating: Evaluating
) -> None:
    evaluating.until("agreed")
    browser = browse(cast.olli)
    address = f"{lot_url}/joint/{evaluating.offer_id(cast.river)}"
    before = browser.get(address).value(f"reason-{KEYS[0]}")
    browser.submit("#joint", typed(SHORE, "Sovittiin toisin."), button="next")
    earlier = words(browser.get(address).one("section[aria-labelledby=earlier]"))
    assert "Version 1, agreed on" in earlier
    assert f"{RIVER[0]} points {before}" in earlier
    assert "Sovittiin toisin." not in earlier


def test_the_ranking_shows_every_step_of_the_points(
    browse: Browse, cast: Cast, lot_url: str, evaluating: Evaluating
) -> None:
    evaluating.until("agreed")
    page = browse(cast.olli).get(lot_url)
    assert ranking(page) == [
        ["1", "Jokiopisto", "€58.00", "36.21", "51.67", "87.87"],
        ["2", "Rantaopisto", "€52.50", "40.00", "38.33", "78.33"],
    ]
    for step in ("40 × 52.50 / 58.00", "20 × 3 / 3", "10 × 2 / 3", "6.67", "15 × 1 / 3"):
        assert step in page.text
    for reader in (cast.paula, cast.eeva, cast.erik):
        assert ranking(browse(reader).get(lot_url)) == ranking(page)
        assert not browse(reader).get(lot_url).has("#award")


def test_an_evaluator_who_has_not_assessed_sees_no_joint_score_and_no_ranking(
    browse: Browse, cast: Cast, lot_url: str, evaluating: Evaluating, database: Database
) -> None:
    evaluating.offer_both()
    evaluating.appoint(cast.eeva)
    evaluating.open()
    evaluating.declare(cast.olli, cast.eeva)
    evaluating.judge(cast.river, cast.shore)
    evaluating.assess(cast.eeva, cast.river, RIVER)
    evaluating.assess(cast.eeva, cast.shore, SHORE)
    evaluating.agree_all()
    evaluating.appoint(cast.erik)
    evaluating.declare(cast.erik)
    page = browse(cast.erik).get(lot_url)
    assert ranking(page) == []
    assert "Joint score" not in page.text
    assert "Eeva" not in page.text


def test_the_first_in_the_ranking_is_awarded_and_the_sheet_is_made(
    browse: Browse,
    cast: Cast,
    lot_url: str,
    evaluating: Evaluating,
    after: SettableClock,
    services: Services,
    with_htmx: bool,
) -> None:
    evaluating.until("agreed")
    browser = browse(cast.olli, htmx=with_htmx)
    browser.get(lot_url)
    river, shore = evaluating.offer_id(cast.river), evaluating.offer_id(cast.shore)
    page = browser.submit("#award", {"provider": str(river)}, status=422)
    assert page.errors == ["Give a reason."]
    chosen = {"provider": str(shore), "reason": "Edullisin."}
    page = browser.submit("#award", chosen, status=422)
    assert page.errors == ["This offer is not the first in the ranking."]
    assert page.value("reason") == "Edullisin."
    browser.submit("#award", {"provider": str(river), "reason": "Paras hinta-laatusuhde."})
    page = browser.follow()
    assert page.flashes == ["The lot is awarded."]
    assert "Awarded to Jokiopisto" in page.text
    assert not page.has("#award")
    assert "is being made into a PDF" in page.text
    make_documents(services, evaluating)
    link = str(browser.get(lot_url).one('a[href$="/result-sheet"]')["href"])
    sheet = text_of(browser.download(link)).replace("\xa0", " ")
    for said in ("40 × 52,50 / 58,00", "87,87", "78,33", "Paneeli sopi."):
        assert said in sheet
    for reader, status in ((cast.eva, 404), (cast.roope, 403), (cast.paula, 200)):
        browse(reader).get(link, status)


@pytest.mark.parametrize("order", ["river first", "shore first"])
def test_a_tie_is_settled_by_a_recorded_draw(
    browse: Browse,
    cast: Cast,
    lot_url: str,
    evaluating: Evaluating,
    after: SettableClock,
    database: Database,
    order: str,
) -> None:
    evaluating.offer(cast.river, cast.roope, Decimal(50))
    evaluating.offer(cast.shore, cast.sanna, Decimal(50))
    evaluating.appoint(cast.eeva)
    evaluating.open()
    evaluating.declare(cast.olli, cast.eeva)
    evaluating.judge(cast.river, cast.shore)
    for provider in (cast.river, cast.shore):
        evaluating.assess(cast.eeva, provider, RIVER)
        evaluating.agree(provider, RIVER)
    drawn = [str(evaluating.offer_id(cast.river)), str(evaluating.offer_id(cast.shore))]
    if order == "shore first":
        drawn.reverse()
    browser = browse(cast.olli)
    page = browser.get(lot_url)
    assert [row[0] for row in ranking(page)] == ["1", "1"]
    assert "Offers share the first place" in page.text
    chosen = {"provider": drawn[0], "reason": "Arvottiin."}
    page = browser.submit("#award", chosen, status=422)
    assert page.errors == ["This offer is not the first in the ranking."]
    half = {**chosen, "draw-1": drawn[0], "draw-2": drawn[0]}
    page = browser.submit("#award", half, status=422)
    assert page.errors == ["Give the whole draw, with each provider in one place only."]
    browser.submit("#award", {**chosen, "draw-1": drawn[0], "draw-2": drawn[1]})
    page = browser.follow()
    assert [row[0] for row in ranking(page)] == ["1", "2"]
    assert "Lots were drawn, in this order:" in page.text
    with database.reading() as session:
        assert session.scalars(select(Award)).one().draw == drawn


def test_a_lot_without_offers_says_so(
    browse: Browse, cast: Cast, lot_url: str, evaluating: Evaluating
) -> None:
    evaluating.open()
    evaluating.declare(cast.olli)
    assert "No offers had arrived for this lot." in browse(cast.olli).get(lot_url).text
    browse(cast.olli).get(f"{lot_url}-other", 404)
