"""An improvement plan is drawn up by a party, and each step is reviewed by the other one."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.database import Database
from portal.evaluation.models import Conflict, InterestDeclaration
from portal.jobs.models import OutgoingMail
from portal.options.usecases import pass_contract
from portal.organisations.models import Person
from portal.scorecards.plans.models import ImprovementStep, StepMark
from portal.scorecards.plans.queries import open_plans
from portal.scorecards.plans.rules import Side
from portal.scorecards.plans.usecases import (
    draw_up_plan,
    report_step,
    review_step,
    tell_of_late_steps,
)
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from portal.waiting.daily import DAILY
from tests.cast import Cast
from tests.scorecards.plans.agreed import AT, DUE, planned, standing, step_in
from tests.underway import contract_in_force

TODAY = day_in_helsinki(AT)


def refused(work: Any) -> str:
    with pytest.raises(RuleBroken) as broken:
        work()
    return broken.value.rule


def test_a_plan_is_drawn_up_from_a_scorecard_that_stands_or_a_contract_in_force(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        stands = standing(session, cast)
        draft = standing(session, cast, n=2, state="draft")
        contract = contract_in_force(session, cast)
        waiting = contract_in_force(session, cast)
        waiting.state = "awaiting_approval"
        session.flush()

        def draw(origin: Any, by: Person, aim: str = "Paremmin") -> Any:
            return lambda: draw_up_plan(session, origin=origin, aim=aim, by=by, at=AT)

        first = draw(stands, cast.roope)()
        second = draw(contract, cast.olli)()
        assert (first.n, second.n) == (1, 2)
        assert first.buyer.id == second.buyer.id == cast.buyer.id
        assert refused(draw(draft, cast.olli)) == "wrong_state"
        assert refused(draw(waiting, cast.olli)) == "contract_not_in_force"
        assert refused(draw(contract, cast.olli, " ")) == "text_missing"
        for stranger in (cast.sanna, cast.eva, cast.kaisa, cast.tuula, cast.paula):
            assert refused(draw(stands, stranger)) == "not_permitted"


def test_a_step_is_of_a_person_of_a_party_or_of_a_role(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        plan = planned(session, cast, contract_in_force(session, cast))
        assert step_in(session, cast, plan).n == 1
        own = {"side": Side.BUYER, "responsible": None, "role": "Hankintayksikkö"}
        assert step_in(session, cast, plan, by=cast.roope, **own).n == 2
        assert step_in(session, cast, plan, about="criterion:staff_continuity").n == 3
        for values, rule in (
            ({"by": cast.sanna}, "not_permitted"),
            ({"by": cast.tuula}, "not_permitted"),
            ({"responsible": cast.sanna}, "not_of_party"),
            ({"responsible": cast.olli}, "not_of_party"),
            ({"responsible": None, "role": " "}, "who_missing"),
            ({"due": TODAY - timedelta(1)}, "due_passed"),
            ({"about": "criterion:local_labour_market"}, "about_unknown"),
        ):
            assert refused(lambda values=values: step_in(session, cast, plan, **values)) == rule


def test_the_other_side_reviews_and_what_was_said_stays(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        step = step_in(session, cast, planned(session, cast, standing(session, cast)))

        def report(by: Person, *, done: bool = True, note: str = "") -> None:
            report_step(session, step=step, done=done, note=note, by=by, at=AT)

        def review(by: Person, *, agreed: bool = True, **values: Any) -> None:
            given = {"note": "Nähty", "day": TODAY, **values}
            review_step(session, step=step, agreed=agreed, by=by, at=AT, **given)

        assert refused(lambda: review(cast.olli)) == "wrong_state", "nothing is reported"
        assert refused(lambda: report(cast.olli)) == "not_permitted", "it is the provider's step"
        assert refused(lambda: report(cast.roope, done=False)) == "reason_missing"
        report(cast.roope, done=False, note="Kouluttaja vaihtui")
        assert refused(lambda: report(cast.roope)) == "wrong_state"
        assert refused(lambda: review(cast.roope)) == "not_permitted"
        assert refused(lambda: review(cast.eva)) == "not_permitted"
        assert refused(lambda: review(cast.olli, note=" ")) == "text_missing"
        assert refused(lambda: review(cast.olli, day=TODAY + timedelta(1))) == "day_ahead"
        later = DUE + timedelta(30)
        review(cast.olli, agreed=False, due=later)
        assert (step.state, step.due, step.closed_at) == ("planned", later, None)
        report(cast.roope)
        review(cast.olli)
        assert (step.state, step.closed_at) == ("done", AT)
        assert refused(lambda: review(cast.olli)) == "wrong_state"
        assert refused(lambda: report(cast.roope)) == "wrong_state"
        kinds = [one.kind for one in session.scalars(select(StepMark).order_by(StepMark.n))]
        assert kinds == ["report_not_done", "return", "report_done", "agree"]


def shown_to(session: Session, cast: Cast, person: Person) -> list[int]:
    return sorted(row.n for row in open_plans(session, cast.river.id, person, TODAY))


def test_only_the_two_parties_see_a_plan(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        planned(session, cast, contract)
        step = step_in(session, cast, planned(session, cast, standing(session, cast)))
        draw_up_plan(
            session,
            origin=contract_in_force(session, cast, buyer=cast.elsewhere, officer=cast.eva),
            aim="Muualla",
            by=cast.eva,
            at=AT,
        )
        for person in (cast.olli, cast.paula, cast.tarja):
            assert shown_to(session, cast, person) == [1, 2]
        assert shown_to(session, cast, cast.roope) == [1, 2, 3]
        assert shown_to(session, cast, cast.eva) == [3]
        for person in (cast.sanna, cast.kaisa, cast.ada, cast.eeva):
            assert shown_to(session, cast, person) == []
        declared = InterestDeclaration(
            procurement_id=contract.procurement_id, person_id=cast.olli.id, declared_at=AT
        )
        declared.conflicts.append(Conflict(provider_id=cast.river.id))
        session.add(declared)
        session.flush()
        assert shown_to(session, cast, cast.olli) == [2]
        pass_contract(
            session, contract=contract, buyer=cast.elsewhere, reason="Alue", by=cast.olli, at=AT
        )
        assert shown_to(session, cast, cast.eva) == [1, 3], "a plan goes along with its contract"
        report_step(session, step=step, done=True, note="", by=cast.roope, at=AT)
        assert shown_to(session, cast, cast.paula) == [2], "reported is not yet closed"
        review_step(session, step=step, agreed=True, note="x", day=TODAY, by=cast.olli, at=AT)
        assert shown_to(session, cast, cast.paula) == []


def run(database: Database, days: int) -> int:
    with unit_of_work(database) as session:
        return tell_of_late_steps(session, AT + timedelta(days=(DUE - TODAY).days + days))


def test_a_late_step_is_told_once_for_each_last_day(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        plan = planned(session, cast, contract_in_force(session, cast))
        key = step_in(session, cast, plan).id
        done = step_in(session, cast, plan)
        report_step(session, step=done, done=True, note="", by=cast.roope, at=AT)
    assert [run(database, days) for days in (0, 14, 15, 15, 40)] == [0, 0, 1, 0, 0]
    with unit_of_work(database) as session:
        step = session.get_one(ImprovementStep, key)
        report_step(session, step=step, done=True, note="", by=cast.roope, at=AT)
        review_step(
            session,
            step=step,
            agreed=False,
            note="Kesken",
            day=TODAY,
            due=date(2026, 10, 31),
            by=cast.olli,
            at=AT,
        )
    sent: list[int] = []
    threads = [Thread(target=lambda: sent.append(run(database, 60))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 1
    with database.reading() as session:
        letters = session.scalars(select(OutgoingMail)).all()
        assert {(one.letter, one.recipient_id) for one in letters} == {("step_late", cast.olli.id)}
        assert {one.facts["late_since"] for one in letters} == {"2026-09-30", "2026-10-31"}
    assert tell_of_late_steps in DAILY
