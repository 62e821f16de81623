"""The page on which an offer is judged for a lot, and what it does to the lot's page."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.evaluation import usecases
from portal.evaluation.models import Clarification, ConformityJudgement
from portal.organisations.models import Organisation
from portal.permissions import Kind, Role
from tests.cast import Cast, organisation, person
from tests.conftest import SettableClock
from tests.evaluation.conftest import Evaluating
from tests.evaluation.pages.conftest import Browse


@pytest.fixture
def address(lot_url: str, evaluating: Evaluating, cast: Cast, after: SettableClock) -> str:
    """Where Rantaopisto's offer is judged, once both offers have been opened."""
    evaluating.until("judged")
    return f"{lot_url}/conformity/{evaluating.offer_id(cast.shore)}"


def test_an_officer_leaves_out_an_offer_that_does_not_conform(
    browse: Browse,
    cast: Cast,
    lot_url: str,
    address: str,
    database: Database,
    with_htmx: bool,
) -> None:
    browser = browse(cast.olli, htmx=with_htmx)
    assert f'href="{address}"' in str(browser.get(lot_url).one("main"))
    browser.get(address)
    page = browser.submit("#conformity", {"conforms": "no"}, status=422)
    assert page.errors == ["Give a reason."]
    page = browser.submit("#conformity", {"conforms": "low_price", "reason": "x"}, status=422)
    assert page.errors == ["Choose one of these."]
    browser.submit("#conformity", {"conforms": "no", "reason": "Ryhmäkoko puuttuu."})
    page = browser.follow()
    assert page.flashes == ["The judgement is recorded."]
    assert "left out: not conforming with the call" in page.text
    assert "Ryhmäkoko puuttuu." in page.text
    with database.reading() as session:
        assert not session.scalars(select(ConformityJudgement)).one().conforms
    assert "Rantaopisto" in browse(cast.eeva).get(lot_url).text
    assert not browse(cast.eeva).get(lot_url).has('a[href*="/conformity/"]')


def test_the_second_of_two_judges_is_shown_both_texts(
    browse: Browse, cast: Cast, address: str, database: Database
) -> None:
    here, there = browse(cast.olli), browse(cast.olli)
    here.get(address)
    there.get(address)
    there.submit("#conformity", {"conforms": "no", "reason": "Toisaalla kirjattu."})
    mine = {"conforms": "yes", "reason": "Tässä kirjattu."}
    page = here.submit("#conformity", mine, status=422)
    assert page.errors == [
        "Somebody changed this while you were working on it. Look at the newest version first."
    ]
    assert "Toisaalla kirjattu." in page.one("#standing").get_text()
    assert page.value("reason") == "Tässä kirjattu."
    here.submit("#conformity")
    with database.reading() as session:
        kept = {
            row.reason: row.replaced_at is None
            for row in session.scalars(select(ConformityJudgement))
        }
    assert kept == {"Toisaalla kirjattu.": False, "Tässä kirjattu.": True}


def test_the_second_judge_of_suitability_is_shown_both_texts(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, after: SettableClock
) -> None:
    evaluating.until("declared")
    address = f"{url}/suitability/{evaluating.offer_id(cast.river)}"
    here, there = browse(cast.olli), browse(cast.olli)
    here.get(address)
    there.get(address)
    there.submit("#judge", {"suitable": "no", "reason": "Verovelka."})
    page = here.submit("#judge", {"suitable": "yes", "reason": "Kunnossa."}, status=422)
    assert "Verovelka." in page.one("#standing").get_text()
    assert page.value("reason") == "Kunnossa."
    here.submit("#judge")
    assert "Kunnossa." in here.follow().text


def test_only_the_officer_judges_and_nothing_once_the_lot_is_awarded(
    browse: Browse, cast: Cast, lot_url: str, address: str, evaluating: Evaluating
) -> None:
    for reader in (cast.eeva, cast.paula, cast.roope, cast.aino):
        browse(reader).get(address, 403)
    browse(cast.eva).get(address, 404)
    other = UUID(int=7)
    browse(cast.olli).get(f"{lot_url}/conformity/{other}", 404)
    evaluating.assess_all()
    evaluating.agree_all()
    evaluating.award(cast.river)
    page = browse(cast.olli).get(address)
    assert not page.has("#conformity")
    page = browse(cast.olli).post(address, {"conforms": "no", "reason": "x"}, 422)
    assert page.errors == ["This cannot be done at this stage."]


def third(evaluating: Evaluating, database: Database) -> Organisation:
    """A third bidder, so that a mean of the others' prices says something."""
    with database.transaction() as session:
        session.expire_on_commit = False
        provider = organisation(session, "Metsäopisto", None, Kind.PROVIDER)
        writer = person(session, "Meeri Metsä", provider, Role.REPRESENTATIVE)
    evaluating.offer(provider, writer, Decimal("31.00"))
    return provider


def test_a_low_price_is_flagged_explained_and_only_then_excluded(
    browse: Browse,
    cast: Cast,
    url: str,
    lot_url: str,
    evaluating: Evaluating,
    after: SettableClock,
    database: Database,
) -> None:
    provider = third(evaluating, database)
    evaluating.until("declared")
    browser = browse(cast.olli)
    page = browser.get(lot_url)
    # (58.00 + 52.50) / 2 = 55.25, of which 31.00 is 56.11 percent.
    assert "Unusually low price The comparison price €31.00 is 56.11 percent" in page.text
    assert "€55.25" in page.text
    address = f"{lot_url}/conformity/{evaluating.offer_id(provider)}"
    page = browser.get(address)
    assert not page.has('[value="low_price"]')
    browser.get(str(page.one('a[href*="clarifications/new"]')["href"]))
    browser.submit("#ask-clarification", {"text": "Mistä hinta muodostuu?"})
    assert "unusually low price" in browser.follow().text
    with database.reading() as session:
        asked = session.scalars(select(Clarification)).one()
        assert (asked.kind, asked.offer.provider_id) == ("low_price", provider.id)
    assert not browser.get(address).has('[value="low_price"]')
    after.move(days=30)
    browser.get(address)
    browser.submit("#conformity", {"conforms": "low_price", "reason": "Selvitystä ei saatu."})
    page = browser.follow()
    assert "left out: unusually low price without a satisfactory explanation" in page.text
    evaluating.refused(
        lambda: evaluating.do(
            usecases.award, cast.olli, lot="sea", provider=provider, reason="Halvin."
        ),
        "scores_missing",
    )
