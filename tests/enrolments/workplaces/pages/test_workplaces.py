"""The pages of workplaces."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from portal.database import Database
from portal.enrolments.workplaces.usecases import place_participant
from portal.permissions import Role
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.enrolments.guests import guest
from tests.enrolments.workplaces.found import FIELD, found
from tests.page import Browser
from tests.underway import CALLED, STARTS, contract_in_force, enrolled, training_of

Browse = Callable[..., Browser]
TYPED = {"name": "Kahvila Kulma", "instructor": "Ilona Ohjaaja"}


@pytest.fixture(autouse=True)
def _spring(clock: SettableClock) -> None:
    clock.at = datetime(2026, 3, 20, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_are_whole_in_every_language(
    browse: Browse, cast: Cast, database: Database, language: str
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        workplace = found(session, cast, contract, confirmed=False).id
        enrolled(session, training_of(session, cast, contract), "Anna")
    kaisa = browse(cast.kaisa, language)
    kaisa.get("/workplaces?state=found")
    kaisa.get("/workplaces/new")
    kaisa.submit(status=422)
    kaisa.get(f"/workplaces/{workplace}")
    kaisa.submit("#confirm form", {"day": ""}, status=422)
    kaisa.get(f"/workplaces/{workplace}")
    kaisa.submit("#confirm form")
    kaisa.follow()
    kaisa.get("/workplaces")
    kaisa.get(f"/workplaces/{workplace}")
    kaisa.submit("#place form", {"subsidy_decision": "ei ole"}, status=422)
    kaisa.get(f"/workplaces/{workplace}/end")
    kaisa.submit("main form", {"reason": ""}, status=422)
    kaisa.submit("main form", {"reason": "Lopetti"})
    kaisa.follow()


def test_a_workplace_is_recorded_confirmed_filled_and_ended(
    browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast, fields=[FIELD])
        anna = enrolled(session, training_of(session, cast, contract), "Anna").id
        purpose = f"{contract.id}.0"
    kaisa = browse(cast.kaisa, htmx=with_htmx)
    kaisa.get("/workplaces/new")
    page = kaisa.submit(
        "main form", {**TYPED, "purpose": purpose, "business_id": "1234567-2"}, status=422
    )
    assert page.errors == ["Check the business ID. Its check digit does not match."]
    assert page.value("name") == "Kahvila Kulma"
    kaisa.submit("main form", {"business_id": "1234567-1"})
    page = kaisa.follow()
    assert page.flashes == ["The workplace is recorded. Confirm it once the employer has agreed."]
    assert not page.has("#place")
    kaisa.submit("#confirm form", {"day": "21/03/2026"}, status=422)
    kaisa.submit("#confirm form", {"day": "20/03/2026"})
    page = kaisa.follow()
    address = kaisa.url
    home = kaisa.get("/workplaces")
    assert [cell.get_text() for cell in home.all("#free td.number")] == ["1"]
    kaisa.get(address)
    kaisa.submit("#place form", {"participant": str(uuid4()), "starts": "20/03/2026"}, status=422)
    kaisa.submit(
        "#place form",
        {
            "participant": str(anna),
            "starts": "20/03/2026",
            "subsidy_decision": "PT-2026-77",
        },
    )
    page = kaisa.follow()
    assert page.one("#placed th").get_text() == "Anna"
    assert "PT-2026-77" in page.text
    home = kaisa.get("/workplaces")
    assert not home.has("#free")
    assert "Anna" in home.text
    kaisa.get(address)
    page = kaisa.submit(
        "#placed form",
        {str(kaisa.page.one("#placed input.width-short")["name"]): "1/1/2026"},  # type: ignore[union-attr]
        status=422,
    )
    assert page.errors == ["The last day may not be before the first."]
    kaisa.submit("#placed form", {str(page.one("#placed input.width-short")["name"]): "20/03/2026"})
    kaisa.follow()
    kaisa.get(f"{address}/end")
    page = kaisa.submit("main form", {"reason": "Kahvila lopettaa"}, status=422)
    assert page.errors == ["Somebody is placed at this workplace now or later."]


def test_workplaces_and_whom_they_take_are_hidden_from_others(
    browse: Browse, cast: Cast, database: Database
) -> None:
    with unit_of_work(database) as session:
        session.expire_on_commit = False
        contract = contract_in_force(session, cast)
        workplace = found(session, cast, contract)
        place_participant(
            session,
            workplace=workplace,
            enrolment=enrolled(session, training_of(session, cast, contract), "Anna"),
            starts=STARTS,
            subsidy_decision="PT-2026-77",
            by=cast.tuula,
            at=CALLED,
        )
        key = workplace.id
        stand_in = guest(session, "Sari Sijainen", cast.office, Role.COURSE_SPONSOR)
        coach = guest(session, "Vera Valmentaja", cast.shore, Role.COACH)
    for reader in (cast.kaisa, cast.tuula, cast.roope):
        assert "Anna" in browse(reader).get(f"/workplaces/{key}").text
    for page in (
        browse(stand_in).get(f"/workplaces/{key}"),
        browse(stand_in).get("/workplaces"),
    ):
        assert "Kahvila Kulma" in page.text
        assert "Anna" not in page.text
        assert "PT-2026-77" not in page.text
    for stranger in (coach, cast.sanna):
        browse(stranger).get(f"/workplaces/{key}", 404)
        browse(stranger).get(f"/workplaces/{uuid4()}", 404)
        assert "Kahvila" not in browse(stranger).get("/workplaces").text
    for other in (cast.olli, cast.tarja, cast.ada):
        browse(other).get("/workplaces", 403)
        browse(other).get(f"/workplaces/{key}", 403)
    browse().get("/workplaces", 303)


def test_the_lists_take_as_many_queries_at_any_length(
    browse: Browse, cast: Cast, database: Database
) -> None:
    counts = set()
    for _n in range(2):
        with unit_of_work(database) as session:
            for _m in range(6):
                found(session, cast, contract_in_force(session, cast))
        for reader in (cast.kaisa, cast.tuula):
            browser = browse(reader)
            browser.get("/workplaces")
            counts.add((reader.name, browser.queries))
            browser.get("/workplaces/new")
            counts.add((reader.name, "new", browser.queries))
    assert len(counts) == 4, counts
