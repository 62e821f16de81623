"""The pages of scorecards, for the buyer, the sponsor, the provider and strangers."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.documents import store
from portal.documents.render import Rendered
from portal.organisations.models import Person
from portal.permissions import Kind, Role
from portal.scorecards.documents import scorecard_context
from portal.scorecards.models import Scorecard, ScorecardAssessment
from portal.scorecards.rules import Given
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation, person
from tests.conftest import SettableClock
from tests.page import Browser
from tests.scorecards.cards import DRAWN, OVER, TWO, act, assess_both, draw_up, put_results

Browse = Callable[..., Browser]
LANGUAGES = ["fi", "sv", "en"]


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = DRAWN


@pytest.fixture
def card(database: Database, cast: Cast) -> UUID:
    """A drafted scorecard."""
    put_results(database, cast)
    return draw_up(database, cast)


def test_an_officer_draws_up_a_scorecard(
    browse: Browse, database: Database, cast: Cast, with_htmx: bool
) -> None:
    put_results(database, cast)
    olli = browse(cast.olli, htmx=with_htmx)
    page = olli.get("/scorecards/new")
    assert [one.get_text() for one in page.all("#provider option")] == ["Choose", "Jokiopisto"]
    page = olli.submit("main form", first_day="01/03/2026", last_day="30/2/2026", status=422)
    assert len(page.errors) == 2
    assert page.value("last_day") == "30/2/2026"
    page = olli.submit("main form", provider=str(cast.river.id), last_day="28/02/2026", status=422)
    assert page.errors == ["The last day must not be before the first."]
    olli.submit("main form", provider=str(cast.river.id), last_day="30/09/2026")
    page = olli.follow()
    assert page.heading == "Scorecard of Jokiopisto, 01/03/2026–30/09/2026"
    assert page.flashes == ["The scorecard has been drawn up. The provider has been told."]
    row = next(row for row in page.all("main tbody tr") if "open labour market" in row.get_text())
    cells = [cell.get_text(strip=True) for cell in row.find_all("td")]
    assert cells == ["33.3 %", "1", "3", "Moderate"]
    empty = next(row for row in page.all("main tbody tr") if "feedback" in row.get_text())
    assert [cell.get_text(strip=True) for cell in empty.find_all("td")] == [
        "No data",
        "0",
        "0",
        "No data",
    ]
    assert "15 days left to answer" in page.text
    assert "Jokiopisto, its own view" in page.text


def test_a_provider_of_another_buyer_cannot_be_chosen(
    browse: Browse, database: Database, cast: Cast, card: UUID
) -> None:
    eva = browse(cast.eva)
    assert "has no contract in force" in eva.get("/scorecards/new").text
    days = {"first_day": "01/03/2026", "last_day": "30/09/2026"}
    eva.post("/scorecards/new", {"provider": str(cast.river.id), **days}, 422)
    with database.reading() as session:
        assert len(session.scalars(select(Scorecard)).all()) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_assessing_keeps_what_was_typed_and_leaves_out_what_was_left_out(
    browse: Browse, database: Database, cast: Cast, card: UUID, language: str
) -> None:
    kaisa = browse(cast.kaisa, language)
    address = f"/scorecards/{card}/assess"
    kaisa.get(address)
    assert len(kaisa.submit("main form", status=422).errors) == 1
    page = kaisa.submit(
        "main form",
        {
            "points-needs_mapping": "2",
            "reason-needs_mapping": "Suunnitelmat <b>on</b> tehty",
            "indicator-needs_mapping": "completed_share",
            "reason-after_guidance": "Pisteet puuttuvat",
            "evidence-needs_mapping": "javascript:alert(1)",
        },
        status=422,
    )
    assert len(page.errors) == 1
    assert page.value("reason-after_guidance") == "Pisteet puuttuvat"
    page = kaisa.submit("main form", {"reason-after_guidance": ""}, status=422)
    assert len(page.errors) == 1
    assert page.value("evidence-needs_mapping") == "javascript:alert(1)"
    kaisa.submit("main form", {"evidence-needs_mapping": "/meetings/x"})
    page = kaisa.follow()
    assert "Suunnitelmat <b>on</b> tehty" in page.text
    assert [one.get_text() for one in page.all("main a[href='/meetings/x']")] == ["/meetings/x"]
    kaisa.get(address)
    kaisa.submit("main form", {"points-after_guidance": "0", "reason-after_guidance": "Ei näyttöä"})
    with database.reading() as session:
        rows = session.scalars(select(ScorecardAssessment)).all()
        # What had not changed is not given again.
        assert sorted((row.criterion, row.points, row.indicator) for row in rows) == [
            ("after_guidance", 0, ""),
            ("needs_mapping", 2, "completed_share"),
        ]


def test_each_side_sees_the_other_view_after_its_own_and_all_see_both_once_it_stands(
    browse: Browse, database: Database, cast: Cast, card: UUID
) -> None:
    points = {"needs_mapping": Given(1, "Kummin peruste"), "after_guidance": Given(3, "Ohjattu")}
    act(database, "assess_provider", card, cast.kaisa, points=points)
    address = f"/scorecards/{card}"
    roope = browse(cast.roope)
    page = roope.get(address)
    assert "Kummin peruste" not in page.html
    assert "Kaisa" not in page.html
    act(
        database,
        "assess_provider",
        card,
        cast.roope,
        points={"needs_mapping": Given(3, "Oma peruste")},
    )
    page = roope.get(address)
    assert "Kummin peruste" in page.text
    assert "The provider's own view is higher by 2." in page.text
    assert "Ohjattu" not in page.html, "only of the criterion that it has given its own view of"
    assert "Oma peruste" in browse(cast.kaisa).get(address).text
    for reader in (cast.tarja, cast.paula):
        assert "peruste" not in browse(reader).get(address).html
    act(database, "answer_scorecard", card, cast.roope, text="Vastaamme <i>näin</i>")
    act(database, "settle_scorecard", card, cast.olli)
    for reader in (cast.tarja, cast.roope, cast.kaisa, cast.tuula):
        page = browse(reader).get(address)
        for told in ("Kummin peruste", "Oma peruste", "Ohjattu", "Vastaamme <i>näin</i>"):
            assert told in page.text


def test_several_referrers_are_shown_each_with_their_spread(
    browse: Browse, database: Database, cast: Cast, card: UUID
) -> None:
    for by, n in ((cast.kaisa, 1), (cast.olli, 2)):
        points = {"needs_mapping": Given(n, f"Peruste {n}")}
        act(database, "assess_provider", card, by, points=points)
    text = browse(cast.olli).get(f"/scorecards/{card}").text
    assert "2 assessments, from 1 to 2 points, mean 1.5" in text
    assert "Peruste 1" in text
    assert "Peruste 2" in text
    assert "The gap is shown once both views are seen." in text


def test_the_page_says_why_it_cannot_stand_yet_and_lets_it_stand(
    browse: Browse, database: Database, cast: Cast, card: UUID, clock: SettableClock
) -> None:
    olli, address = browse(cast.olli), f"/scorecards/{card}"
    page = olli.get(address)
    assert "at least one criterion from each" in page.text
    assert not page.has(f"form[action='{address}/settle']")
    assess_both(database, cast, card)
    assert "Without an answer it can stand after 15/10/2026." in olli.get(address).text
    page = olli.post(f"{address}/settle", {}, 422)
    assert page.errors == ["The provider still has time to answer."]
    roope = browse(cast.roope)
    roope.get(address)
    assert len(roope.submit(f"form[action='{address}/answer']", text="", status=422).errors) == 1
    roope.submit(f"form[action='{address}/answer']", text="Korjaamme.")
    assert "Korjaamme." in roope.follow().text
    olli.get(address)
    olli.submit(f"form[action='{address}/settle']")
    page = olli.follow()
    assert "does not change any more" in page.text
    assert "The PDF is being made." in page.text
    olli.get(f"{address}.pdf", 404)
    with unit_of_work(database) as session:
        scorecard = session.get_one(Scorecard, card)
        assert scorecard_context(session, card, "fi")["answer"]["text"] == "Korjaamme."
        store.keep(
            session,
            "scorecard",
            Rendered(b"%PDF-1.7", "0" * 64, 1),
            subject=card,
            owner=scorecard.provider_id,
            language="fi",
            at=DRAWN,
        )
    assert olli.download(f"{address}.pdf") == b"%PDF-1.7"
    browse(cast.sanna).get(f"{address}.pdf", 404)
    page = roope.get(f"{address}/assess")
    assert "does not change any more" in page.text
    roope.post(f"{address}/assess", {"points-needs_mapping": "1", "reason-needs_mapping": "x"}, 422)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_finds_no_scorecard(
    browse: Browse, database: Database, cast: Cast, card: UUID, language: str
) -> None:
    with unit_of_work(database) as session:
        session.expire_on_commit = False
        office = organisation(session, "Toinen alue", None, Kind.EMPLOYMENT_OFFICE)
        foreign = person(session, "Ulla Muu", office, Role.COURSE_SPONSOR)
    for reader in (cast.sanna, cast.eva, foreign):
        browser = browse(reader, language)
        assert str(card) not in browser.get("/scorecards").html
        browser.get(f"/scorecards/{card}", 404)
        browser.get(f"/scorecards/{card}/assess", 404)
        browser.get(f"/scorecards/{card}.pdf", 404)
    for reader in (cast.kaisa, cast.roope, cast.tarja):
        assert str(card) in browse(reader, language).get("/scorecards").html


def test_what_waits_is_told_to_those_who_assess_answer_and_settle(
    browse: Browse, database: Database, cast: Cast, card: UUID, clock: SettableClock
) -> None:
    def told(who: Person) -> set[str]:
        rows = browse(who).get("/waiting").all("main tbody tr")
        return {row.find("a").get_text() for row in rows if "Jokiopisto" in row.get_text()}

    subject = " Jokiopisto 2026-03-01–2026-09-30"
    assess = f"Assess the criteria of the scorecard{subject}"
    answer, stand = f"Answer the scorecard{subject}", f"Let the scorecard stand{subject}"
    assert told(cast.roope) == {assess, answer}
    assert told(cast.kaisa) == told(cast.olli) == {assess}
    assess_both(database, cast, card)
    assert told(cast.roope) == {answer}
    assert told(cast.kaisa) == told(cast.olli) == set()
    clock.at = OVER
    assert told(cast.olli) == {stand}
    act(database, "settle_scorecard", card, cast.olli, OVER)
    assert told(cast.roope) == told(cast.olli) == set()


def test_lists_and_cards_take_as_many_queries_whatever_there_is(
    browse: Browse, database: Database, cast: Cast, card: UUID
) -> None:
    assess_both(database, cast, card)
    roope, addresses = browse(cast.roope), ("/scorecards", f"/scorecards/{card}", "/waiting")
    few = []
    for address in addresses:
        roope.get(address)
        few.append(roope.queries)
    for _ in range(21):
        act(database, "assess_provider", draw_up(database, cast), cast.kaisa, points=TWO)
    act(
        database,
        "assess_provider",
        card,
        cast.olli,
        points={**TWO, "after_guidance": Given(1, "x")},
    )
    many = []
    for address in addresses:
        roope.get(address)
        many.append(roope.queries)
    assert many[0] <= few[0]
    assert many[1] <= few[1] + 1, "the memberships of one more person"
    assert many[2] <= few[2]
    page = roope.get("/scorecards")
    assert len(page.all("main tbody tr")) == 20
    assert len(roope.get("/scorecards?page=2").all("main tbody tr")) == 2
