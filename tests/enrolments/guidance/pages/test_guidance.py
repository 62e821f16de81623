"""The page of after-guidance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from portal.database import Database
from portal.organisations.models import Person
from portal.permissions import Role
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.enrolments.guests import guest
from tests.enrolments.guidance.ended import ended
from tests.page import Browser

Browse = Callable[..., Browser]


@pytest.fixture(autouse=True)
def _summer(clock: SettableClock) -> None:
    clock.at = datetime(2026, 7, 1, 7, 0, tzinfo=UTC)


@pytest.fixture
def people(database: Database, cast: Cast) -> tuple[UUID, Person]:
    with unit_of_work(database) as session:
        session.expire_on_commit = False
        key = ended(session, cast).id
        return key, guest(session, "Ville Virkailija", cast.office, Role.RESPONSIBLE_OFFICIAL)


def lines(browser: Browser) -> list[list[str]]:
    assert browser.page is not None
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")][:3]
        for row in browser.page.all("#lines tr")
    ]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_are_whole_in_every_language(
    browse: Browse, cast: Cast, people: tuple[UUID, Person], language: str
) -> None:
    key, official = people
    tuula = browse(cast.tuula, language)
    tuula.get(f"/participants/{key}/guidance")
    tuula.submit("#record form", {"state": "used", "hours": "2"}, button=None)
    page = tuula.follow()
    back = str(page.one('#lines a[href$="/take-back"]')["href"])
    tuula.get(back)
    tuula.submit("main form", {"reason": ""}, status=422)
    tuula.submit("main form", {"reason": "Väärä päivä"})
    tuula.follow()
    ville = browse(official, language)
    ville.get(f"/participants/{key}/guidance")
    ville.submit("#agreements form", {"text": "Kaksi tapaamista"})
    ville.follow()


def test_the_trainer_records_until_the_hours_are_used(
    browse: Browse,
    cast: Cast,
    clock: SettableClock,
    people: tuple[UUID, Person],
    with_htmx: bool,
) -> None:
    key, _official = people
    tuula = browse(cast.tuula, htmx=with_htmx)
    tuula.get(f"/participants/{key}/guidance")
    page = tuula.submit("#record form", {"state": "used"}, status=422)
    assert page.errors == ["Give the hours that were used."]
    page = tuula.submit("#record form", {"state": "used", "hours": "10.5"}, status=422)
    assert page.errors == ["There are not enough hours of after-guidance left."]
    assert page.value("hours") == "10.5"
    tuula.submit("#record form", {"state": "offered", "hours": ""})
    tuula.follow()
    clock.move(minutes=5)
    tuula.submit("#record form", {"state": "used", "hours": "6.5"})
    page = tuula.follow()
    assert page.flashes == ["The after-guidance is recorded."]
    assert lines(tuula) == [
        ["01/07/2026", "Used", "6.5"],
        ["01/07/2026", "Offered", "–"],
    ]
    values = {
        row.dt.get_text(): row.dd.get_text()  # type: ignore[union-attr]
        for row in page.all(".summary > div")
    }
    assert values["Hours used"] == "6.5"
    assert values["Hours remaining"] == "3.5"
    assert values["Times offered"] == "1"
    assert values["Times accepted"] == "0"
    assert values["Last day"] == "30/12/2026"
    page = tuula.submit(
        "#record form", {"state": "offered", "day": "31/12/2026", "hours": ""}, status=422
    )
    assert page.errors == ["The time for after-guidance has passed."]


def test_everybody_else_reads_or_finds_nothing(
    browse: Browse, cast: Cast, database: Database, people: tuple[UUID, Person]
) -> None:
    key, official = people
    address = f"/participants/{key}/guidance"
    with unit_of_work(database) as session:
        session.expire_on_commit = False
        stand_in = guest(session, "Sari Sijainen", cast.office, Role.COURSE_SPONSOR)
        coach = guest(session, "Vera Valmentaja", cast.shore, Role.COACH)
        abroad = guest(session, "Olga Outo", cast.elsewhere, Role.RESPONSIBLE_OFFICIAL)
    for reader in (cast.kaisa, cast.roope, official):
        page = browse(reader).get(address)
        assert "After-guidance of Anna" in page.heading
        assert not page.has("#record")
    for stranger in (stand_in, coach, abroad, cast.sanna):
        browse(stranger).get(address, 404)
        browse(stranger).get(f"/participants/{uuid4()}/guidance", 404)
    browse(coach).post(address, {"state": "offered", "day": "01/07/2026"}, 404)
    for other in (cast.olli, cast.tarja, cast.ada, cast.eeva):
        browse(other).get(address, 403)
    browse().get(address, 303)
    browse(cast.kaisa).post(address, {"state": "offered", "day": "01/07/2026"}, 403)


def test_the_page_takes_as_many_queries_with_one_line_as_with_many(
    browse: Browse, cast: Cast, people: tuple[UUID, Person]
) -> None:
    key, _official = people
    counts = set()
    tuula = browse(cast.tuula)
    for _n in range(3):
        for _m in range(3):
            tuula.get(f"/participants/{key}/guidance")
            tuula.submit("#record form", {"state": "used", "hours": "0.5"})
        tuula.get(f"/participants/{key}/guidance")
        counts.add(tuula.queries)
    assert len(counts) == 1
