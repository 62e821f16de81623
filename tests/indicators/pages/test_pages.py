"""The pages of indicators: figures for those whose contracts they are, rows for those who may."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import delete, select

from portal.capacity.models import Training
from portal.database import Database
from portal.feedback.models import Feedback, Proposal
from portal.indicators.models import TargetGroup
from portal.indicators.rules import MEASURES
from portal.permissions import Role
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, person
from tests.indicators.conftest import ENDED, Ground
from tests.page import Browser, Page, words
from tests.underway import enrolled

Browse = Callable[..., Browser]


def cells(page: Page, key: str) -> list[str]:
    return [words(cell) for cell in page.all(f"#indicator-{key} > *")]


def test_a_buyer_sees_each_figure_with_its_numbers_and_opens_its_rows(
    browse: Browse, cast: Cast, ground: Ground
) -> None:
    olli = browse(cast.olli)
    page = olli.get("/indicators")
    name, value, numbers, cases, interval, target, rows = cells(page, "open_market_share")
    assert name == "In the open labour market at the end Preliminary"
    assert (value, numbers, cases, target) == ("28.6 percent", "4/14", "14", "40 percent")
    assert interval == "11.7–54.6 percent"
    assert rows.startswith("Open the rows")
    assert cells(page, "feedback_mean")[1:4] == ["4.20", "21/5", "5"]
    assert cells(page, "employer_feedback_mean")[1:4] == ["– no data", "0/0", "0"]
    assert cells(page, "employer_answers")[1:4] == ["– no data", "–", "0"]
    assert cells(page, "days_to_start")[1] == "7 days"
    assert "Started in the period" in page.text
    # Two started from education: they are withheld, and the next group with them.
    mirror = [words(row) for row in page.all("tbody tr")]
    hidden = "not shown not shown not shown"
    assert sum(hidden in row for row in mirror) == 2
    assert "Unemployed 6 0 6 0 6 3" in mirror or "Long-term unemployed 6 0 6 2 4 1" in mirror
    assert "Groups of fewer than 5 people are not shown" in page.text

    page = olli.get(f"/indicators?contract={ground.contract}&last=31/10/2026")
    assert "Preliminary" not in cells(page, "open_market_share")[0]
    assert "Preliminary" in cells(page, "known_at_6_months_share")[0]
    page = olli.get("/indicators/open_market_share/rows")
    assert "Henkilö" not in page.text, "the buyer sees figures, and nobody by name"
    table = page.all("table")[0]
    above = [int(words(row.find_all("td")[-2])) for row in table.select("tbody tr")]
    assert (sum(above), len(above)) == (4, 14)
    assert "not shown to you" not in page.text
    assert "Rejections, interruptions and results" in page.text
    page = olli.get("/indicators/proposals_answered_share/rows")
    assert "Pienempi ryhmä" in page.text
    for key in MEASURES:
        olli.get(f"/indicators/{key}/rows")
        olli.get(f"/indicators/definitions/{key}")
    olli.get("/indicators/nothing/rows", 404)
    olli.get("/indicators/definitions/nothing", 404)
    assert "/indicators?contract=" in olli.get(f"/contracts/{ground.contract}").html
    assert "/indicators?contract=" in olli.get(f"/contracts/{ground.contract}/options/after").html


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_is_there_in_every_language(
    browse: Browse, cast: Cast, ground: Ground, language: str
) -> None:
    olli = browse(cast.olli, language=language)
    for address in (
        "/indicators",
        "/indicators?training_form=cohort&region=Lappi&first=31.12.2099",
        "/indicators/open_market_share/rows",
        "/indicators/feedback_mean/rows",
        "/indicators/definitions",
        "/indicators/definitions/days_to_start",
        f"/contracts/{ground.contract}/target-group",
    ):
        olli.get(address)


def test_a_provider_sees_people_and_a_sponsor_only_their_own_rows(
    browse: Browse, database: Database, cast: Cast, ground: Ground
) -> None:
    page = browse(cast.tuula).get("/indicators/open_market_share/rows")
    assert "Henkilö 0" in page.text
    assert page.has('a[href^="/participants/"]')
    assert "Henkilö 0" in browse(cast.kaisa).get("/indicators/open_market_share/rows").text
    with database.transaction() as session:
        session.expire_on_commit = False
        outi = person(session, "Outi Ohjaaja", cast.office, Role.COURSE_SPONSOR)
    page = browse(outi).get("/indicators")
    assert cells(page, "open_market_share")[2] == "4/14"
    page = browse(outi).get("/indicators/open_market_share/rows")
    assert "14 rows behind this figure are not shown to you" in page.text
    assert "Henkilö" not in page.text
    page = browse(cast.kaisa).get("/indicators/days_to_start/rows")
    assert page.has('main a[href^="/call-offs/"]')
    # Foreign contracts are no choice, just as those that do not exist.
    page = browse(cast.eva).get(f"/indicators?contract={ground.contract}", 422)
    assert page.errors == ["Choose one of these."]
    assert cells(browse(cast.eva).get("/indicators"), "open_market_share")[1] == "– no data"
    page = browse(cast.sanna).get("/indicators")
    assert "0 contracts" in page.text
    browse(cast.sanna).get(f"/contracts/{ground.contract}/target-group", 404)
    assert "definitions" in browse().get("/indicators/definitions").html


def test_few_answers_are_neither_averaged_nor_listed(
    browse: Browse, database: Database, cast: Cast, ground: Ground
) -> None:
    olli = browse(cast.olli)
    page = olli.get("/indicators/feedback_mean/rows")
    points = [words(row.find_all("td")[-2]) for row in page.all("tbody tr")]
    assert points == ["3", "4", "4", "5", "5"], "in the order of the points, not of the giving"
    assert "Henkilö" not in browse(cast.tuula).get("/indicators/feedback_mean/rows").text
    with unit_of_work(database) as session:
        session.execute(delete(Proposal))
        session.execute(delete(Feedback).where(Feedback.points == 3))
    assert cells(olli.get("/indicators"), "feedback_mean")[1:4] == [
        "Not shown: few answers",
        "–",
        "4",
    ]
    page = olli.get("/indicators/feedback_mean/rows")
    assert "4 rows behind this figure are not shown to you" in page.text
    assert "fewer than 5" in page.text


def test_a_period_that_is_disordered_or_not_understood_is_said_beside_its_field(
    browse: Browse, cast: Cast, ground: Ground
) -> None:
    olli = browse(cast.olli)
    page = olli.get("/indicators?first=01/02/2026&last=01/01/2026", 422)
    assert page.errors == ["The last day must not be before the first."]
    assert page.value("first") == "01/02/2026"
    page = olli.get("/indicators?first=soon", 422)
    assert page.value("first") == "soon"
    page = olli.get("/indicators?last=01/01/2026")
    assert cells(page, "open_market_share")[1] == "– no data"
    page = olli.get("/indicators?training_form=cohort")
    assert cells(page, "open_market_share")[1] == "– no data"


def test_the_table_opens_in_spreadsheet_programs(
    browse: Browse, cast: Cast, ground: Ground
) -> None:
    olli = browse(cast.olli)
    text = olli.download("/indicators/table.csv").decode("utf-8-sig")
    line = next(
        row for row in text.splitlines() if row.startswith("In the open labour market at t")
    )
    assert line.split(";")[2:7] == ["28,6", "percent", "4", "14", "14"]
    book = ZipFile(BytesIO(olli.download("/indicators/table.xlsx")))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>28.6</v>" in sheet
    assert "<f>" not in sheet


def test_an_officer_names_the_target_group_on_the_page(
    browse: Browse, database: Database, cast: Cast, ground: Ground
) -> None:
    olli = browse(cast.olli)
    address = f"/contracts/{ground.contract}/target-group"
    olli.get(address)
    page = olli.submit("main form", statuses=["long_term_unemployed"], status=422)
    assert page.errors == ["Give a reason."]
    olli.submit("main form", statuses=["long_term_unemployed"], reason="Tarjouspyynnön teksti")
    page = olli.follow()
    assert page.flashes == ["The target group has been named."]
    assert "Long-term unemployed" in words(page.one("main table tbody th"))
    assert cells(olli.get("/indicators"), "target_group_reached_share")[1:3] == [
        "42.9 percent",
        "6/14",
    ]
    assert not browse(cast.roope).get(address).has("main form")
    browse(cast.roope).post(address, {"reason": "Muu"}, 403)
    with unit_of_work(database) as session:
        assert len(session.scalars(select(TargetGroup)).all()) == 1


def test_the_queries_do_not_grow_with_participants(
    browse: Browse, database: Database, cast: Cast, ground: Ground
) -> None:
    olli = browse(cast.olli)
    addresses = ("/indicators", "/indicators/open_market_share/rows", "/indicators/table.csv")

    def queries() -> list[int]:
        counted = []
        for address in addresses:
            olli.download(address)
            counted.append(olli.queries)
        return counted

    queries()
    before = queries()
    with unit_of_work(database) as session:
        training = session.get_one(Training, ground.training)
        for n in range(30):
            enrolled(
                session,
                training,
                f"Lisää {n}",
                state="completed",
                ended_on=ENDED,
                status_at_end="open_market",
            )
    assert queries() == before
    page = olli.get("/indicators/open_market_share/rows?page=3")
    assert len(page.all("main table")[0].select("tbody tr")) == 4
