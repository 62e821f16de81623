"""Plans begun, changed and assessed, by those who work with the person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.capacity.usecases import name_coach
from portal.database import Database
from portal.enrolments.plans.models import (
    ClosingAssessment,
    PersonalPlan,
    PortfolioReview,
    TrainingPath,
)
from portal.enrolments.plans.usecases import (
    add_step,
    assess_closing,
    change_step,
    finish_step,
    review_portfolio,
    save_plan,
    set_training_path,
    withdraw_step,
)
from portal.organisations.models import Person
from portal.permissions import Kind, Role
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation
from tests.enrolments.guests import guest
from tests.underway import CALLED, contract_in_force, enrolled, training_of

AT = datetime(2026, 4, 1, 7, 0, tzinfo=UTC)
DUE = date(2026, 4, 30)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(RuleBroken) as broken:
        act()
    return broken.value.rule


def test_a_step_is_added_changed_and_done_and_its_history_stays(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        anna = enrolled(
            session, training_of(session, cast, contract_in_force(session, cast)), "Anna"
        )
        add_step(session, enrolment=anna, due=DUE, text="Korttikoulutus", by=cast.tuula, at=AT)
        plan = session.scalars(select(PersonalPlan)).one()
        assert plan.name == "HOKS"
        (step,) = plan.steps

        def change(text: str, due: date = DUE) -> None:
            change_step(
                session,
                enrolment=anna,
                step=step,
                due=due,
                text=text,
                reason="Kurssi siirtyi",
                by=cast.kaisa,
                at=AT,
            )

        assert refused(lambda: change("Korttikoulutus")) == "nothing_changed"
        assert refused(lambda: change("  ")) == "text_missing"
        change("Korttikoulutus", date(2026, 5, 8))
        finish_step(session, enrolment=anna, step=step, by=cast.tuula, at=AT)
        assert [(one.kind, one.due) for one in step.changes] == [
            ("added", DUE),
            ("changed", date(2026, 5, 8)),
            ("done", date(2026, 5, 8)),
        ]
        assert refused(lambda: change("Muuta")) == "wrong_state"
        other = add_step(session, enrolment=anna, due=DUE, text="Haku", by=cast.tuula, at=AT)

        def withdraw(reason: str) -> None:
            withdraw_step(session, enrolment=anna, step=other, reason=reason, by=cast.tuula, at=AT)

        assert refused(lambda: withdraw(" ")) == "reason_missing"
        withdraw("Ei tarvita")
        assert other.state == "withdrawn"
        facts = session.scalars(select(AuditEntry.facts)).all()
        assert "Kortti" not in str(facts)
        assert "Ei tarvita" not in str(facts)


def test_the_plan_has_a_name_and_a_day_from_which_a_workplace_is_looked_for(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        anna = enrolled(session, training, "Anna", state="selected")

        def save(name: str, person: Person = cast.kaisa) -> None:
            save_plan(session, enrolment=anna, name=name, job_search_from=DUE, by=person, at=AT)

        assert refused(lambda: save(" ")) == "name_missing"
        save("HOPS")
        save("HOPS 2")
        plan = session.scalars(select(PersonalPlan)).one()
        assert (plan.name, plan.job_search_from) == ("HOPS 2", DUE)
        anna.state = "applied"
        session.flush()
        assert refused(lambda: save("HOPS")) == "wrong_state"


def test_only_those_who_work_with_the_person_write_in_the_plan(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        anna = enrolled(session, training, "Anna")
        office = organisation(session, "Naapurin alue", None, Kind.EMPLOYMENT_OFFICE)
        foreign = guest(session, "Niina Naapuri", office, Role.COURSE_SPONSOR)
        coach = guest(session, "Vera Valmentaja", cast.shore, Role.COACH)

        def add(person: Person) -> None:
            add_step(session, enrolment=anna, due=DUE, text="Haku", by=person, at=AT)

        for stranger in (foreign, coach, cast.roope, cast.sanna, cast.olli, cast.tarja):
            assert refused(lambda person=stranger: add(person)) == "not_permitted"  # type: ignore[misc]
        name_coach(session, training=training, person=coach, by=cast.kaisa, at=CALLED)
        for person in (coach, cast.tuula, cast.kaisa):
            add(person)


def test_each_side_assesses_once_and_later_versions_keep_the_earlier(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        anna = enrolled(session, training, "Anna")

        def assess(side: str, text: str, day: date = date(2026, 4, 1)) -> None:
            assess_closing(
                session, enrolment=anna, side=side, day=day, text=text, by=cast.tuula, at=AT
            )

        for side in ("learner", "school", "employer"):
            assess(side, f"{side} sanoo")
        assess("employer", "Työnantaja tarkentaa")
        standing = select(ClosingAssessment.side, ClosingAssessment.text).where(
            ClosingAssessment.replaced_at.is_(None)
        )
        assert dict(tuple(row) for row in session.execute(standing)) == {
            "learner": "learner sanoo",
            "school": "school sanoo",
            "employer": "Työnantaja tarkentaa",
        }
        assert len(session.scalars(select(ClosingAssessment)).all()) == 4
        assert refused(lambda: assess("school", " ")) == "text_missing"
        assert refused(lambda: assess("school", "Huomenna", DUE)) == "day_ahead"
        anna.state = "selected"
        session.flush()
        assert refused(lambda: assess("school", "Ei alkanut")) == "wrong_state"


def test_the_sponsor_says_where_the_training_stands_on_the_path(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))

        def say(stage: str, person: Person = cast.kaisa) -> None:
            set_training_path(
                session,
                training=training,
                stage=stage,
                service_line="skills",
                by=person,
                at=AT,
            )

        say("assessment")
        say("training")
        path = session.scalars(select(TrainingPath)).one()
        assert (path.stage, path.service_line) == ("training", "skills")
        assert refused(lambda: say("training", cast.tuula)) == "not_permitted"


def test_portfolios_are_of_coaching_alone(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        coaching = training_of(session, cast, contract, form="coaching")
        other = training_of(session, cast, contract)

        def review(training: object, day: date = date(2026, 4, 1), by: Person = cast.tuula) -> None:
            review_portfolio(session, training=training, day=day, by=by, at=AT)  # type: ignore[arg-type]

        review(coaching)
        review(coaching, by=cast.kaisa)
        assert len(session.scalars(select(PortfolioReview)).all()) == 2
        assert refused(lambda: review(other)) == "wrong_state"
        assert refused(lambda: review(coaching, DUE)) == "day_ahead"
        assert refused(lambda: review(coaching, by=cast.sanna)) == "not_permitted"
