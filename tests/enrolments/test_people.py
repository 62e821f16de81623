"""Who sees a participant: asked of everybody, from both sides of every wall."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.access import trainings_seen_by
from portal.capacity.models import CallOff, Training
from portal.capacity.usecases import name_coach
from portal.database import Database
from portal.enrolments.models import Enrolment
from portal.enrolments.people import enrolments_seen_by, teaches
from portal.enrolments.plans.access import trainings_followed_by
from portal.meetings.visits.access import visited_by
from portal.organisations.models import Person
from portal.permissions import Kind, Role
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation
from tests.enrolments.guests import guest, named
from tests.underway import CALLED, contract_in_force, enrolled, training_of


def seen(session: Session, reader: Person) -> set[str]:
    reader = session.get_one(Person, reader.id)
    return set(session.scalars(select(Enrolment.name).where(enrolments_seen_by(reader))))


def test_a_participant_is_seen_by_the_named_sponsor_the_provider_and_nobody_else(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        enrolled(session, training, "Anna")
        same_office = guest(session, "Sari Sijainen", cast.office, Role.COURSE_SPONSOR)
        official = guest(session, "Ville Virkailija", cast.office, Role.RESPONSIBLE_OFFICIAL)
        coach = guest(session, "Vera Valmentaja", cast.shore, Role.COACH)
        session.flush()
        for reader in (cast.kaisa, cast.roope, cast.tuula):
            assert seen(session, reader) == {"Anna"}
        for reader in (same_office, official, coach, cast.sanna, cast.olli, cast.tarja, cast.ada):
            assert seen(session, reader) == set()


def test_in_a_pooled_training_each_office_sees_its_own(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        training = training_of(session, cast, contract)
        office = organisation(session, "Naapurin alue", None, Kind.EMPLOYMENT_OFFICE)
        neighbour = guest(session, "Niina Naapuri", office, Role.COURSE_SPONSOR)
        enrolled(session, training, "Anna")
        enrolled(session, training, "Bertta").office_id = office.id
        named(session, training, neighbour, office)
        assert seen(session, cast.kaisa) == {"Anna"}
        assert seen(session, neighbour) == {"Bertta"}
        assert seen(session, cast.tuula) == {"Anna", "Bertta"}
        assert session.scalars(select(CallOff.office_id)).all() == [cast.office.id]


def test_a_coach_of_another_provider_sees_the_training_that_they_are_named_for(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        training = training_of(session, cast, contract)
        enrolled(session, training, "Anna")
        enrolled(session, training_of(session, cast, contract), "Cilla")
        coach = guest(session, "Vera Valmentaja", cast.shore, Role.COACH)
        name_coach(session, training=training, person=coach, by=cast.kaisa, at=CALLED)
        assert seen(session, coach) == {"Anna"}
        training.coaches[0].removed_at = CALLED
        session.flush()
        assert seen(session, coach) == set()


def test_a_named_coach_who_has_lost_the_role_finds_nothing_of_the_training_any_more(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        enrolled(session, training, "Anna")
        coach = guest(session, "Vera Valmentaja", cast.shore, Role.COACH)
        name_coach(session, training=training, person=coach, by=cast.kaisa, at=CALLED)
        conditions = (trainings_seen_by, trainings_followed_by, visited_by)

        def found() -> list[int]:
            return [
                len(session.scalars(select(Training.id).where(one(coach))).all())
                for one in conditions
            ]

        assert found() == [1, 1, 1]
        assert teaches(coach, training)
        # Still somebody's trainer, so that the pages let them through.
        coach.memberships[0].role = Role.TRAINER
        session.flush()
        assert found() == [0, 0, 0]
        assert not teaches(coach, training)
        assert seen(session, coach) == set()
