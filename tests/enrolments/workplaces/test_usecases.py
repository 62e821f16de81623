"""Workplaces found, confirmed, counted for a call-off, and filled."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.capacity.usecases import name_coach
from portal.database import Database
from portal.enrolments.workplaces.models import Placement, Workplace
from portal.enrolments.workplaces.queries import confirmed_workplaces
from portal.enrolments.workplaces.rules import WorkplaceTerms
from portal.enrolments.workplaces.usecases import (
    confirm_workplace,
    end_placement,
    end_workplace,
    place_participant,
    record_workplace,
)
from portal.organisations.models import Person
from portal.permissions import Kind, Role
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation
from tests.enrolments.guests import guest
from tests.enrolments.workplaces.found import FIELD, found
from tests.underway import CALLED, STARTS, contract_in_force, enrolled, training_of


def test_confirmed_workplaces_are_counted_until_a_training_takes_them(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)

        def free() -> int:
            return confirmed_workplaces(session, cast.office, contract, FIELD)

        found(session, cast, contract, confirmed=False)
        assert free() == 0
        first, second = (found(session, cast, contract, by=cast.tuula) for _n in range(2))
        assert free() == 2
        assert confirmed_workplaces(session, cast.office, contract, "muu ala") == 0
        assert confirmed_workplaces(session, cast.shore, contract, FIELD) == 0
        end_workplace(session, workplace=second, reason="Lopetti", by=cast.kaisa, at=CALLED)
        assert free() == 1
        training = training_of(session, cast, contract, form="group_toppis", places=1)
        anna = enrolled(session, training, "Anna", state="selected")
        place_participant(
            session, workplace=first, enrolment=anna, starts=STARTS, by=cast.tuula, at=CALLED
        )
        session.flush()
        assert free() == 0
        assert first.training_id == training.id


def test_only_those_of_the_office_and_the_provider_find_and_confirm(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        workplace = found(session, cast, contract, confirmed=False)
        elsewhere = organisation(session, "Muu alue", None, Kind.EMPLOYMENT_OFFICE)
        foreign = guest(session, "Fia Muualta", elsewhere, Role.COURSE_SPONSOR)
        coach = guest(session, "Vera Valmentaja", cast.shore, Role.COACH)
        for person in (cast.olli, cast.roope, cast.sanna, foreign, coach):
            with pytest.raises(RuleBroken, match="not_permitted"):
                found(session, cast, contract, by=person)
            with pytest.raises(RuleBroken, match="not_permitted"):
                confirm_workplace(session, workplace=workplace, day=STARTS, by=person, at=CALLED)


def test_a_coach_named_for_the_training_places_there(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        training = training_of(session, cast, contract)
        workplace = found(session, cast, contract)
        anna, bertta = (enrolled(session, training, name) for name in ("Anna", "Bertta"))
        coach = guest(session, "Vera Valmentaja", cast.shore, Role.COACH)
        name_coach(session, training=training, person=coach, by=cast.kaisa, at=CALLED)

        def place(person: Person, who: object, starts: date) -> Placement:
            return place_participant(
                session,
                workplace=workplace,
                enrolment=who,  # type: ignore[arg-type]
                starts=starts,
                by=person,
                at=CALLED,
            )

        with pytest.raises(RuleBroken, match="not_permitted"):
            place(coach, anna, STARTS)
        placement = place(cast.kaisa, anna, STARTS)
        end_placement(session, placement=placement, ends=STARTS, by=coach, at=CALLED)
        place(coach, bertta, STARTS + timedelta(days=1))


def test_placing_is_refused_by_rules_of_its_own(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        training = training_of(session, cast, contract)
        workplace, other = (found(session, cast, contract) for _n in range(2))
        unconfirmed = found(session, cast, contract, confirmed=False)
        anna, bertta = (enrolled(session, training, name) for name in ("Anna", "Bertta"))
        applied = enrolled(session, training, "Cilla", state="applied")
        foreign = enrolled(
            session, training_of(session, cast, contract_in_force(session, cast)), "Doris"
        )

        def refused(place: Workplace, who: object, number: str = "") -> str:
            with pytest.raises(RuleBroken) as broken:
                place_participant(
                    session,
                    workplace=place,
                    enrolment=who,  # type: ignore[arg-type]
                    starts=STARTS,
                    subsidy_decision=number,
                    by=cast.tuula,
                    at=CALLED,
                )
            return broken.value.rule

        assert refused(workplace, foreign) == "not_permitted"
        assert refused(unconfirmed, anna) == "wrong_state"
        assert refused(workplace, applied) == "wrong_state"
        assert refused(workplace, anna, "puoli palkkaa") == "decision_number_wrong"
        place_participant(
            session,
            workplace=workplace,
            enrolment=anna,
            starts=STARTS,
            subsidy_decision="PT-2026-1",
            by=cast.tuula,
            at=CALLED,
        )
        session.flush()
        assert refused(workplace, bertta) == "workplace_taken"
        assert refused(other, anna) == "placed_elsewhere"
        with pytest.raises(RuleBroken, match="workplace_in_use"):
            end_workplace(session, workplace=workplace, reason="Loppu", by=cast.tuula, at=CALLED)
        placement = workplace.placements[0]
        with pytest.raises(RuleBroken, match="ends_before_start"):
            end_placement(
                session,
                placement=placement,
                ends=STARTS - timedelta(days=1),
                by=cast.tuula,
                at=CALLED,
            )


def test_recording_and_confirming_are_refused_by_rules_of_their_own(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        with pytest.raises(RuleBroken, match="field_not_in_lot"):
            record_workplace(
                session,
                contract=contract,
                office=cast.office,
                field="merenkulku",
                terms=WorkplaceTerms("Satama", "Ilona Ohjaaja"),
                by=cast.kaisa,
                at=CALLED,
            )
        workplace = found(session, cast, contract, confirmed=False)
        tomorrow = CALLED.date() + timedelta(days=1)
        with pytest.raises(RuleBroken, match="day_ahead"):
            confirm_workplace(session, workplace=workplace, day=tomorrow, by=cast.kaisa, at=CALLED)
        contract.state = "void"
        session.flush()
        with pytest.raises(RuleBroken, match="contract_not_in_force"):
            found(session, cast, contract)
