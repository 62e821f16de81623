"""The pages of improvement plans."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from portal.database import Database
from portal.scorecards.plans.models import ImprovementPlan
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.options.test_exercising import MORE
from tests.page import Browser
from tests.scorecards.plans.agreed import AT, planned, standing, step_in
from tests.underway import contract_in_force

Browse = Callable[..., Browser]


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = AT


def test_a_plan_is_made_reported_and_reviewed_on_the_pages(
    browse: Browse, database: Database, cast: Cast, clock: SettableClock, with_htmx: bool
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast, options=[MORE]).id
    olli, roope = browse(cast.olli, htmx=with_htmx), browse(cast.roope, htmx=with_htmx)
    page = olli.get(f"/contracts/{contract}/options/more")
    assert "There is no open improvement plan." in page.text
    olli.get(f"/contracts/{contract}/improvement-plan")
    assert olli.submit("main form", {"aim": " "}, status=422).errors == ["Fill in this field."]
    olli.submit("main form", aim="Vähemmän keskeytyksiä")
    page = olli.follow()
    assert page.flashes == ["The plan is drawn up. Add its steps."]
    plan = page.url
    step = {
        "what": "Käynnit kahdesti kuussa",
        "who": "provider",
        "role": "",
        "due": "30/09/2026",
        "about": "indicator:interrupted_share",
    }
    page = olli.submit("#add form", step, status=422)
    assert page.errors == ["Choose a person, or write whose task it is."]
    assert page.value("what") == "Käynnit kahdesti kuussa"
    olli.submit("#add form", {**step, "who": str(cast.tuula.id)})
    page = olli.follow()
    assert "Tuula Kouluttaja, Jokiopisto" in page.text
    assert "Indicator: Interrupted" in page.text
    address = str(page.one("main tbody a")["href"])
    assert not olli.get(address).has("main form")
    clock.move(days=40)
    assert "Overdue" in roope.get(plan).text
    roope.get(address)
    roope.submit("#report form", outcome="done", note="Tehty")
    assert roope.follow().flashes == ["The step is reported. The other party reviews it."]
    page = olli.get(f"/contracts/{contract}/options")
    assert "Plan 1: Vähemmän keskeytyksiä" in page.text
    olli.get(address)
    assert olli.submit("#review form", {"outcome": "agree"}, status=422).errors == [
        "Fill in this field."
    ]
    olli.submit("#review form", outcome="agree", note="Nähty pöytäkirjoista")
    assert "Done" in olli.follow().text
    page = olli.get(address)
    assert "Nähty pöytäkirjoista" in page.text
    assert "There is no open improvement plan." in olli.get(f"/contracts/{contract}/options").text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_is_there_in_every_language(
    browse: Browse, database: Database, cast: Cast, language: str, clock: SettableClock
) -> None:
    with unit_of_work(database) as session:
        scorecard = standing(session, cast)
        draft = standing(session, cast, n=2, state="draft").id
        plan = planned(session, cast, scorecard)
        plan_id = plan.id
        step = step_in(session, cast, plan, about="criterion:staff_continuity").id
        addresses = [
            f"/scorecards/{scorecard.id}/improvement-plan",
            f"/scorecards/{draft}/improvement-plan",
            "/improvement-plans",
            f"/improvement-plans/{plan.id}",
            f"/providers/{cast.river.id}/improvement-plans",
        ]
    roope = browse(cast.roope, language)
    clock.move(days=60)
    for address in addresses:
        roope.get(address)
    steps = f"/improvement-steps/{step}"
    roope.get(steps)
    roope.post(f"{steps}/report", {"outcome": "not_done"}, 422)
    roope.post(f"{steps}/report", {"outcome": "not_done", "note": "Ei ehditty"})
    olli = browse(cast.olli, language)
    olli.post(f"{steps}/review", {"outcome": "return", "note": "x"}, 422)
    olli.get(steps)
    olli.submit("#review form", outcome="return", note="Uusi päivä")
    olli.get(steps)
    olli.get(f"/improvement-plans/{plan_id}")


def test_foreign_and_missing_look_the_same(browse: Browse, database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        scorecard = standing(session, cast)
        plan = planned(session, cast, scorecard)
        step = step_in(session, cast, plan).id
        plan_id = plan.id
        own = [
            f"/improvement-plans/{plan.id}",
            f"/improvement-steps/{step}",
            f"/providers/{cast.river.id}/improvement-plans",
            f"/scorecards/{scorecard.id}/improvement-plan",
        ]
    for person in (cast.sanna, cast.eva):
        browser = browse(person)
        for address in own:
            browser.get(address, 404)
            part = address.split("/")
            part[2] = str(uuid4())
            browser.get("/".join(part), 404)
        browser.post(f"/improvement-steps/{step}/report", {"outcome": "done"}, 404)
        browser.post(f"/improvement-plans/{plan_id}", {}, 404)
        assert "Jokiopisto" not in browser.get("/improvement-plans").text
    browse(cast.ada).get("/improvement-plans", 403)
    browse(cast.tarja).post(f"/improvement-plans/{plan_id}", {}, 403)
    assert not browse(cast.tarja).get(f"/improvement-plans/{plan_id}").has("main form")


def test_the_queries_do_not_grow_with_plans_and_steps(
    browse: Browse, database: Database, cast: Cast
) -> None:
    counts: list[list[int]] = []
    with unit_of_work(database) as session:
        scorecard = standing(session, cast)
        contract = contract_in_force(session, cast).id
        first: UUID = planned(session, cast, scorecard).id
        step_in(session, cast, session.get_one(ImprovementPlan, first))
    for more in (1, 24):
        with unit_of_work(database) as session:
            scorecard = session.merge(scorecard)
            for n in range(more):
                plan = planned(session, cast, scorecard)
                step_in(session, cast, plan)
                step_in(
                    session,
                    cast,
                    session.get_one(ImprovementPlan, first),
                    at=AT - timedelta(days=n),
                )
        olli = browse(cast.olli)
        asked = []
        for address in (
            "/improvement-plans",
            f"/improvement-plans/{first}",
            f"/contracts/{contract}/options",
        ):
            olli.get(address)
            asked.append(olli.queries)
        counts.append(asked)
    assert counts[0] == counts[1]
    page = browse(cast.olli).get("/improvement-plans")
    assert len(page.all("main tbody tr")) == 20
