"""The records of a training, and what the sponsor does with them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from portal.capacity.models import TrainingCoach
from portal.database import Database
from portal.permissions import Kind, Role
from portal.unit_of_work import unit_of_work
from portal.workdays.usecases import record_workdays
from tests.cast import Cast, organisation, person
from tests.conftest import SettableClock
from tests.page import Browser
from tests.underway import CALLED, enrolled
from tests.workdays.conftest import LATER, RECORDED, Running, accept, record

Browse = Callable[..., Browser]


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = LATER


def url(running: Running, rest: str = "") -> str:
    return f"/trainings/{running.training_id}/workdays{rest}"


def test_a_sponsor_accepts_a_record_that_they_have_seen(
    running: Running, browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    record(database, cast, running, a="2", b="2.5")
    kaisa = browse(cast.kaisa, htmx=with_htmx)
    page = kaisa.get(url(running))
    assert "Osallistuja A" in page.text
    assert "4.5 days" in page.text
    record(database, cast, running, a="2")
    page = kaisa.submit("main form", status=422)
    assert page.errors == [
        "Somebody changed this while you were working on it. Look at the newest version first."
    ]
    kaisa.submit("main form")
    page = kaisa.follow()
    assert page.flashes == ["The record has been accepted."]
    assert "Accepted by Kaisa Koulutusvastaava" in page.text
    kaisa.post(url(running, "/2026-03/accept"), {"record": "nothing"}, 422)


def test_a_sponsor_disputes_with_a_reason_that_the_provider_sees(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    record(database, cast, running, a="2")
    kaisa = browse(cast.kaisa)
    page = kaisa.get(url(running, "/2026-03/dispute"))
    assert page.heading == "Dispute the record of 3/2026"
    page = kaisa.submit("main form", status=422)
    assert page.errors == ["Give a reason."]
    kaisa.submit("main form", reason="A oli poissa")
    page = kaisa.follow()
    assert page.flashes == ["The record has been disputed. The trainer records the month anew."]
    kaisa.get(url(running, "/2026-03/dispute"), 404)
    record(database, cast, running, a="1")
    page = browse(cast.tuula).get(url(running))
    assert "A oli poissa" in page.text
    assert "Recorded anew" in page.text


def test_a_correction_is_accepted_like_a_record(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    record(database, cast, running, a="2")
    accept(database, cast, running)
    tuula = browse(cast.tuula)
    tuula.get(url(running, "/2026-03/correct"))
    tuula.submit("main form", {f"days-{running.people['a']}": "1", "reason": "Virhe"})
    kaisa = browse(cast.kaisa)
    page = kaisa.get(url(running))
    assert "-1 days" in page.text.replace("\N{MINUS SIGN}", "-")
    kaisa.submit("main form")
    assert "1 day" in kaisa.follow().text


def test_much_absence_is_shown_to_the_sponsor(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    with unit_of_work(database) as session:
        record_workdays(
            session,
            training=running.training(session),
            period="2026-04",
            days=running.days(a="10", b="10"),
            absent=running.days(a="6", b="1"),
            by=cast.tuula,
            at=RECORDED,
        )
    kaisa = browse(cast.kaisa)
    page = kaisa.get("/workdays")
    assert [row.get_text() for row in page.all("section th[scope=row] a")] == ["Osallistuja A"]
    assert "Absent more than the limit" in kaisa.get(url(running)).text


def test_nobody_sees_records_or_names_that_are_not_theirs(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    with database.transaction() as session:
        session.expire_on_commit = False
        neighbours = organisation(session, "Naapurin työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
        strangers = [
            person(session, "Niilo Naapuri", neighbours, Role.COURSE_SPONSOR),
            person(session, "Toini Toinen", cast.office, Role.COURSE_SPONSOR),
            person(session, "Teuvo Vieras", cast.shore, Role.TRAINER),
            cast.sanna,
            cast.eva,
        ]
        coach = person(session, "Valma Valmentaja", cast.shore, Role.COACH)
    record(database, cast, running, a="2")
    for stranger in strangers:
        browser = browse(stranger)
        browser.get(url(running), 404)
        if stranger.holds({Role.COURSE_SPONSOR}):
            browser.get(url(running, "/2026-03/dispute"), 404)
            browser.post(url(running, "/2026-03/accept"), {"record": uuid4()}, 404)
            browser.post(url(running, "/2026-03/dispute"), {"record": uuid4(), "reason": "x"}, 404)
            assert "No record waits for you." in browser.get("/workdays").text
    browse(cast.ada).get(url(running), 403)
    browse(coach).get(url(running), 404)
    with database.transaction() as session:
        session.add(
            TrainingCoach(
                training_id=running.training_id,
                person_id=coach.id,
                named_by_id=cast.kaisa.id,
                named_at=CALLED,
            )
        )
    assert "Osallistuja A" in browse(coach).get(url(running)).text
    assert "Osallistuja A" in browse(cast.roope).get(url(running)).text
    for reader in (cast.olli, cast.tarja):
        page = browse(reader).get(url(running))
        assert "Osallistuja" not in page.text
        assert "1 participant that you do not see by name, together: 2 days" in page.text


def test_a_sponsor_sees_the_participants_of_their_own_office_alone(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    with unit_of_work(database) as session:
        neighbours = organisation(session, "Naapurin työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
        theirs = enrolled(session, running.training(session), "Naapuri N")
        theirs.office_id = neighbours.id
        running.people["n"] = theirs.id
    record(database, cast, running, a="2", n="3")
    page = browse(cast.kaisa).get(url(running))
    assert "Osallistuja A" in page.text
    assert "Naapuri N" not in page.text
    assert "1 participant that you do not see by name, together: 3 days" in page.text


@pytest.mark.parametrize("address", ["/workdays", "records"])
def test_the_lists_take_as_many_queries_for_many_records_as_for_few(
    running: Running, browse: Browse, cast: Cast, database: Database, address: str
) -> None:
    record(database, cast, running, a="1")
    kaisa = browse(cast.kaisa)
    address = url(running) if address == "records" else address
    kaisa.get(address)
    few = kaisa.queries
    for month in range(4, 9):
        record(database, cast, running, f"2026-{month:02}", a="1", b="1")
    kaisa.get(address)
    assert kaisa.queries == few
