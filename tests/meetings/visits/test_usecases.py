"""Visits planned, ordered and made, by those who may."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.capacity.usecases import name_coach
from portal.database import Database
from portal.enrolments.models import Enrolment
from portal.meetings.models import WorkplaceVisit
from portal.meetings.visits.access import visits_seen_by
from portal.meetings.visits.rules import Stop
from portal.meetings.visits.usecases import (
    cancel_visit,
    make_visit,
    move_visit,
    plan_visits,
    visit,
)
from portal.organisations.models import Person
from portal.permissions import Kind, Role
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation
from tests.enrolments.guests import guest, named
from tests.underway import CALLED, contract_in_force, enrolled, training_of

DAY = date(2026, 4, 2)


def read_by(session: Session, reader: Person) -> set[str]:
    reader = session.get_one(Person, reader.id)
    return set(session.scalars(select(WorkplaceVisit.workplace).where(visits_seen_by(reader))))


def route(session: Session) -> list[str]:
    ordered = select(WorkplaceVisit.workplace).order_by(WorkplaceVisit.position)
    return list(session.scalars(ordered))


def test_a_days_visits_over_two_trainings_are_one_route(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        for places in (("Kahvila", "Varasto"), ("Päiväkoti",)):
            training = training_of(session, cast, contract)
            plan_visits(
                session,
                training=training,
                day=DAY,
                stops=[Stop(place) for place in places],
                by=cast.kaisa,
                at=CALLED,
            )
        assert route(session) == ["Kahvila", "Varasto", "Päiväkoti"]
        last = session.scalar(select(WorkplaceVisit).where(WorkplaceVisit.workplace == "Päiväkoti"))
        assert last is not None
        for _n in range(3):
            move_visit(session, planned=last, up=True, by=cast.kaisa, at=CALLED)
        assert route(session) == ["Päiväkoti", "Kahvila", "Varasto"]
        move_visit(session, planned=last, up=False, by=cast.kaisa, at=CALLED)
        assert route(session) == ["Kahvila", "Päiväkoti", "Varasto"]
        make_visit(
            session,
            planned=last,
            day=DAY,
            note="Sujui",
            possibilities="Kesätyö",
            by=cast.kaisa,
            at=CALLED,
        )
        assert (last.made, last.note, last.possibilities) == (True, "Sujui", "Kesätyö")
        for again in (
            lambda: cancel_visit(session, planned=last, by=cast.kaisa, at=CALLED),
            lambda: move_visit(session, planned=last, up=True, by=cast.kaisa, at=CALLED),
            lambda: make_visit(session, planned=last, day=DAY, by=cast.kaisa, at=CALLED),
        ):
            with pytest.raises(RuleBroken, match="wrong_state"):
                again()
        first = session.scalar(select(WorkplaceVisit).where(WorkplaceVisit.workplace == "Kahvila"))
        assert first is not None
        cancel_visit(session, planned=first, by=cast.kaisa, at=CALLED)
        assert route(session) == ["Päiväkoti", "Varasto"]


def test_sponsors_of_the_office_and_coaches_visit(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        anna = enrolled(session, training, "Anna")
        office = organisation(session, "Naapurin alue", None, Kind.EMPLOYMENT_OFFICE)
        foreign = guest(session, "Niina Naapuri", office, Role.COURSE_SPONSOR)
        stand_in = guest(session, "Sari Sijainen", cast.office, Role.COURSE_SPONSOR)
        coach = guest(session, "Vera Valmentaja", cast.shore, Role.COACH)

        def visited_by(person: Person, met: Enrolment = anna) -> None:
            visit(
                session,
                training=training,
                day=DAY,
                workplace="Kahvila",
                enrolments=[met],
                by=person,
                at=CALLED,
            )

        for stranger in (foreign, coach, cast.tuula, cast.roope, cast.olli):
            with pytest.raises(RuleBroken, match="not_permitted"):
                visited_by(stranger)
        name_coach(session, training=training, person=coach, by=cast.kaisa, at=CALLED)
        for person in (cast.kaisa, stand_in, coach):
            visited_by(person)
        bertta = enrolled(session, training, "Bertta")
        bertta.office_id = office.id
        session.flush()
        with pytest.raises(RuleBroken, match="not_permitted"):
            visited_by(cast.kaisa, bertta)
        other = training_of(session, cast, training.contract)
        with pytest.raises(RuleBroken, match="wrong_state"):
            visited_by(cast.kaisa, enrolled(session, other, "Cilla"))
        facts = session.scalars(select(AuditEntry.facts).where(AuditEntry.act == "visit")).all()
        assert "Kahvila" not in str(facts)


def test_in_a_pooled_training_an_office_reads_of_its_own_people(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        anna, bertta = (enrolled(session, training, name) for name in ("Anna", "Bertta"))
        office = organisation(session, "Naapurin alue", None, Kind.EMPLOYMENT_OFFICE)
        bertta.office_id = office.id
        niina = guest(session, "Niina Naapuri", office, Role.COURSE_SPONSOR)
        named(session, training, niina, office)
        coach = guest(session, "Vera Valmentaja", cast.river, Role.COACH)
        for place, met in (("A", [anna]), ("B", [bertta]), ("both", [anna, bertta])):
            visit(
                session,
                training=training,
                day=DAY,
                workplace=place,
                enrolments=met,
                by=coach,
                at=CALLED,
            )
        assert read_by(session, cast.kaisa) == {"A"}
        assert read_by(session, niina) == {"B"}
        for reader in (coach, cast.tuula, cast.roope):
            assert read_by(session, reader) == {"A", "B", "both"}
        for stranger in (cast.sanna, cast.olli, cast.tarja):
            assert read_by(session, stranger) == set()
