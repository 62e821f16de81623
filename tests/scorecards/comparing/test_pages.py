"""The pages of comparison and history: who sees whom, with which numbers, in three languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from portal.capacity.models import CallOff, Training
from portal.contracts.models import Contract
from portal.database import Database
from portal.organisations.models import Organisation
from portal.permissions import Kind, Role
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation, person
from tests.conftest import SettableClock
from tests.page import Browser
from tests.scorecards.plans.agreed import standing
from tests.underway import CALLED, STARTS, contract_in_force, enrolled

Browse = Callable[..., Browser]
NAMES = ["Rantaopisto", "Metsäopisto", "Vuoriopisto", "Järviopisto"]


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = datetime(2026, 10, 1, 7, 0, tzinfo=UTC)


def with_results(
    session: Session,
    cast: Cast,
    provider: Organisation,
    people: int,
    *,
    buyer: Organisation | None = None,
    region: str = "Lappi",
    long_term: int = 0,
    form: str = "unit_toppis",
) -> UUID:
    """A contract of the provider with so many who have ended, every other into open work."""
    contract = contract_in_force(session, cast, provider=provider, buyer=buyer, region=region)
    if people:
        training = _training(session, cast, contract, form, people)
        for n in range(people):
            enrolled(
                session,
                training,
                f"Nimi {n}",
                state="completed",
                status="long_term_unemployed" if n < long_term else "unemployed",
                ended_on=date(2026, 6, 1),
                status_at_end="open_market" if n % 2 else "unemployed",
                education="higher",
            )
    return contract.id


def _training(session: Session, cast: Cast, contract: Contract, form: str, places: int) -> Training:
    """Straight into the database: how it was called off is not what is looked at here."""
    training = Training(
        contract_id=contract.id,
        n=1,
        form=form,
        field="kiinteistöpalvelut",
        places=places,
        starts=STARTS,
    )
    training.call_offs.append(
        CallOff(
            contract_id=contract.id,
            n=1,
            office_id=cast.office.id,
            form=form,
            field="kiinteistöpalvelut",
            amount=Decimal(300),
            places=places,
            called_by_id=cast.kaisa.id,
            called_at=CALLED,
            called_on=CALLED.date(),
            start_by=STARTS,
            starts=STARTS,
            state="confirmed",
        )
    )
    session.add(training)
    session.flush()
    return training


@pytest.fixture
def market(database: Database, cast: Cast) -> Cast:
    """The river and four others; two of them sell to the buyer of elsewhere alone."""
    with unit_of_work(database) as session:
        others = [
            cast.shore,
            *(organisation(session, one, None, Kind.PROVIDER) for one in NAMES[1:]),
        ]
        with_results(session, cast, cast.river, 8, long_term=6)
        for n, provider in enumerate(others):
            with_results(
                session,
                cast,
                provider,
                5 + n,
                buyer=cast.buyer if n < 2 else cast.elsewhere,
                region="Lappi" if n else "Kainuu",
            )
        for n, provider in enumerate([cast.river, *others]):
            buyer = cast.buyer if n < 3 else cast.elsewhere
            standing(session, cast, n=n + 1, provider=provider, buyer=buyer)
    return cast


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_provider_sees_itself_by_name_and_no_other_in_page_or_file(
    browse: Browse, market: Cast, language: str
) -> None:
    roope = browse(market.roope, language)
    for query in ("", "?by=region", "?scope=own", "?training_form=unit_toppis&region=Lappi"):
        page = roope.get(f"/comparison{query}")
        files = [roope.download(f"/comparison/table.{ending}{query}") for ending in ("xlsx", "csv")]
        sheet = load_workbook(BytesIO(files[0])).active
        texts = [page.html, files[1].decode("utf-8-sig")]
        texts.append(str([[cell.value for cell in row] for row in sheet.iter_rows()]))
        for text in texts:
            assert not [name for name in NAMES if name in text]
            assert "Muualan" not in text
        assert ("Jokiopisto" in texts[1]) == ("by=region" not in query)
    page = roope.get("/comparison")
    assert [str(link["href"]) for link in page.all("#histories a")] == [
        f"/providers/{market.river.id}/history"
    ]
    rows = [cell.get_text() for cell in page.all("main table")[0].select("tbody th")]
    assert rows[0] == "Jokiopisto"
    assert [row[-1] for row in rows[1:]] == ["A", "B", "C", "D"]
    assert page.text == roope.get("/comparison").text, "the letters stay as they are"


def test_the_numbers_are_counted_from_the_records(browse: Browse, market: Cast) -> None:
    content = browse(market.roope).download("/comparison/table.xlsx")
    head, *rows = [
        [cell.value for cell in row] for row in load_workbook(BytesIO(content)).active.iter_rows()
    ]
    at = {name: n for n, name in enumerate(head)}
    own = rows[0]
    assert own[at["People whose training ended"]] == 8
    assert own[at["Long-term unemployed at the start, percent"]] == 75
    assert own[at["Long-term unemployed at the start, people"]] == 6
    assert own[at["In the open labour market at the end"]] == 50
    assert own[at["In the open labour market at the end: of"]] == 8
    assert own[at["Mean of participants' feedback"]] is None, "no data, no zero"
    assert own[at["The people differ from all together"]] == (
        "more: Long-term unemployed at the start"
    )
    assert sorted(row[1] for row in rows[1:]) == [5, 6, 7, 8]


def test_a_buyer_sees_its_own_by_name_and_others_only_together(
    browse: Browse, database: Database, market: Cast
) -> None:
    def rows(person: object, query: str = "") -> list[str]:
        page = browse(person).get(f"/comparison{query}")
        return [cell.get_text() for cell in page.all("main table")[0].select("tbody th")]

    mine = ["Jokiopisto", "Metsäopisto", "Rantaopisto"]
    page = browse(market.olli).get("/comparison")
    assert rows(market.olli) == mine, "the buyer of elsewhere has two, which are too few to show"
    assert "Some others are not shown" in page.text
    assert "Vuoriopisto" not in page.html
    assert rows(market.olli, "?scope=own") == mine
    with unit_of_work(database) as session:
        third = organisation(session, "Saariopisto", None, Kind.PROVIDER)
        with_results(session, market, third, 5, buyer=market.elsewhere)
    assert rows(market.olli) == mine, "a third without a standing scorecard is not compared"
    with unit_of_work(database) as session:
        standing(session, market, n=9, provider=session.merge(third))
    assert rows(market.olli) == [*mine, "Providers of other buyers together (3)"]
    assert rows(market.olli, "?by=region") == [
        "Kainuu: own",
        "Lappi: own",
        "Lappi: others together (3 providers)",
    ]
    assert rows(market.eva) == [
        "Järviopisto",
        "Saariopisto",
        "Vuoriopisto",
        *["Providers of other buyers together (3)"],
    ]


def test_few_people_are_not_broken_down(browse: Browse, database: Database, market: Cast) -> None:
    with unit_of_work(database) as session:
        with_results(session, market, market.river, 3, region="Uusimaa", long_term=1)
    page = browse(market.olli).get("/comparison?region=Uusimaa")
    assert "fewer than 5" in page.text
    assert "too few" in page.text
    assert "33" not in page.text
    content = browse(market.olli).download("/comparison/table.csv?region=Uusimaa").decode()
    assert "Figures of fewer than 5 people are not shown." in content
    assert "33" not in content


def test_a_form_and_a_period_narrow_what_is_counted(
    browse: Browse, database: Database, market: Cast
) -> None:
    with unit_of_work(database) as session:
        with_results(session, market, market.river, 6, form="cohort")
    olli = browse(market.olli)

    def people(query: str) -> str:
        row = olli.get(f"/comparison?scope=own&{query}").all("main tbody tr")[0]
        return str(row.select("td")[0].get_text())

    assert people("") == "14"
    assert people("training_form=cohort") == "6"
    assert people("last_day=31/05/2026") == "0"
    page = olli.get("/comparison?first_day=01/06/2026&last_day=31/05/2026", 422)
    assert page.errors == ["The last day must not be before the first."]
    page = olli.get("/comparison?first_day=yesterday&region=Nowhere", 422)
    assert page.value("first_day") == "yesterday"
    olli.get("/comparison/table.csv?first_day=yesterday", 404)
    page = olli.get("/comparison?ending=pdf&_anchor=x&_external=1&by=region")
    links = [str(link["href"]) for link in page.all("a[download]")]
    assert links == ["/comparison/table.xlsx?by=region", "/comparison/table.csv?by=region"]
    assert "preliminary" not in olli.get("/comparison?last_day=30/09/2026").text
    assert "preliminary" in olli.get("/comparison").text


def test_the_queries_do_not_grow_with_providers_and_people(
    browse: Browse, database: Database, market: Cast
) -> None:
    counts = []
    with unit_of_work(database) as session:
        standing(session, market, n=10, provider=market.river, form="unit_toppis")
    for more in (0, 6):
        with unit_of_work(database) as session:
            for n in range(more):
                added = organisation(session, f"Opisto {n}", None, Kind.PROVIDER)
                with_results(session, market, added, 2)
                standing(session, market, n=20 + n, provider=added)
                standing(session, market, n=20 + n, form="unit_toppis")
        asked = []
        for reader in (market.olli, market.roope):
            for address in (
                "/comparison",
                f"/providers/{market.river.id}/history",
                "/training-forms/unit_toppis/history",
            ):
                browser = browse(reader)
                browser.get(address)
                asked.append(browser.queries)
        counts.append(asked)
    assert counts[0] == counts[1]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_history_has_gaps_where_there_is_no_data(
    browse: Browse, database: Database, cast: Cast, language: str
) -> None:
    with unit_of_work(database) as session:
        for n, figures in enumerate(
            [{"completed_share": [6, 8]}, {"completed_share": [0, 0]}, {"completed_share": [7, 9]}]
        ):
            standing(
                session,
                cast,
                n=n + 1,
                first_day=date(2026, 1 + n, 1),
                last_day=date(2026, 1 + n, 28),
                figures=figures,
                form="unit_toppis",
            )
        standing(session, cast, n=4, state="draft", figures={"completed_share": [1, 7]})
    roope = browse(cast.roope, language)
    for address in (
        f"/providers/{cast.river.id}/history",
        "/training-forms/unit_toppis/history",
    ):
        page = roope.get(address)
        part = page.one('section[aria-labelledby="heading-completed_share"]')
        rows = [[cell.get_text() for cell in row.select("td")] for row in part.select("tbody tr")]
        assert [row[2][:2] for row in rows] == ["75", "–", "77"]
        assert len(rows) == 3, "a draft is no history"
        drawn = part.select("circle") or part.select("rect")
        assert len(drawn) == 2
        assert not part.select("line.chart-line"), "no line leads over a gap"
    assert "6 of 8" in browse(cast.olli).get(f"/providers/{cast.river.id}/history").text
    for stranger in (cast.sanna, cast.eva):
        browse(stranger).get(f"/providers/{cast.river.id}/history", 404)
        browse(stranger).get(f"/providers/{uuid4()}/history", 404)
        page = browse(stranger).get("/training-forms/unit_toppis/history")
        assert "Jokiopisto" not in page.html
    browse(cast.olli).get("/training-forms/unknown/history", 404)
    with unit_of_work(database) as session:
        session.expire_on_commit = False
        office = person(session, "Timo Tutkiva", session.merge(cast.office), Role.AUDITOR)
    assert "Nothing in this selection can be shown." in browse(office).get("/comparison").text
    browse(cast.ada).get("/comparison", 403)
    browse(cast.kaisa).get("/comparison", 403)
