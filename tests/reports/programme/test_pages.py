"""The indicator table on the page and in its files: who sees which figures and which rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from urllib.parse import urlencode
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from portal.capacity.models import CallOff
from portal.config import Settings
from portal.contracts.models import Contract
from portal.database import Database
from portal.documents.store import JOB, TASK
from portal.enrolments.models import Enrolment
from portal.enrolments.usecases import report_background
from portal.jobs.mail import mail_task
from portal.jobs.queue import do_all
from portal.permissions import Kind, Role
from portal.procurement.models import Procurement
from portal.reports.programme.usecases import make_indicator_report
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation, person
from tests.conftest import SettableClock
from tests.documents.reading import text_of
from tests.page import Browser
from tests.underway import CALLED, contract_in_force, enrolled, training_of

Browse = Callable[..., Browser]
END = date(2026, 6, 12)
TABLE = "/reports/programme"


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = CALLED


@pytest.fixture
def contracts(database: Database, cast: Cast) -> dict[str, UUID]:
    """Six people at Jokiopisto's, of whom five completed; two at the shore's."""
    with unit_of_work(database) as session:
        river = contract_in_force(session, cast, reference="ESIM/1", region="Lappi")
        training = training_of(session, cast, river)
        for n, status in enumerate(["open_market"] * 2 + ["in_education"] + ["unemployed"] * 2):
            enrolled(
                session,
                training,
                f"Oppija {n}",
                state="completed",
                status="long_term_unemployed",
                ended_on=END,
                status_at_end=status,
                units=2,
                qualifications=0,
            )
        enrolled(session, training, "Oppija 5", sex="man", birth_year=2004)
        report_background(
            session,
            training=training,
            immigrants=5,
            minorities=1,
            disabled=0,
            other_disadvantaged=0,
            by=cast.tuula,
            at=CALLED,
        )
        shore = contract_in_force(
            session, cast, reference="ESIM/2", provider=cast.shore, region="Kainuu"
        )
        other = training_of(session, cast, shore, trainer=cast.sanna, form="unit_toppis")
        enrolled(session, other, "Rannan oppija")
        enrolled(session, other, "=1+1", state="interrupted", ended_on=END, status_at_end="outside")
        return {"river": river.id, "shore": shore.id}


def figures(browser: Browser, **chosen: str) -> dict[str, dict[str, int]]:
    asked = urlencode(chosen)
    answer = browser.client.get(f"{TABLE}/table.json?{asked}")
    assert answer.status_code == 200
    found: dict[str, dict[str, int]] = json.loads(answer.get_data(as_text=True))["indicators"]
    return found


def test_each_reader_is_shown_the_figures_of_their_own_contracts(
    browse: Browse, cast: Cast, contracts: dict[str, UUID]
) -> None:
    olli, roope, kaisa, eva = (browse(one) for one in (cast.olli, cast.roope, cast.kaisa, cast.eva))
    everything = figures(olli)
    assert everything["started"]["total"] == 8
    assert everything["completed"] == {
        "total": 5,
        "women": 5,
        "open_market": 2,
        "other_work": 0,
        "unemployed": 2,
        "long_term_unemployed": 0,
        "outside": 1,
        "in_education": 1,
    }
    assert everything["interrupted"] == 1
    assert everything["units"] == 10
    assert everything["started"]["immigrants"] == 5
    assert figures(roope)["started"]["total"] == 6
    assert figures(kaisa)["started"]["total"] == 8
    assert figures(eva)["started"]["total"] == 0
    assert figures(eva, contracts=str(contracts["river"]))["started"]["total"] == 0
    assert figures(olli, contracts=str(contracts["shore"]))["started"]["total"] == 2
    assert figures(olli, regions="Lappi")["started"]["total"] == 6
    assert figures(olli, providers=str(cast.shore.id))["interrupted"] == 1
    assert figures(olli, forms="no_such_form")["started"]["total"] == 0
    assert figures(olli, last="1/1/2026")["started"]["total"] == 0
    in_june = figures(olli, first="1/6/2026", last="30/6/2026")
    assert in_june["started"]["total"] == 0
    assert in_june["started"]["immigrants"] == 0
    assert (in_june["completed"]["total"], in_june["units"]) == (5, 10)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_table_and_its_rows_speak_every_language(
    browse: Browse, cast: Cast, contracts: dict[str, UUID], language: str
) -> None:
    olli = browse(cast.olli, language)
    page = olli.get(f"{TABLE}?contracts={contracts['river']}")
    tables = [table.get_text(" ", strip=True) for table in page.all("#figures caption")]
    assert len(tables) == 2
    assert page.has("nav a[href='/reports/programme']")
    olli.get(f"{TABLE}/rows?figure=completed.women")
    olli.get(f"{TABLE}/rows?figure=started.immigrants")
    olli.get(f"{TABLE}/rows?figure=started.minorities")
    olli.get(f"{TABLE}/rows?figure=started.disabled")


def test_results_come_first_and_figures_open_their_rows(
    browse: Browse, cast: Cast, contracts: dict[str, UUID]
) -> None:
    olli = browse(cast.olli)
    page = olli.get(TABLE)
    captions = [caption.get_text() for caption in page.all("#figures caption")]
    assert captions == ["What became of those who completed", "Who started"]
    link = page.one("a[href='/reports/programme/rows?figure=completed.total']")
    assert link.get_text().startswith("5")
    # Two are too few to be shown one by one to who sees nobody by name.
    assert not page.has("a[href*='completed.open_market']")
    rows = olli.get(str(link["href"]))
    assert len(rows.all("tbody tr")) == 5
    assert "Oppija" not in rows.html
    assert "Participant 1" in rows.text
    few = olli.get(f"{TABLE}/rows?figure=completed.open_market")
    assert not few.all("tbody tr")
    assert "fewer than 5 records" in few.text
    reports = olli.get(f"{TABLE}/rows?figure=started.immigrants")
    assert "ESIM/1/sea, Training 1" in reports.text
    assert "fewer than 5" in olli.get(f"{TABLE}/rows?figure=started.minorities").text
    olli.get(f"{TABLE}/rows?figure=no_such_figure", 404)
    assert "No record" in olli.get(f"{TABLE}/rows?figure=started.disabled").text


def test_a_provider_opens_its_own_people_by_name(
    browse: Browse, cast: Cast, contracts: dict[str, UUID]
) -> None:
    roope = browse(cast.roope)
    rows = roope.get(f"{TABLE}/rows?figure=completed.open_market")
    names = sorted(row.get_text() for row in rows.all("tbody th"))
    assert names == ["Oppija 0", "Oppija 1"]
    assert "Rannan" not in roope.get(f"{TABLE}/rows?figure=started.total").html


def test_an_office_counts_its_own_people_in_a_shared_training(
    browse: Browse, cast: Cast, contracts: dict[str, UUID], database: Database
) -> None:
    with unit_of_work(database) as session:
        office = organisation(session, "Naapurin työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
        niina = person(session, "Niina Naapuri", office, Role.COURSE_SPONSOR)
        session.flush()
        someone = session.scalars(select(Enrolment).where(Enrolment.name == "Oppija 5")).one()
        training = someone.training
        someone.office_id = office.id
        session.add(
            CallOff(
                contract_id=training.contract_id,
                n=99,
                office_id=office.id,
                form=training.form,
                field=training.field,
                amount=Decimal(1),
                places=1,
                called_by_id=niina.id,
                called_at=CALLED,
                called_on=CALLED.date(),
                start_by=CALLED.date(),
                state="confirmed",
                training_id=training.id,
            )
        )
        session.flush()
        session.expunge(niina)
    found = figures(browse(niina))
    assert found["started"]["total"] == 1
    # The report of groups is of everybody there: neither office may take it for its own people's.
    assert found["started"]["immigrants"] == 0
    assert figures(browse(cast.kaisa))["started"]["total"] == 7
    assert figures(browse(cast.kaisa))["started"]["immigrants"] == 0
    assert figures(browse(cast.olli))["started"]["immigrants"] == 5


def test_a_period_that_ends_before_it_begins_is_told_beside_its_field(
    browse: Browse, cast: Cast, contracts: dict[str, UUID]
) -> None:
    olli = browse(cast.olli)
    page = olli.get(f"{TABLE}?first=2/6/2026&last=1/6/2026", 422)
    assert page.errors == ["The last day must not be before the first."]
    assert page.value("first") == "2/6/2026"
    page = olli.get(f"{TABLE}/table.pdf?first=tomorrow", 422)
    assert page.value("first") == "tomorrow"
    assert len(page.errors) == 1


def test_files_hold_numbers_as_numbers_and_say_what_was_chosen(
    browse: Browse, cast: Cast, contracts: dict[str, UUID], database: Database
) -> None:
    with database.transaction() as session:
        session.get_one(Contract, contracts["shore"]).reference = "=cmd|' /C calc'!A0"
    olli = browse(cast.olli)
    asked = f"contracts={contracts['shore']}&last=30/6/2026"
    answer = olli.client.get(f"{TABLE}/table.xlsx?{asked}")
    rows = list(load_workbook(BytesIO(answer.get_data())).active.iter_rows())
    chosen = {row[1].value: row[3] for row in rows[1:] if row[0].value == "Selection"}
    assert chosen["Contract"].value == "=cmd|' /C calc'!A0"
    assert chosen["Contract"].data_type == "s"
    assert chosen["Period"].value == "Until 30/06/2026"
    by_key = {row[4].value: row[2] for row in rows[1:] if row[4].value}
    assert (by_key["started.total"].value, by_key["started.total"].data_type) == (2, "n")
    assert by_key["interrupted"].value == 1
    text = olli.client.get(f"{TABLE}/table.csv?{asked}").get_data().decode("utf-8-sig")
    assert "'=cmd|' /C calc'!A0" in text
    told = json.loads(olli.client.get(f"{TABLE}/table.json?{asked}").get_data())
    assert told["period"] == {"first": None, "last": "2026-06-30"}
    assert told["selection"]["contracts"] == [{"fi": "=cmd|' /C calc'!A0"}]
    assert told["made_at"].startswith("2026-03-09T")


def test_a_readers_own_selection_becomes_a_pdf(
    browse: Browse, cast: Cast, contracts: dict[str, UUID]
) -> None:
    answer = browse(cast.kaisa).client.get(f"{TABLE}/table.pdf?regions=Lappi")
    assert answer.mimetype == "application/pdf"
    text = text_of(answer.get_data())
    assert "Esimerkkilän työllisyysalue" in text
    assert "Those whom the reader's own office has referred" in text
    assert "Lappi" in text


def test_the_table_takes_as_many_queries_for_many_contracts_as_for_two(
    browse: Browse, cast: Cast, contracts: dict[str, UUID], database: Database
) -> None:
    olli = browse(cast.olli)
    addresses = (TABLE, f"{TABLE}/rows?figure=started.total")
    before = []
    for address in addresses:
        olli.get(address)
        before.append(olli.queries)
    with unit_of_work(database) as session:
        for n in range(4):
            contract = contract_in_force(session, cast, reference=f"ESIM/9{n}")
            training = training_of(session, cast, contract)
            for k in range(9):
                enrolled(session, training, f"Lisää {n} {k}")
    for address, queries in zip(addresses, before, strict=True):
        olli.get(address)
        assert olli.queries == queries
    page = olli.get(f"{TABLE}/rows?figure=started.total&page=2")
    assert "Participant 21" in page.text
    assert page.has("a[rel=next]")


def test_an_officer_makes_a_report_that_is_kept_as_it_was(
    browse: Browse,
    cast: Cast,
    contracts: dict[str, UUID],
    database: Database,
    settings: Settings,
) -> None:
    with database.reading() as session:
        procurement = session.get_one(Contract, contracts["river"]).procurement_id
    address = f"/procurements/{procurement}/indicator-reports"
    olli = browse(cast.olli)
    assert "No report has been made yet" in olli.get(address).text
    page = olli.submit("main form", first="2/6/2026", last="1/6/2026", status=422)
    assert page.errors == ["The last day must not be before the first."]
    olli.submit("main form", first="", last="")
    page = olli.follow()
    assert "being made" in page.text
    with unit_of_work(database) as session:
        training = session.get_one(Contract, contracts["river"])
        enrolled(session, training_of(session, cast, training), "Myöhempi")
    do_all(database, {JOB: TASK, "send_mail": mail_task(settings)}, CALLED)
    page = olli.get(address)
    link = str(page.one("td a")["href"])
    text = text_of(olli.client.get(link).get_data())
    assert "ESIM/1/sea" in text
    assert "All 6" in " ".join(text.split())
    browse(cast.paula).get(address)
    browse(cast.eva).get(address, 404)
    browse(cast.eva).get(link, 404)
    browse(cast.roope).get(address, 403)


def test_only_the_buyers_officer_makes_a_report(
    cast: Cast, contracts: dict[str, UUID], database: Database
) -> None:
    with database.reading() as session:
        key = session.get_one(Contract, contracts["river"]).procurement_id
        for person in (cast.paula, cast.eva, cast.roope):
            with pytest.raises(RuleBroken, match="not_permitted"):
                make_indicator_report(
                    session, procurement=session.get_one(Procurement, key), by=person, at=CALLED
                )
