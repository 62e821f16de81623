from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.evaluation.models import AwardDecision
from portal.organisations.models import Membership, Person
from portal.permissions import Role
from portal.web.unit import Services
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.documents.reading import text_of
from tests.evaluation.conftest import Evaluating
from tests.evaluation.pages.conftest import Browse, make_documents
from tests.page import Page, words


def standstill(page: Page) -> list[str]:
    """The days of the standstill with their reasons."""
    return [words(row) for row in page.all("#standstill tr")]


def test_the_check_page_names_what_is_missing(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating
) -> None:
    evaluating.until("agreed")
    browser = browse(cast.paula)
    page = browser.get(f"{url}/decision")
    assert "These lots have not been awarded: Sea district" in page.text
    assert not page.has("main form")
    page = browser.post(f"{url}/decision", {}, 422)
    assert page.errors == ["Every lot must be awarded or discontinued before the decision."]


def test_a_decision_maker_issues_the_decision(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    after: SettableClock,
    with_htmx: bool,
) -> None:
    evaluating.until("awarded")
    assert (
        "The decision maker issues the decision." in browse(cast.olli).get(f"{url}/decision").text
    )
    browser = browse(cast.paula, htmx=with_htmx)
    browser.get(f"{url}/decision")
    browser.submit("main form")
    page = browser.follow()
    assert page.flashes == ["The decision is issued to every bidder."]
    # Friday 6 February and 14 days: Friday 20 February, a working day.
    assert standstill(page) == [
        "06/02/2026 The decision is received. This day is not counted.",
        "20/02/2026 The last day of the standstill.",
        "21/02/2026 The first day on which the contract may be approved.",
    ]
    assert not page.has("main form")
    page = browser.post(f"{url}/decision", {}, 422)
    assert page.errors == ["This cannot be done at this stage."]


def test_the_standstill_is_explained_over_the_holidays(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating
) -> None:
    evaluating.until("awarded")
    evaluating.issue(at=datetime(2026, 4, 17, 7, 0, tzinfo=UTC))
    assert standstill(browse(cast.olli).get(f"{url}/decision")) == [
        "17/04/2026 The decision is received. This day is not counted.",
        "01/05/2026 The count of days leads here.",
        "01/05/2026 The first of May, so the last day moves on.",
        "02/05/2026 A Saturday, so the last day moves on.",
        "03/05/2026 A Sunday, so the last day moves on.",
        "04/05/2026 The last day of the standstill.",
        "05/05/2026 The first day on which the contract may be approved.",
    ]


def test_who_has_prepared_may_not_decide_unless_the_installation_says_so(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    services: Services,
    after: SettableClock,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with database.transaction() as session:
        olli = session.get_one(Person, cast.olli.id)
        olli.memberships.append(Membership(organisation_id=cast.buyer.id, role=Role.DECISION_MAKER))
    evaluating.until("awarded")
    page = browse(cast.olli).post(f"{url}/decision", {}, 422)
    assert page.errors == ["One person may not hold both of these duties in one procurement."]
    pair = frozenset({frozenset({"preparing", "deciding"})})
    allowing = services.settings.model_copy(update={"combined_duties": pair})
    monkeypatch.setattr(services, "settings", allowing)
    browse(cast.olli).post(f"{url}/decision")
    with database.reading() as session:
        assert session.scalars(select(AwardDecision)).one().first_signing_day == date(2026, 2, 21)


def test_bidders_read_the_decision_and_their_own_letter_only(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, services: Services
) -> None:
    evaluating.until("awarded")
    for person in (cast.roope, cast.sanna):
        browse(person).get(f"{url}/decision", 404)
    evaluating.issue()
    assert "is being made into a PDF" in browse(cast.sanna).get(f"{url}/decision").text
    make_documents(services, evaluating)
    letters = {}
    for person, own, other in (
        (cast.sanna, "Rantaopisto", "Jokiopisto"),
        (cast.roope, "Jokiopisto", "Rantaopisto"),
    ):
        browser = browse(person)
        page = browser.get(f"{url}/decision")
        assert f"letter to {own}" in page.text
        assert f"letter to {other}" not in page.text
        assert not page.has('a[href*="/evaluation"]')
        link = str(page.one('a[href*="/letters/"]')["href"])
        letters[own] = link, text_of(browser.download(link))
        assert "Jokiopisto" in text_of(browser.download(f"{url}/decision/pdf"))
    assert "38,33" in letters["Rantaopisto"][1]
    assert "87,87" in letters["Rantaopisto"][1]
    browse(cast.roope).get(letters["Rantaopisto"][0], 404)
    for handler in (cast.olli, cast.paula):
        assert browse(handler).download(f"{url}/decision/pdf").startswith(b"%PDF-")
        browse(handler).get(letters["Rantaopisto"][0], 403)


def test_officers_find_the_way_to_the_contracts(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating
) -> None:
    evaluating.until("decided")
    contracts = "contracts.conclude" in browse(cast.olli).app.view_functions
    page = browse(cast.olli).get(f"{url}/decision")
    assert ("Conclude the contract" in page.text) is contracts
    assert "Conclude the contract" not in browse(cast.paula).get(f"{url}/decision").text


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_decision_is_read_in_every_language(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, language: str
) -> None:
    evaluating.until("decided")
    for path in ("decision", "evaluation", "suitability", "evaluation/lots/sea", "interests"):
        browse(cast.olli, language).get(f"{url}/{path}")


def test_the_clock_of_the_request_is_what_counts(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, after: SettableClock
) -> None:
    evaluating.until("awarded")
    after.move(days=3)
    browse(cast.paula).post(f"{url}/decision")
    page = browse(cast.paula).get(f"{url}/decision")
    assert standstill(page)[0].startswith("09/02/2026")
