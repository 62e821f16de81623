from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from portal.database import Database
from portal.offers.models import Offer
from portal.organisations.models import Person
from portal.permissions import Kind, Role
from portal.procurement.models import Procurement
from tests.cast import Cast, organisation, person
from tests.conftest import SettableClock
from tests.evaluation.conftest import TERMS, Evaluating, published
from tests.evaluation.pages.conftest import Browse


def test_before_the_opening_nothing_tells_of_offers(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating
) -> None:
    evaluating.appoint(cast.eeva)
    for reader in (cast.olli, cast.paula, cast.eeva):
        browser = browse(reader)
        assert "Sealed until 06/02/2026 12:00" in browser.get(f"{url}/evaluation").text
    without = browse(cast.olli).get(f"{url}/evaluation").text
    evaluating.declare(cast.olli)
    declared = browse(cast.olli).get(f"{url}/evaluation").text
    evaluating.offer_both()
    assert browse(cast.olli).get(f"{url}/evaluation").text == declared != without
    for path in ("suitability", "decision", "evaluation/lots/sea"):
        page = browse(cast.olli).get(f"{url}/{path}", 422)
        assert "The offers have not been opened yet." in page.text


def test_only_those_who_take_part_find_an_evaluation(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating
) -> None:
    evaluating.until("opened")
    paths = ("evaluation", "interests", "suitability", "evaluation/lots/sea", "decision")
    for path in paths:
        missing = browse(cast.eva).get(f"/procurements/{uuid4()}/{path}", 404)
        assert browse(cast.eva).get(f"{url}/{path}", 404).text == missing.text
        for reader in (cast.roope, cast.kaisa, cast.ada):
            expected = 404 if path == "decision" and reader is cast.roope else 403
            browse(reader).get(f"{url}/{path}", expected)


def test_an_evaluator_who_has_not_been_appointed_finds_nothing(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating
) -> None:
    evaluating.appoint(cast.eeva)
    browse(cast.eeva).get(f"{url}/evaluation")
    browse(cast.erik).get(f"{url}/evaluation", 404)
    assert browse(cast.erik).get("/evaluations").all("tbody tr") == []


def test_the_steps_say_what_waits_for_the_reader(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, after: SettableClock
) -> None:
    evaluating.until("opened")
    page = browse(cast.eeva).get(f"{url}/evaluation")
    assert "Declaration of interests Waits for you" in page.text
    assert "Jokiopisto" not in page.text
    evaluating.declare(cast.eeva, cast.olli, cast.paula, cast.erik)
    page = browse(cast.eeva).get(f"{url}/evaluation")
    assert "Your assessments 2 offers to assess" in page.text
    assert "Jokiopisto" in page.text
    assert "2 offers to judge" in browse(cast.olli).get(f"{url}/evaluation").text
    evaluating.judge(cast.river, cast.shore)
    evaluating.assess_all()
    page = browse(cast.eeva).get(f"{url}/evaluation")
    assert "Your assessments All handed in" in page.text
    evaluating.agree_all()
    evaluating.award(cast.river)
    assert "Award decision Waits for you" in browse(cast.paula).get(f"{url}/evaluation").text
    evaluating.issue()
    assert "Award decision Issued on 06/02/2026" in browse(cast.olli).get(f"{url}/evaluation").text


def test_the_list_names_what_waits(
    browse: Browse, cast: Cast, evaluating: Evaluating, after: SettableClock
) -> None:
    evaluating.until("opened")
    page = browse(cast.erik).get("/evaluations")
    assert "Declare your interests" in page.text
    evaluating.declare(cast.erik)
    assert "2 offers to assess" in browse(cast.erik).get("/evaluations").text
    evaluating.assess(cast.erik, cast.river, None)
    assert "1 offer to assess" in browse(cast.erik).get("/evaluations").text
    evaluating.declare(cast.erik, conflicts=[cast.shore])
    page = browse(cast.erik).get("/evaluations")
    assert "Conflict of interest" in page.text
    assert not page.has("tbody a")


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_list_takes_as_many_queries_for_one_procurement_as_for_many(
    browse: Browse, cast: Cast, database: Database, count: int
) -> None:
    for n in range(count):
        call = published(database, cast, replace(TERMS, reference=f"ESIM/{n + 1}/2026"))
        evaluating = Evaluating(database, cast, call)
        evaluating.appoint(cast.eeva)
    browser = browse(cast.eeva)
    assert len(browser.get("/evaluations").all("tbody tr")) == min(count, 20)
    assert browser.queries <= 9


def with_offers(database: Database, evaluating: Evaluating, count: int) -> list[Offer]:
    """Offers of as many providers, opened, with a panel of two."""
    cast = evaluating.cast
    for n in range(count):
        with database.transaction() as session:
            session.expire_on_commit = False
            provider = organisation(session, f"Opisto {n:02}", None, Kind.PROVIDER)
            writer = person(session, f"Kirjoittaja{n:02} K", provider, Role.REPRESENTATIVE)
        evaluating.offer(provider, writer, TERMS.price_weight or 0 + n)  # type: ignore[arg-type]
    evaluating.appoint(cast.eeva, cast.erik)
    evaluating.open()
    evaluating.declare(cast.olli, cast.paula, cast.eeva, cast.erik)
    with database.reading() as session:
        offers = list(session.query(Offer).where(Offer.procurement_id == evaluating.call))
        for offer in offers:
            assert offer.provider.name
    for offer in offers:
        evaluating.judge(offer.provider)
        for by in (cast.eeva, cast.erik):
            evaluating.assess(by, offer.provider, (1, 2, 3, 0))
        evaluating.agree(offer.provider, (1, 2, 3, 0))
    return offers


@pytest.mark.parametrize("count", [1, 3, 30])
def test_no_page_takes_more_queries_for_more_offers(
    browse: Browse,
    cast: Cast,
    database: Database,
    url: str,
    lot_url: str,
    evaluating: Evaluating,
    after: SettableClock,
    count: int,
) -> None:
    offers = with_offers(database, evaluating, count)
    assert len(offers) == count
    most = {
        f"{url}/evaluation": 36,
        f"{url}/suitability": 22,
        lot_url: 8,
        f"{lot_url}/joint/{offers[0].id}": 8,
        f"{url}/decision": 34,
        f"{url}/offers/{offers[0].id}": 22,
    }
    for path, limit in most.items():
        browser = browse(cast.olli)
        browser.get(path)
        assert browser.queries <= limit, f"{path} took {browser.queries}"
    browser = browse(cast.eeva)
    browser.get(f"{lot_url}/assessments/{offers[0].id}")
    assert browser.queries <= 8
    with database.reading() as session:
        assert session.get_one(Procurement, evaluating.call).state == "opened"
        assert session.get_one(Person, cast.olli.id)


def test_evaluations_are_sorted_by_a_column_that_the_address_names(
    browse: Browse, cast: Cast, url: str
) -> None:
    olli = browse(cast.olli)
    heads = olli.get("/evaluations").all("a.sorted-head")
    assert len(heads) == 3
    for head in heads:
        page = olli.get(str(head["href"]))
        assert len(page.all("tbody tr")) == 1
        assert page.one("th[aria-sort]")["aria-sort"] == "ascending"
