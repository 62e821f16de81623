from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.database import Database
from portal.offers.models import Opening
from tests.cast import OLLIS_PHRASE, Cast
from tests.conftest import SettableClock
from tests.evaluation.conftest import KEYS, RIVER, Evaluating
from tests.evaluation.pages.conftest import Browse, typed


def test_every_provider_of_the_portal_is_listed_whether_or_not_it_has_offered(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating
) -> None:
    before = browse(cast.olli).get(f"{url}/interests").text
    assert "Jokiopisto" in before
    assert "Rantaopisto" in before
    assert "Muualan hankinta" not in before
    evaluating.offer(cast.river, cast.roope, 1)  # type: ignore[arg-type]
    assert browse(cast.olli).get(f"{url}/interests").text == before


def test_having_no_ties_opens_the_offers(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    after: SettableClock,
    with_htmx: bool,
) -> None:
    evaluating.until("opened")
    browser = browse(cast.olli, htmx=with_htmx)
    page = browser.get(f"{url}/suitability", 422)
    assert "Declare your interests first." in page.text
    assert "Jokiopisto" not in page.text
    browser.get(f"{url}/interests")
    browser.submit("#interests")
    page = browser.follow()
    assert page.flashes == ["Your interests are declared."]
    assert "Jokiopisto" in page.text
    assert "You have declared that you have no ties" in browser.get(f"{url}/interests").text


def pages(url: str, offer: object) -> list[str]:
    """Every page of the evaluation."""
    return [
        f"{url}/evaluation",
        f"{url}/interests",
        f"{url}/offers/{offer}",
        f"{url}/offers/{offer}/files/{offer}",
        f"{url}/suitability",
        f"{url}/suitability/{offer}",
        f"{url}/evaluation/lots/sea",
        f"{url}/evaluation/lots/sea/assessments/{offer}",
        f"{url}/evaluation/lots/sea/joint/{offer}",
        f"{url}/decision",
        f"{url}/decision/pdf",
    ]


@pytest.mark.parametrize("reader", ["olli", "paula", "eeva"])
def test_one_conflict_closes_every_page_and_every_act(
    browse: Browse,
    cast: Cast,
    url: str,
    lot_url: str,
    evaluating: Evaluating,
    after: SettableClock,
    reader: str,
    with_htmx: bool,
) -> None:
    evaluating.until("opened")
    evaluating.appoint(cast.eeva)
    by = getattr(cast, reader)
    browser = browse(by, htmx=with_htmx)
    page = browser.get(f"{url}/interests")
    browser.submit("#interests", {"conflicts": [str(cast.river.id)]})
    page = browser.follow()
    assert page.flashes == [
        "You have declared a conflict of interest. You do not handle these offers."
    ]
    river, shore = evaluating.offer_id(cast.river), evaluating.offer_id(cast.shore)
    for offer in (river, shore):
        for path in pages(url, offer):
            page = browser.get(path, 403 if shut_by_role(reader, path) else 422)
            if page.status == 422:
                assert "You have declared a conflict of interest" in page.text
            assert "Jokiopisto" not in page.text
            assert "58.00" not in page.text
    browser.get(f"{url}/opening", 404)
    acts = {
        "olli": [
            (f"{url}/suitability/{river}", {"suitable": "yes", "reason": "x"}),
            (f"{lot_url}/joint/{river}", typed(RIVER)),
            (f"{lot_url}/award", {"provider": str(river), "reason": "x"}),
        ],
        "paula": [(f"{url}/decision", {})],
        "eeva": [
            (f"{lot_url}/assessments/{river}", typed(RIVER)),
            (f"{lot_url}/assessments/{river}/autosave", typed(RIVER)),
            (f"{lot_url}/assessments/{river}/abstain", {"abstain": "x"}),
        ],
    }
    for path, data in acts[reader]:
        assert "You have declared a conflict of interest" in browser.post(path, data, 422).text
    page = browser.post(f"{url}/interests", {}, 422)
    assert "You have declared a conflict of interest" in page.text


@pytest.mark.parametrize("act", ["request", "confirm"])
def test_an_opener_with_a_conflict_opens_nothing_and_the_attempt_is_on_record(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    after: SettableClock,
    database: Database,
    act: str,
) -> None:
    evaluating.until("offered")
    evaluating.declare(cast.aino, conflicts=[cast.river])
    browse(cast.olli).post(f"{url}/opening/request", {"phrase": OLLIS_PHRASE})
    page = browse(cast.aino).post(f"{url}/opening/{act}", status=422)
    assert "You have declared a conflict of interest" in page.text
    with database.reading() as session:
        opening = session.scalars(select(Opening)).one()
        assert (opening.first_id, opening.opened_at) == (cast.olli.id, None)
        denied = session.scalars(select(AuditEntry).where(AuditEntry.outcome == "denied")).one()
        assert (denied.by, denied.rule) == (cast.aino.id, "conflict_of_interest")


def shut_by_role(reader: str, path: str) -> bool:
    """Whether the role alone already shuts the page."""
    needs = {"/assessments/": "eeva", "/joint/": "olli", "/suitability/": "olli"}
    return any(part in path and reader != only for part, only in needs.items())


@pytest.mark.parametrize("reader", ["olli", "paula", "eeva"])
def test_nothing_of_an_offer_is_shown_before_declaring(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, reader: str
) -> None:
    evaluating.until("opened")
    browser = browse(getattr(cast, reader))
    for path in pages(url, evaluating.offer_id(cast.river)):
        open_still = path.endswith(("/evaluation", "/interests"))
        if shut_by_role(reader, path):
            browser.get(path, 403)
            continue
        page = browser.get(path, 200 if open_still else 422)
        assert KEYS[0] not in page.text
        if not path.endswith("/interests"):
            assert "Jokiopisto" not in page.text
        if not open_still:
            assert "Declare your interests first." in page.text


def test_an_unknown_provider_cannot_be_named(
    browse: Browse, cast: Cast, url: str, database: Database
) -> None:
    page = browse(cast.olli).post(f"{url}/interests", {"conflicts": [str(cast.buyer.id)]}, 422)
    assert page.errors == ["Choose one of these."]
