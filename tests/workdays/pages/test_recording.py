"""The trainer's pages: typing, pasting, a file, and a correction."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from portal.database import Database
from portal.documents.sheets import csv_bytes, sheet_bytes
from portal.organisations.models import Person
from portal.permissions import Role
from portal.unit_of_work import unit_of_work
from portal.workdays.models import WorkdayLine, WorkdayRecord
from portal.workdays.usecases import dispute_workdays
from tests.cast import Cast, person
from tests.conftest import SettableClock
from tests.page import Browser
from tests.underway import enrolled
from tests.workdays.conftest import ACCEPTED, LATER, Run, Running, accept, record

Browse = Callable[..., Browser]


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = LATER


def url(running: Running, rest: str = "") -> str:
    return f"/trainings/{running.training_id}/workdays{rest}"


def lines(database: Database) -> list[tuple[str, Decimal, Decimal | None]]:
    with database.reading() as session:
        return sorted(
            (line.enrolment.name[-1], line.days, line.absent)
            for line in session.scalars(
                select(WorkdayLine)
                .join(WorkdayRecord, WorkdayRecord.id == WorkdayLine.record_id)
                .where(WorkdayRecord.state != "replaced")
            )
        )


def test_a_trainer_records_a_month_with_half_days_and_absences(
    running: Running, browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    tuula = browse(cast.tuula, htmx=with_htmx)
    page = tuula.get(url(running, "/record"))
    assert page.heading == "Workdays of 3/2026"
    assert "Paid for: day of training. Not paid for: day of" in page.text
    assert "Osallistuja D" not in page.text
    a, b = running.people["a"], running.people["b"]
    tuula.submit("#month", {f"days-{a}": "2.5", f"days-{b}": "2", f"absent-{b}": "1"})
    page = tuula.follow()
    assert page.flashes == ["The month has been recorded. It now waits for the course sponsor."]
    assert lines(database) == [("A", Decimal("2.5"), None), ("B", Decimal(2), Decimal(1))]
    page = tuula.get(url(running, "/record"))
    assert page.heading == "Workdays of 4/2026"
    assert (page.value(f"days-{a}"), page.value(f"days-{b}")) == ("2.5", "2")


def test_amounts_that_cannot_be_are_told_beside_their_fields_and_kept(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    tuula = browse(cast.tuula)
    tuula.get(url(running, "/record?period=2026-04"))
    a, b, c = (running.people[key] for key in "abc")
    page = tuula.submit(
        "#month",
        {f"days-{a}": "1.3", f"days-{b}": "many", f"days-{c}": "31"},
        status=422,
    )
    assert page.errors == [
        "Write whole and half days only.",
        "Write a number, using digits only.",
        "Write a number that is at most 30.",
    ]
    assert page.value(f"days-{b}") == "many"
    assert lines(database) == []


def test_what_a_rule_refuses_is_told_and_nothing_is_recorded(
    run: Run, browse: Browse, cast: Cast, database: Database
) -> None:
    running = run(workdays="20")
    tuula = browse(cast.tuula)
    tuula.get(url(running, "/record?period=2026-03"))
    typed = {f"days-{running.people['a']}": "20.5"}
    page = tuula.submit("#month", typed, status=422)
    assert page.errors == ["There is not enough capacity left."]
    assert lines(database) == []


def test_quarters_of_hours_may_be_typed_where_hours_are_paid_for(
    run: Run, browse: Browse, cast: Cast, database: Database
) -> None:
    running = run(unit="hour", price_model="per_hour")
    tuula = browse(cast.tuula, "fi")
    tuula.get(url(running, "/record?period=2026-03"))
    tuula.submit("#month", {f"days-{running.people['a']}": "7,25"})
    assert lines(database) == [("A", Decimal("7.25"), None)]


def test_rows_pasted_from_a_spreadsheet_are_recorded_whole(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    tuula = browse(cast.tuula, "fi")
    tuula.get(url(running, "/record?period=2026-03"))
    pasted = "Osallistuja\tPäivät\tPoissa\nosallistuja  a\t2,5\t\n\nOsallistuja B\t3\t0,5\n"
    tuula.submit("#sheet", pasted=pasted)
    assert lines(database) == [("A", Decimal("2.5"), None), ("B", Decimal(3), Decimal("0.5"))]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Row 3: nobody called Osallistuja Ö can have days in this month."),
        ("fi", "Rivi 3:"),
        ("sv", "Rad 3:"),
    ],
)
def test_wrong_rows_are_told_one_by_one_in_the_readers_language_and_nothing_is_recorded(
    running: Running,
    browse: Browse,
    cast: Cast,
    database: Database,
    language: str,
    said: str,
) -> None:
    tuula = browse(cast.tuula, language)
    tuula.get(url(running, "/record?period=2026-04"))
    pasted = "\n".join(
        [
            "Osallistuja A\t2",
            "Osallistuja B\tkaksi",
            "Osallistuja Ö\t1",
            "Osallistuja A\t3",
            "Osallistuja C\t",
            "Osallistuja D\t1",
        ]
    )
    page = tuula.submit("#sheet", pasted=pasted, status=422)
    assert len(page.errors) == 5
    assert page.errors[1].startswith(said)
    assert page.value("pasted") == pasted
    assert lines(database) == []


def send(browser: Browser, running: Running, name: str, content: bytes, status: int = 303) -> None:
    browser.get(url(running, "/record?period=2026-03"))
    browser.post(
        url(running, "/2026-03/import"), {"file": (BytesIO(content), name), "pasted": ""}, status
    )


def test_the_template_is_filled_in_and_sent_back(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    tuula = browse(cast.tuula, "fi")
    book = load_workbook(BytesIO(tuula.download(url(running, "/2026-03/template.xlsx"))))
    sheet = book.worksheets[0]
    names = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert names == ["Osallistuja A", "Osallistuja B", "Osallistuja C"]
    for row, days in zip(sheet.iter_rows(min_row=2), (2, 2.5, 0), strict=True):
        row[1].value = days
    written = BytesIO()
    book.save(written)
    send(tuula, running, "paivat.xlsx", written.getvalue())
    expected = [("A", Decimal(2), None), ("B", Decimal("2.5"), None), ("C", Decimal(0), None)]
    assert lines(database) == expected
    assert b"Osallistuja A" in tuula.download(url(running, "/2026-03/template.csv"))


def test_a_csv_file_of_an_older_spreadsheet_is_read(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    with unit_of_work(database) as session:
        enrolled(session, running.training(session), "Äiti Ö")
    content = "Osallistuja;Päivät\r\nÄiti Ö;1,5\r\n".encode("cp1252")
    send(browse(cast.tuula, "fi"), running, "paivat.csv", content)
    assert lines(database) == [("Ö", Decimal("1.5"), None)]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"%PDF-1.7", "Choose an XLSX or CSV file."),
        ("a.xlsx", b"Osallistuja A;1", "The content of the file is not what"),
        ("a.csv", b"\0\0", "The file cannot be read."),
        ("a.csv", b"", "There are no rows of participants."),
    ],
)
def test_files_that_cannot_be_read_are_refused(
    running: Running,
    browse: Browse,
    cast: Cast,
    name: str,
    content: bytes,
    said: str,
) -> None:
    tuula = browse(cast.tuula)
    send(tuula, running, name, content, 422)
    assert tuula.page is not None
    assert said in tuula.page.errors[0]


def test_rows_or_a_file_is_asked_for_and_not_both(
    running: Running, browse: Browse, cast: Cast
) -> None:
    tuula = browse(cast.tuula)
    tuula.get(url(running, "/record"))
    page = tuula.submit("#sheet", status=422)
    assert page.errors == ["Paste rows or choose a file, one of the two."]


def test_what_is_disputed_is_told_to_the_trainer_with_its_reason(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    record(database, cast, running, a="2")
    with unit_of_work(database) as session:
        dispute_workdays(
            session,
            training=running.training(session),
            period="2026-03",
            reason="A oli kurssilla vain kerran",
            by=cast.kaisa,
            at=ACCEPTED,
        )
    page = browse(cast.tuula).get(url(running, "/record"))
    assert page.heading == "Workdays of 3/2026"
    assert "A oli kurssilla vain kerran" in page.text


def test_an_accepted_month_is_corrected_with_a_reason(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    tuula = browse(cast.tuula)
    tuula.get(url(running, "/2026-03/correct"), 404)
    record(database, cast, running, a="2", b="2")
    accept(database, cast, running)
    page = tuula.get(url(running, "/record?period=2026-03"))
    assert "The month has been accepted" in page.text
    page = tuula.get(url(running, "/2026-03/correct"))
    a = running.people["a"]
    assert page.value(f"days-{a}") == "2"
    page = tuula.submit("main form", {f"days-{a}": "1.5"}, status=422)
    assert page.errors == ["Give a reason."]
    tuula.submit("main form", {f"days-{a}": "1.5", "reason": "Kirjausvirhe"})
    page = tuula.follow()
    assert "Correction of 3/2026" in page.text
    assert "Kirjausvirhe" in page.text
    page = tuula.post(url(running, "/2026-03"), {f"days-{a}": "1"}, 422)
    assert page.errors == ["The workdays of this month have already been accepted."]


def test_others_find_nothing_to_record(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    with database.transaction() as session:
        session.expire_on_commit = False
        stranger = person(session, "Teuvo Vieras", cast.shore, Role.TRAINER)
    months: list[tuple[Person, int]] = [(stranger, 404), (cast.kaisa, 403), (cast.olli, 403)]
    for reader, status in months:
        browser = browse(reader)
        browser.get(url(running, "/record"), status)
        for rest in ("/2026-03/correct", "/2026-03/template.xlsx"):
            browser.get(url(running, rest), status)
        for rest in ("/2026-03", "/2026-03/import", "/2026-03/correct"):
            browser.post(url(running, rest), {}, status)
    tuula = browse(cast.tuula)
    for period in ("2026-02", "2026-06", "2026-13", "soon"):
        tuula.get(url(running, f"/record?period={period}"), 404)


def test_the_page_takes_as_many_queries_for_many_participants_as_for_few(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    tuula = browse(cast.tuula)
    tuula.get(url(running, "/record"))
    few = tuula.queries
    with unit_of_work(database) as session:
        for n in range(12):
            enrolled(session, running.training(session), f"P{n}")
    tuula.get(url(running, "/record"))
    assert tuula.queries == few


def test_no_cell_of_a_file_is_a_formula() -> None:
    rows = [["=1+1", Decimal("-1.5"), None]]
    cell = load_workbook(BytesIO(sheet_bytes("a/b", ["Nimi", "Määrä", "Muu"], rows))).worksheets[0][
        "A2"
    ]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert csv_bytes(["Nimi"], rows).decode("utf-8-sig") == "Nimi\r\n'=1+1;-1,5;\r\n"
