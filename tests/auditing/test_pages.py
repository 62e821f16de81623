"""The auditor's view of the record, and the administrator's."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete, select

from portal.audit.heads import keep_head
from portal.audit.models import AuditEntry, AuditStamp
from portal.audit.record import ACCOUNTS, ReadRecord, acting
from portal.audit.verifying import Entry, entry_hash
from portal.database import Database
from portal.offers.models import Offer
from portal.offers.usecases import submit_offer
from portal.organisations.models import Person
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from portal.web.unit import Services
from tests.audit.tampering import take_guard_away
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.evaluation.conftest import Evaluating
from tests.offers.conftest import AFTER
from tests.page import TOKENS, Browser

Browse = Callable[..., Browser]
RECORD, READS = "/record", "/record/reads"


@pytest.fixture
def decided(evaluating: Evaluating, cast: Cast, clock: SettableClock) -> Evaluating:
    """A procurement that has been decided; a late offer was refused."""
    clock.at = AFTER
    evaluating.until("offered")
    with pytest.raises(RuleBroken, match="deadline_passed"):
        evaluating.do(submit_offer, cast.roope, provider=cast.river)
    evaluating.until("decided")
    return evaluating


def rows(page: Any) -> list[list[str]]:
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in page.all("#entries tbody tr")
    ]


def test_the_auditor_sees_all_acts_of_a_decided_procurement_in_words(
    browse: Browse, cast: Cast, decided: Evaluating
) -> None:
    tarja = browse(cast.tarja)
    page = tarja.get(f"{RECORD}?procurement={decided.call}&act=submit_offer")
    shown = rows(page)
    assert {row[1] for row in shown} == {"Offer submitted"}
    denied = next(row for row in shown if row[4].startswith("Refused"))
    assert denied[1:4] == ["Offer submitted", "Roope Rehtori Jokiopisto", "ESIM/1/2026"]
    assert denied[4] == "Refused deadline_passed: The deadline for offers has passed."
    assert "The record is whole." in page.text
    for language in ("fi", "sv"):
        assert browse(cast.tarja, language).get(RECORD).all("#entries tbody tr")


def answer(browser: Browser, address: str) -> str:
    """The whole answer, without the forms' tokens, which are new each time."""
    return TOKENS.sub("", browser.whatever("GET", address).get_data(as_text=True))


def test_before_the_decision_what_providers_did_is_as_sealed_as_their_offers(
    browse: Browse, cast: Cast, evaluating: Evaluating, clock: SettableClock
) -> None:
    tarja = browse(cast.tarja)
    addresses = [
        *(RECORD, f"{RECORD}?procurement={evaluating.call}", f"{RECORD}?person=Roope"),
        *(f"{RECORD}?act=submit_offer", f"{RECORD}/entries.json", f"{RECORD}/entries.csv"),
        *(f"{READS}?procurement={evaluating.call}",),
        f"{RECORD}/reads.json?procurement={evaluating.call}",
    ]
    before = [answer(tarja, one) for one in addresses]
    evaluating.offer_both()
    browse(cast.roope).get(f"/procurements/{evaluating.call}/offer")
    for address, was in zip(addresses, before, strict=True):
        assert answer(tarja, address) == was, address
    # No number or hash whose gaps would tell of what is not shown.
    for row in json.loads(tarja.download(f"{RECORD}/entries.json")):
        assert (row["n"], row["hash"], row["previous"], row["facts"]) == (None,) * 4


def test_an_attempt_to_look_at_sealed_offers_is_shown_at_once(
    browse: Browse, cast: Cast, database: Database, evaluating: Evaluating
) -> None:
    with (
        pytest.raises(RuleBroken),
        unit_of_work(database) as session,
        acting(
            session, "look_at_offers", chain=evaluating.call, by=cast.roope.id, at=evaluating.at
        ),
    ):
        raise RuleBroken("sealed")
    page = browse(cast.tarja).get(f"{RECORD}?outcome=denied&rule=sealed")
    (row,) = rows(page)
    assert row[1:3] == ["Offers looked at", "Roope Rehtori Jokiopisto"]


def test_entries_are_found_by_person_act_outcome_rule_and_day(
    browse: Browse, cast: Cast, decided: Evaluating
) -> None:
    tarja = browse(cast.tarja)
    assert {row[2] for row in rows(tarja.get(f"{RECORD}?person=roope"))} == {
        "Roope Rehtori Jokiopisto"
    }
    assert rows(tarja.get(f"{RECORD}?person=%25")) == []
    assert len(rows(tarja.get(f"{RECORD}?rule=deadline_passed"))) == 1
    assert len(rows(tarja.get(f"{RECORD}?outcome=denied"))) == 1
    assert rows(tarja.get(f"{RECORD}?last=1.1.2020")) == []
    assert rows(tarja.get(f"{RECORD}?first=1.1.2020"))
    page = tarja.get(f"{RECORD}?first=nonsense", 422)
    assert page.errors
    assert page.value("first") == "nonsense"
    tarja.get(f"{RECORD}?procurement={uuid4()}", 404)
    tarja.get(f"{RECORD}?procurement=nonsense", 404)
    tarja.get(f"{RECORD}?page=99&act=nonsense&outcome=nonsense")


def test_the_record_of_somebody_elses_procurement_is_not_there(
    browse: Browse, cast: Cast, database: Database, decided: Evaluating
) -> None:
    from portal.organisations.models import Membership
    from portal.permissions import Role

    with database.transaction() as session:
        session.add(
            Membership(person_id=cast.eva.id, organisation_id=cast.elsewhere.id, role=Role.AUDITOR)
        )
    eva = browse(cast.eva)
    assert rows(eva.get(RECORD)) == []
    assert json.loads(eva.download(f"{RECORD}/entries.json")) == []
    for address in (RECORD, READS, f"{RECORD}/entries.csv", f"{RECORD}/reads.csv"):
        eva.get(f"{address}?procurement={decided.call}", 404)


def test_the_administrator_sees_the_chain_of_accounts_and_no_procurement(
    browse: Browse, cast: Cast, decided: Evaluating
) -> None:
    browse(cast.roope).get(RECORD, 403)
    ada = browse(cast.ada)
    page = ada.get(RECORD)
    shown = rows(page)
    assert {row[3] for row in shown} == {"Accounts"}
    assert any(row[1] == "Page auditing.index asked for" for row in shown)
    assert not page.has('[name="procurement"]')
    assert {row["chain"] for row in json.loads(ada.download(f"{RECORD}/entries.json"))} == {
        ACCOUNTS
    }
    ada.get(f"{RECORD}?procurement={decided.call}", 404)
    ada.get(READS, 403)


def test_other_roles_see_nothing(browse: Browse, cast: Cast) -> None:
    for person in (cast.olli, cast.paula, cast.eeva, cast.roope, cast.kaisa, cast.tuula):
        for address in (RECORD, READS, f"{RECORD}/entries.csv", f"{RECORD}/reads.csv"):
            browse(person).get(address, 403)
    assert browse(None).get(RECORD, 303).response.headers["Location"].startswith("/login")


def test_the_files_hold_the_hashes_and_no_formula(
    browse: Browse, cast: Cast, database: Database, decided: Evaluating
) -> None:
    with database.transaction() as session:
        session.get_one(Person, cast.roope.id).name = "=HYPERLINK(1)"
    tarja = browse(cast.tarja)
    asked = f"?procurement={decided.call}"
    told = json.loads(tarja.download(f"{RECORD}/entries.json{asked}"))
    for row in told:
        entry = Entry(
            chain=row["chain"],
            n=row["n"],
            at=datetime.fromisoformat(row["at"]),
            by=UUID(row["by"]) if row["by"] else None,
            act=row["act"],
            outcome=row["outcome"],
            rule=row["rule"],
            facts=row["facts"],
            previous=row["previous"],
            hash=row["hash"],
        )
        assert entry_hash(entry) == row["hash"]
    assert sorted(row["n"] for row in told) == list(range(1, len(told) + 1))
    text = tarja.download(f"{RECORD}/entries.csv{asked}").decode("utf-8-sig")
    lines = list(csv.reader(StringIO(text), delimiter=";"))
    assert len(lines) == len(told) + 1
    assert {line[2] for line in lines if "HYPERLINK" in line[2]} == {"'=HYPERLINK(1)"}
    book = load_workbook(BytesIO(tarja.download(f"{RECORD}/entries.xlsx{asked}")))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "=HYPERLINK(1)" in {cell.value for cell in cells}


def test_a_broken_chain_and_the_last_head_are_told(
    browse: Browse, cast: Cast, services: Services, decided: Evaluating
) -> None:
    tarja = browse(cast.tarja)
    assert "The record has not been verified yet." in tarja.get(RECORD).text
    keep_head(services.database, services.reads_database, bytes(32), AFTER)
    page = tarja.get(RECORD)
    assert "The record is whole." in page.text
    assert "number 1." in page.text
    assert "They have not been stamped." in page.text
    with services.database.transaction() as session:
        session.add(AuditStamp(number=1, at=AFTER, token=None, fault="the service hangs"))
    assert "did not give a stamp" in tarja.get(RECORD).text
    with services.database.transaction() as session:
        session.add(AuditStamp(number=1, at=AFTER, token=b"a stamp", fault=None))
    assert "A time-stamping service has stamped them." in tarja.get(RECORD).text
    with services.database.transaction() as session:
        take_guard_away(session)
        session.execute(delete(AuditEntry).where(AuditEntry.n == 2))
    broken = "The record has been changed: it is broken."
    assert broken in tarja.get(f"{RECORD}?procurement={decided.call}").text
    keep_head(services.database, services.reads_database, bytes(32), AFTER)
    assert broken in tarja.get(RECORD).text


def test_the_auditor_sees_who_has_read_the_offers(
    browse: Browse, cast: Cast, database: Database, services: Services, decided: Evaluating
) -> None:
    with database.reading() as session:
        offer = session.scalars(select(Offer.id).where(Offer.provider_id == cast.river.id)).one()
    record = ReadRecord(services.reads_database)
    record.note(by=cast.eeva.id, page="evaluation.assessment", subject=str(offer), at=AFTER)
    record.note(by=cast.eeva.id, page="evaluation.offer", subject=str(uuid4()), at=AFTER)
    tarja = browse(cast.tarja)
    assert "Choose a procurement." in tarja.get(READS).text
    asked = f"?procurement={decided.call}"
    page = tarja.get(f"{READS}{asked}")
    shown = [
        [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
        for row in page.all("tbody tr")
    ]
    assert ["Eeva Arvioija Esimerkkilän hankinta", "An offer", "evaluation.assessment"] in [
        row[1:] for row in shown
    ]
    told = json.loads(tarja.download(f"{RECORD}/reads.json{asked}"))
    assert len(told) == len(shown)
    assert tarja.download(f"{RECORD}/reads.csv{asked}").decode("utf-8-sig").count("\r\n") == (
        len(told) + 1
    )
    assert load_workbook(BytesIO(tarja.download(f"{RECORD}/reads.xlsx{asked}")))
    assert "There are no such readings." in tarja.get(f"{READS}{asked}&person=Olli").text
    assert "There are no such readings." in tarja.get(f"{READS}{asked}&last=1.1.2020").text
    tarja.get(f"{READS}{asked}&first=nonsense", 422)
    for language in ("fi", "sv"):
        browse(cast.tarja, language).get(f"{READS}{asked}")


def test_the_pages_take_as_many_queries_for_thousands_of_entries_as_for_a_few(
    browse: Browse, cast: Cast, database: Database, services: Services, decided: Evaluating
) -> None:
    tarja, asked = browse(cast.tarja), f"?procurement={decided.call}"
    tarja.get(RECORD)
    few = [(tarja.get(one), tarja.queries)[1] for one in (RECORD, RECORD + asked, READS + asked)]
    at = datetime(2026, 6, 1, tzinfo=UTC)
    people = [one.id for one in cast.people]
    with database.transaction() as session:
        for n in range(300):
            by = people[n % len(people)]
            with acting(session, "save_offer", chain=decided.call, by=by, at=at) as facts:
                facts.note(n=n)
    for n in range(60):
        ReadRecord(services.reads_database).note(
            by=people[n % len(people)],
            page="a.page",
            subject=str(decided.call),
            at=at + timedelta(seconds=n),
        )
    many = [(tarja.get(one), tarja.queries)[1] for one in (RECORD, RECORD + asked, READS + asked)]
    assert many == few
    assert tarja.get(f"{RECORD}?page=2").has('a[rel="prev"]')
    assert tarja.get(f"{READS}{asked}&page=2").has('a[rel="prev"]')
