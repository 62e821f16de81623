"""The pages of visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from portal.capacity.models import Training
from portal.database import Database
from portal.enrolments.workplaces.usecases import place_participant
from portal.meetings.visits.rules import Stop
from portal.meetings.visits.usecases import plan_visits, visit
from portal.permissions import Role
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.enrolments.guests import guest
from tests.enrolments.workplaces.found import found
from tests.page import Browser
from tests.underway import CALLED, STARTS, contract_in_force, enrolled, training_of

Browse = Callable[..., Browser]


@pytest.fixture(autouse=True)
def _spring(clock: SettableClock) -> None:
    clock.at = datetime(2026, 4, 1, 7, 0, tzinfo=UTC)


@pytest.fixture
def training(database: Database, cast: Cast) -> UUID:
    """With Anna at a café and Bertta, who is placed nowhere."""
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        running = training_of(session, cast, contract)
        enrolled(session, running, "Bertta")
        place_participant(
            session,
            workplace=found(session, cast, contract),
            enrolment=enrolled(session, running, "Anna"),
            starts=STARTS,
            by=cast.tuula,
            at=CALLED,
        )
        return running.id


def stops(browser: Browser) -> list[str]:
    assert browser.page is not None
    return [cell.get_text() for cell in browser.page.all("#stops th")]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_are_whole_in_every_language(
    browse: Browse, cast: Cast, training: UUID, language: str
) -> None:
    kaisa = browse(cast.kaisa, language)
    kaisa.get("/visits")
    kaisa.get(f"/visits/trainings/{training}")
    kaisa.submit("#plan form", status=422)
    kaisa.submit("#made form", {"made-workplace": ""}, status=422)
    kaisa.get(f"/visits/trainings/{training}")
    kaisa.submit("#plan form", {"other": "Varasto"})
    page = kaisa.follow()
    kaisa.get("/visits")
    kaisa.get(str(page.one('#stops a[href$="/made"]')["href"]))
    kaisa.submit("main form", {"note": "Sujui", "day": ""}, status=422)


def test_a_route_is_planned_ordered_and_driven(
    browse: Browse, cast: Cast, training: UUID, with_htmx: bool
) -> None:
    kaisa = browse(cast.kaisa, htmx=with_htmx)
    page = kaisa.get("/visits")
    kaisa.get(str(page.one("#trainings a")["href"]))
    page = kaisa.submit("#plan form", status=422)
    assert page.errors == ["Choose at least one workplace, or write another."]
    cafe = str(page.one('input[name="places"]')["value"])
    kaisa.submit("#plan form", {"places": cafe, "other": "Varasto", "day": "02/04/2026"})
    page = kaisa.follow()
    assert kaisa.url == "/visits/routes/2026-04-02"
    assert stops(kaisa) == ["Kahvila Kulma", "Varasto"]
    assert "Anna" in page.text
    move = str(page.all('#stops form[action$="/move"]')[1]["action"])
    kaisa.submit(f'form[action="{move}"]', button="to")
    kaisa.follow()
    assert stops(kaisa) == ["Varasto", "Kahvila Kulma"]
    page = kaisa.get("/visits/routes/2026-04-02")
    kaisa.get(str(page.all('#stops a[href$="/made"]')[1]["href"]))
    kaisa.submit("main form", {"note": "Anna viihtyy", "possibilities": "Oppisopimus"})
    page = kaisa.follow()
    assert page.flashes == ["The visit is recorded."]
    assert "Anna viihtyy" in page.text
    kaisa.submit('#stops form[action$="/cancel"]')
    page = kaisa.follow()
    assert "No visits are planned." in page.text
    assert "Oppisopimus" in page.text
    kaisa.get("/visits/routes/2026-04-03", 404)
    kaisa.get("/visits/routes/tomorrow", 404)


def test_a_visit_without_a_plan_is_recorded_with_whom_was_met(
    browse: Browse, cast: Cast, training: UUID
) -> None:
    kaisa = browse(cast.kaisa)
    page = kaisa.get(f"/visits/trainings/{training}")
    people = [str(box["value"]) for box in page.all('input[name="made-participants"]')]
    assert len(people) == 2
    kaisa.submit("#made form", {"made-workplace": "Päiväkoti", "made-participants": people})
    page = kaisa.follow()
    assert "Anna, Bertta" in page.text
    assert "Anna, Bertta" in browse(cast.tuula).get("/visits").text


def test_a_route_is_its_visitors_own_and_a_training_is_hidden_from_others(
    browse: Browse, cast: Cast, database: Database, training: UUID
) -> None:
    with unit_of_work(database) as session:
        session.expire_on_commit = False
        planned = plan_visits(
            session,
            training=session.get_one(Training, training),
            day=STARTS,
            stops=[Stop("Varasto")],
            by=cast.kaisa,
            at=CALLED,
        )
        key = planned[0].id
        stand_in = guest(session, "Sari Sijainen", cast.office, Role.COURSE_SPONSOR)
        coach = guest(session, "Vera Valmentaja", cast.shore, Role.COACH)
    for stranger in (stand_in, coach):
        browser = browse(stranger)
        assert "Varasto" not in browser.get("/visits").text
        browser.get(f"/visits/routes/{STARTS.isoformat()}", 404)
        browser.get(f"/visits/trainings/{training}", 404)
        browser.post(f"/visits/trainings/{training}/plan", {"other": "X"}, 404)
        for one in (key, uuid4()):
            browser.get(f"/visits/{one}/made", 404)
            browser.post(f"/visits/{one}/move", status=404)
            browser.post(f"/visits/{one}/cancel", status=404)
    browse(cast.tuula).get(f"/visits/trainings/{training}", 403)
    for other in (cast.olli, cast.tarja, cast.ada):
        browse(other).get("/visits", 403)
    browse().get("/visits", 303)


def test_the_lists_take_as_many_queries_at_any_length(
    browse: Browse, cast: Cast, database: Database, training: UUID
) -> None:
    counts = set()
    for _n in range(2):
        with unit_of_work(database) as session:
            contract = contract_in_force(session, cast)
            for _m in range(4):
                running = training_of(session, cast, contract, workdays="10")
                anna = enrolled(session, running, "Anna")
                visit(
                    session,
                    training=running,
                    day=STARTS,
                    workplace="Kahvila",
                    enrolments=[anna],
                    by=cast.kaisa,
                    at=CALLED,
                )
        kaisa = browse(cast.kaisa)
        kaisa.get("/visits")
        counts.add(("list", kaisa.queries))
        kaisa.get(f"/visits/routes/{STARTS.isoformat()}")
        counts.add(("route", kaisa.queries))
    assert len(counts) == 2, counts
