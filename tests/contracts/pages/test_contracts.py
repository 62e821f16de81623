from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from portal.audit.models import ReadEntry
from portal.contracts.models import Contract
from portal.database import Database
from portal.evaluation.models import Award, Conflict, InterestDeclaration
from portal.organisations.models import Membership, Person
from portal.permissions import Role
from portal.procurement.models import Lot
from portal.web.unit import Services
from tests.conftest import SettableClock
from tests.contracts.conftest import CONCLUDED, FIRST_SIGNING, LAST_STANDSTILL_SECOND, Story
from tests.page import Browser

Browse = Callable[..., Browser]


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = CONCLUDED


def conclusion_url(story: Story, lot: str = "coast") -> str:
    return f"/procurements/{story.procurement_id}/lots/{lot}/contract"


def test_an_officer_concludes_a_contract_after_seeing_what_it_will_be(
    story: Story, browse: Browse, with_htmx: bool
) -> None:
    hanna = browse(story.person("hanna"), htmx=with_htmx)
    page = hanna.get(conclusion_url(story))
    for shown in (
        "Coastal district",
        "Harbour Coaching Example Ltd",
        "2,200 student workdays",
        "€59.90",
        "The mean of the participants' feedback is at least 4",
        "There are at least 10 answers.",
        "at least 30 percent",
        "04/05/2026 to 31/12/2027",
        "31/12/2028",
        "08/04/2026",
    ):
        assert shown in page.text, shown
    hanna.submit("main form")
    page = hanna.follow()
    assert page.flashes == ["The contract has been concluded. Both parties can approve it."]
    assert page.heading == "Contract ESIM/7/2026/coast"
    page = hanna.get(conclusion_url(story))
    assert "The lot has its contract already" in page.text
    assert not page.has("main form")
    page = hanna.post(
        conclusion_url(story), {"provider": story.stage.organisations["harbour"]}, 422
    )
    assert page.errors == ["This cannot be done at this stage."]


def test_nothing_is_concluded_with_another_than_the_one_shown(
    story: Story, browse: Browse, database: Database
) -> None:
    hanna = browse(story.person("hanna"))
    page = hanna.post(
        conclusion_url(story), {"provider": story.stage.organisations["lakeside"]}, 422
    )
    assert page.errors == ["The lot has not been awarded to this provider by an issued decision."]
    hanna.post(conclusion_url(story), {"provider": "nobody"}, 404)
    hanna.post(conclusion_url(story), {"provider": uuid4()}, 404)
    with database.reading() as session:
        assert session.scalars(select(Contract)).all() == []


def test_there_is_nothing_to_conclude_before_the_decision(undecided: Story, browse: Browse) -> None:
    hanna = browse(undecided.person("hanna"))
    page = hanna.get(conclusion_url(undecided))
    assert "There is nothing to conclude yet" in page.text
    assert "Harbour" not in page.text
    assert not page.has("main form")


def test_others_do_not_get_to_conclude(story: Story, browse: Browse) -> None:
    url = conclusion_url(story)
    for key in ("sirpa", "paavo", "aatos", "eero", "tarja", "harri", "timo", "kirsi"):
        browse(story.person(key)).get(url, 403)
        browse(story.person(key)).post(url, {}, 403)
    browse().get(url, 303)
    hanna = browse(story.person("hanna"))
    hanna.get(f"/procurements/{uuid4()}/lots/coast/contract", 404)
    hanna.get(conclusion_url(story, "nowhere"), 404)


def test_an_officer_of_another_buyer_finds_nothing(
    story: Story, browse: Browse, database: Database
) -> None:
    with database.transaction() as session:
        person = session.get_one(Person, story.stage.people["kirsi"])
        session.add(
            Membership(
                person_id=person.id,
                organisation_id=story.stage.organisations["area"],
                role=Role.PROCUREMENT_OFFICER,
            )
        )
    kirsi = browse(story.person("kirsi"))
    kirsi.get(conclusion_url(story), 404)
    kirsi.get(f"/contracts/{story.conclude()}", 404)


def test_the_contract_page_tells_what_is_agreed(story: Story, browse: Browse) -> None:
    url = f"/contracts/{story.ready()}"
    page = browse(story.person("harri")).get(url)
    for shown in (
        "Exampleton Economic Development Centre",
        "Harbour Coaching Example Ltd",
        "Coastal district",
        "Awaiting approval",
        "400 student workdays",
        "1,600 student workdays",
        "2,200 student workdays",
        "500 student workdays",
        "12 months",
        "10 hours for each participant",
        "Within 6 months of the end of the training",
        "€56.00",
        "As the offer",
        "31/12/2028",
        "08/04/2026",
    ):
        assert shown in page.text, shown
    browse(story.person("harri"), "fi").get(url)
    browse(story.person("harri"), "sv").get(url)


def test_both_sides_approve_on_the_page(
    story: Story, browse: Browse, clock: SettableClock, with_htmx: bool
) -> None:
    key = story.ready()
    clock.at = FIRST_SIGNING
    harri = browse(story.person("harri"), htmx=with_htmx)
    page = harri.get(f"/contracts/{key}")
    document_hash = page.one("section.card code").get_text()
    harri.submit("main form")
    page = harri.follow()
    assert page.flashes == ["You have approved the contract. It now waits for the other party."]
    assert not page.has("main form")
    assert "waits for the approval of Exampleton Economic Development Centre" in page.text
    sirpa = browse(story.person("sirpa"), htmx=with_htmx)
    page = sirpa.get(f"/contracts/{key}")
    assert "The contract is in force as soon as you approve it." in page.text
    sirpa.submit("main form")
    page = sirpa.follow()
    assert page.flashes == ["You have approved the contract. It is now in force."]
    assert "In force" in page.one(".status").get_text()
    rows = [row.get_text(" ", strip=True) for row in page.all("section.card tbody tr")]
    for row, name in zip(rows, ("Sirpa Sinetti", "Harri Satama"), strict=True):
        assert name in row
        assert document_hash in row
        assert "08/04/2026 00:00:00" in row
    assert sirpa.post(f"/contracts/{key}/approve", {}, 422).errors == [
        "This cannot be done at this stage."
    ]


@pytest.mark.parametrize("who", ["harri", "sirpa"])
def test_approving_is_blocked_before_the_first_signing_day(
    story: Story, browse: Browse, clock: SettableClock, who: str, with_htmx: bool
) -> None:
    key = story.ready()
    clock.at = LAST_STANDSTILL_SECOND
    browser = browse(story.person(who), htmx=with_htmx)
    page = browser.get(f"/contracts/{key}")
    assert not page.has("main form")
    assert "You cannot approve the contract yet The standstill is still running." in page.text
    assert "The first day on which it can be approved is 08/04/2026." in page.text
    page = browser.post(f"/contracts/{key}/approve", {}, 422)
    assert page.errors == ["The standstill is still running."]
    clock.move(seconds=1)
    assert browser.get(f"/contracts/{key}").has("main form")


def test_the_document_is_waited_for_and_then_downloaded(
    story: Story, browse: Browse, clock: SettableClock, services: Services
) -> None:
    key = story.conclude()
    clock.at = FIRST_SIGNING
    harri = browse(story.person("harri"))
    page = harri.get(f"/contracts/{key}")
    assert "The contract is being made into a PDF." in page.text
    assert "still being made" in page.text
    assert not page.has("main form")
    harri.get(f"/contracts/{key}/contract.pdf", 404)
    story.make_documents()
    link = str(harri.get(f"/contracts/{key}").one('a[href$="/contract.pdf"]')["href"])
    assert harri.download(link).startswith(b"%PDF-")
    assert harri.response is not None
    assert "ESIM-7-2026-coast.pdf" in harri.response.headers["Content-Disposition"]
    with services.reads_database.reading() as session:
        noted = session.scalars(
            select(ReadEntry).where(ReadEntry.page == "contracts.document")
        ).all()
        assert [(entry.subject, entry.by) for entry in noted] == [
            (str(key), story.stage.people["harri"])
        ]


def test_whoever_has_prepared_sees_why_they_cannot_sign(
    story: Story, browse: Browse, database: Database, clock: SettableClock
) -> None:
    key = story.ready()
    clock.at = FIRST_SIGNING
    with database.transaction() as session:
        session.add(
            Membership(
                person_id=story.stage.people["hanna"],
                organisation_id=story.stage.organisations["centre"],
                role=Role.SIGNATORY,
            )
        )
    hanna = browse(story.person("hanna"))
    page = hanna.get(f"/contracts/{key}")
    reason = "One person may not hold both of these duties in one procurement."
    assert reason in page.text
    assert not page.has("main form")
    assert hanna.post(f"/contracts/{key}/approve", {}, 422).errors == [reason]


def test_each_role_sees_the_contracts_of_its_own(story: Story, browse: Browse) -> None:
    coast, inland = story.ready("coast"), story.ready("inland")
    both = {"hanna", "aatos", "paavo", "sirpa", "tarja"}
    seen = {key: {coast, inland} for key in both}
    seen |= {"harri": {coast}, "raili": {inland}, "timo": {inland}, "saara": set()}
    for key, mine in seen.items():
        reader = browse(story.person(key))
        page = reader.get("/contracts")
        links = {str(link["href"]).rpartition("/")[2] for link in page.all("tbody th a")}
        assert links == {str(contract) for contract in mine}, key
        for contract in (coast, inland):
            status = 200 if contract in mine else 404
            reader.get(f"/contracts/{contract}", status)
            reader.get(f"/contracts/{contract}/contract.pdf", status)
        if key not in ("sirpa", "harri"):
            assert not mine or not reader.get(f"/contracts/{min(mine)}").has("main form")
    for key in ("eero", "kirsi", "veikko", "vaula"):
        reader = browse(story.person(key))
        reader.get("/contracts", 403)
        reader.get(f"/contracts/{coast}", 403)
        reader.get(f"/contracts/{coast}/contract.pdf", 403)
        reader.post(f"/contracts/{coast}/approve", {}, 403)
    browse(story.person("harri")).get(f"/contracts/{uuid4()}", 404)
    browse(story.person("saara")).post(f"/contracts/{coast}/approve", {}, 404)
    nobody = browse()
    for url in ("/contracts", f"/contracts/{coast}", f"/contracts/{coast}/contract.pdf"):
        assert "/login?next=" in str(nobody.get(url, 303).response.headers["Location"])


def test_a_conflict_closes_the_door_to_the_contract_as_well(
    story: Story, browse: Browse, database: Database
) -> None:
    key = story.ready()
    with database.transaction() as session:
        session.add(
            InterestDeclaration(
                procurement_id=story.procurement_id,
                person_id=story.stage.people["hanna"],
                declared_at=CONCLUDED,
                conflicts=[Conflict(provider_id=story.stage.organisations["harbour"])],
            )
        )
    hanna = browse(story.person("hanna"))
    assert not hanna.get("/contracts").has("tbody tr")
    hanna.get(f"/contracts/{key}", 404)
    hanna.get(f"/contracts/{key}/contract.pdf", 404)
    hanna.get(conclusion_url(story, "inland"), 404)


def add_contracts(database: Database, first: UUID, count: int) -> None:
    """Copies of one contract, each of a lot of its own."""
    with database.transaction() as session:
        model = session.get_one(Contract, first)
        lot, award = session.get_one(Lot, model.lot_id), model.award
        for n in range(count):
            values = {
                column.key: getattr(lot, column.key)
                for column in Lot.__table__.columns
                if column.key not in ("id", "key", "position")
            }
            copy = Lot(**values, key=f"more-{uuid4()}", position=10 + n)
            session.add(copy)
            session.flush()
            given = Award(
                lot_id=copy.id,
                offer_id=award.offer_id,
                reason=award.reason,
                draw=[],
                ranking=[],
                awarded_by_id=award.awarded_by_id,
                awarded_at=award.awarded_at,
                decision_id=award.decision_id,
            )
            session.add(given)
            session.flush()
            session.add(
                Contract(
                    reference=f"{model.reference}-{copy.key}",
                    procurement_id=model.procurement_id,
                    lot_id=copy.id,
                    award_id=given.id,
                    buyer_id=model.buyer_id,
                    provider_id=model.provider_id,
                    concluded_by_id=model.concluded_by_id,
                    concluded_at=model.concluded_at,
                    starts_on=model.starts_on,
                    ends_on=model.ends_on,
                    made_from=model.made_from,
                )
            )


@pytest.mark.parametrize("who", ["hanna", "harri"])
def test_the_list_takes_as_many_queries_for_one_as_for_thirty(
    story: Story, browse: Browse, database: Database, who: str
) -> None:
    first = story.conclude()
    reader = browse(story.person(who))
    counts = []
    for more, total in ((0, 1), (2, 3), (27, 30)):
        add_contracts(database, first, more)
        page = reader.get("/contracts")
        assert len(page.all("tbody tr")) == min(total, 20)
        counts.append(reader.queries)
    assert len(set(counts)) == 1, counts


def test_a_long_list_has_pages(story: Story, browse: Browse, database: Database) -> None:
    first = story.conclude()
    add_contracts(database, first, 29)
    sirpa = browse(story.person("sirpa"))
    page = sirpa.get("/contracts")
    assert "30 contracts of your organisation." in page.text
    assert "Page 1 of 2" in page.text
    later = sirpa.get(str(page.one('a[rel="next"]')["href"]))
    assert len(later.all("tbody tr")) == 10
    assert "Page 2 of 2" in later.text
    assert not later.has('a[rel="next"]')
    for n in ("99", "-3", "x"):
        sirpa.get(f"/contracts?page={n}")


def test_an_empty_list_says_so(story: Story, browse: Browse) -> None:
    page = browse(story.person("harri")).get("/contracts")
    assert "There are no contracts yet." in page.text
