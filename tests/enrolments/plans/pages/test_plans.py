"""The pages of plans, of a training's path, of portfolios."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from portal.database import Database
from portal.enrolments.models import Enrolment
from portal.permissions import Role
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.enrolments.guests import guest
from tests.page import Browser
from tests.underway import contract_in_force, enrolled, training_of

Browse = Callable[..., Browser]


@pytest.fixture(autouse=True)
def _spring(clock: SettableClock) -> None:
    clock.at = datetime(2026, 4, 1, 7, 0, tzinfo=UTC)


@pytest.fixture
def anna(database: Database, cast: Cast) -> Enrolment:
    with unit_of_work(database) as session:
        session.expire_on_commit = False
        contract = contract_in_force(session, cast)
        return enrolled(session, training_of(session, cast, contract, form="coaching"), "Anna")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_are_whole_in_every_language(
    browse: Browse, cast: Cast, anna: Enrolment, language: str
) -> None:
    address = f"/participants/{anna.id}/plan"
    kaisa = browse(cast.kaisa, language)
    kaisa.get(address)
    kaisa.submit("#add-step", status=422)
    kaisa.submit("#assess", status=422)
    kaisa.submit("#plan form", {"name": ""}, status=422)
    kaisa.get(address)
    kaisa.post(f"{address}/steps", {"step-due": _day(language), "step-text": "Haku"})
    page = kaisa.follow()
    kaisa.get(str(page.one('#open-steps a[href$="/change"]')["href"]))
    kaisa.submit(status=422)
    kaisa.get(str(page.one('#open-steps a[href$="/withdraw"]')["href"]))
    kaisa.submit(status=422)
    kaisa.submit("main form", {"reason": "Ei tarvita"})
    kaisa.follow()
    kaisa.get(f"/trainings/{anna.training_id}/path")
    kaisa.submit(status=422)
    kaisa.submit("main form", {"stage": "training", "service_line": "skills"})
    kaisa.follow()
    kaisa.get(address)
    kaisa.get("/portfolios")
    kaisa.get(f"/portfolios/{anna.training_id}")
    kaisa.submit("#review", {"day": ""}, status=422)


def _day(language: str) -> str:
    return "30/04/2026" if language == "en" else "30.4.2026"


def test_the_plan_says_what_comes_next(
    browse: Browse, cast: Cast, anna: Enrolment, with_htmx: bool
) -> None:
    address = f"/participants/{anna.id}/plan"
    tuula = browse(cast.tuula, htmx=with_htmx)
    page = tuula.get(address)
    assert "Joint review with the participant –" in page.text
    assert page.value("name") == "Valmennussuunnitelma"
    for day, text in (("30/04/2026", "Haastattelu"), ("15/04/2026", "Korttikoulutus")):
        tuula.submit("#add-step", {"step-due": day, "step-text": text})
        page = tuula.follow()
    assert page.one("#next").get_text().split() == ["15/04/2026", "Korttikoulutus"]
    tuula.submit(str(_form(page, "/done")))
    page = tuula.follow()
    assert page.flashes == ["The step is done."]
    assert page.one("#next").get_text().split() == ["30/04/2026", "Haastattelu"]
    tuula.submit("#plan form", {"name": "HOPS", "job_search_from": "01/04/2026"})
    page = tuula.follow()
    assert "A workplace is looked for" in page.text
    tuula.submit("#assess", {"closing-side": "learner", "closing-text": "Opin paljon"})
    tuula.follow()
    tuula.submit("#assess", {"closing-side": "learner", "closing-text": "Opin vielä enemmän"})
    page = tuula.follow()
    assert "Opin vielä enemmän" in page.all("#closing > .card")[0].get_text()
    assert "Opin paljon" in page.one("#closing details").get_text()


def _form(page: object, end: str) -> str:
    action = page.all(f'form[action$="{end}"]')[0]["action"]  # type: ignore[attr-defined]
    return f'form[action="{action}"]'


def test_a_step_is_changed_with_its_reason_in_its_history(
    browse: Browse, cast: Cast, anna: Enrolment
) -> None:
    kaisa = browse(cast.kaisa)
    kaisa.get(f"/participants/{anna.id}/plan")
    kaisa.submit("#add-step", {"step-due": "15/04/2026", "step-text": "Korttikoulutus"})
    page = kaisa.follow()
    kaisa.get(str(page.one('#open-steps a[href$="/change"]')["href"]))
    page = kaisa.submit(status=422)
    assert page.errors == ["Nothing has been changed."]
    kaisa.submit("main form", {"due": "22/04/2026", "reason": "Kurssi siirtyi"})
    page = kaisa.follow()
    assert "Kurssi siirtyi" in page.one("#history").get_text()
    assert page.one("#open-steps th").get_text() == "22/04/2026"


def test_portfolios_are_due_by_their_latest_review(
    browse: Browse, cast: Cast, anna: Enrolment, clock: SettableClock
) -> None:
    clock.at = datetime(2026, 5, 20, 7, 0, tzinfo=UTC)
    kaisa = browse(cast.kaisa)
    page = kaisa.get("/portfolios")
    assert "16/05/2026" in page.one("#portfolios").get_text()
    assert "Late" in page.one("#portfolios").get_text()
    kaisa.get(f"/portfolios/{anna.training_id}")
    kaisa.submit("#review", {"note": "Kaikilla on ura auki"})
    assert "Kaikilla on ura auki" in kaisa.follow().text
    page = kaisa.get("/portfolios")
    assert "20/07/2026" in page.one("#portfolios").get_text()
    assert "Late" not in page.one("#portfolios").get_text()


def test_a_plan_is_hidden_from_everybody_else(
    browse: Browse, cast: Cast, database: Database, anna: Enrolment
) -> None:
    address, training = f"/participants/{anna.id}/plan", anna.training_id
    with unit_of_work(database) as session:
        session.expire_on_commit = False
        stand_in = guest(session, "Sari Sijainen", cast.office, Role.COURSE_SPONSOR)
        official = guest(session, "Ville Virkailija", cast.office, Role.RESPONSIBLE_OFFICIAL)
        coach = guest(session, "Vera Valmentaja", cast.shore, Role.COACH)
    page = browse(cast.roope).get(address)
    assert not page.has("#add-step")
    assert not page.has("#assess")
    for stranger in (stand_in, coach):
        browser = browse(stranger)
        for one in (anna.id, uuid4()):
            browser.get(f"/participants/{one}/plan", 404)
            browser.post(f"/participants/{one}/plan", {"name": "X"}, 404)
            browser.post(
                f"/participants/{one}/plan/steps",
                {"step-due": "15/04/2026", "step-text": "X"},
                404,
            )
            browser.post(f"/participants/{one}/plan/steps/{uuid4()}/done", status=404)
        browser.get(f"/portfolios/{training}", 404)
    browse(stand_in).get(f"/trainings/{training}/path", 404)
    browse(cast.sanna).get(address, 404)
    for other in (cast.olli, cast.tarja, cast.ada, cast.eeva, official):
        browse(other).get(address, 403)
    browse().get(address, 303)
    assert "lupa" not in browse(coach).get("/portfolios").text


def test_the_pages_take_as_many_queries_at_any_length(
    browse: Browse, cast: Cast, database: Database, anna: Enrolment
) -> None:
    counts = set()
    address: UUID = anna.id
    kaisa = browse(cast.kaisa)
    for _n in range(2):
        for _m in range(3):
            kaisa.get(f"/participants/{address}/plan")
            kaisa.submit("#add-step", {"step-due": "15/04/2026", "step-text": "Haku"})
            kaisa.get(f"/participants/{address}/plan")
            kaisa.submit("#assess", {"closing-side": "school", "closing-text": "Hyvä"})
        with unit_of_work(database) as session:
            contract = contract_in_force(session, cast)
            for _m in range(3):
                training_of(session, cast, contract, form="coaching", workdays="10")
        kaisa.get(f"/participants/{address}/plan")
        counts.add(("plan", kaisa.queries))
        kaisa.get("/portfolios")
        counts.add(("portfolios", kaisa.queries))
    assert len(counts) == 2, counts
