"""Two offices with two contracts of one provider fill a group together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from portal.capacity.groups.joining import join_group
from portal.capacity.groups.seats import joined_to
from portal.capacity.ledger import balance_of
from portal.capacity.models import CallOff
from portal.capacity.usecases import (
    approve_small_group,
    call_off,
    cancel_call_off,
    confirm_call_off,
    decline_call_off,
)
from portal.contracts.models import Contract
from portal.database import Database
from portal.organisations.models import Organisation, Person
from portal.permissions import Kind, Role
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation, person
from tests.underway import CALLED, STARTS, contract_in_force

CLOSES = date(2026, 3, 20)


@dataclass
class Neighbours:
    """Two offices, each with a contract of its own buyer with the same college."""

    ours: Contract
    theirs: Contract
    neighbour: Organisation
    nelli: Person
    host: CallOff


def neighbours(
    session: Session, cast: Cast, price_model: str = "per_student_workday"
) -> Neighbours:
    neighbour = organisation(session, "Naapurin työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
    nelli = person(session, "Nelli Naapuri", neighbour, Role.COURSE_SPONSOR)
    ours = contract_in_force(session, cast, minimum_group=8, price_model=price_model)
    theirs = contract_in_force(
        session,
        cast,
        minimum_group=8,
        buyer=cast.elsewhere,
        officer=cast.eva,
        price_model=price_model,
    )
    host = call_off(
        session,
        contract=ours,
        office=cast.office,
        form="unit_toppis",
        field="kiinteistöpalvelut",
        workdays=Decimal(70),
        places=7,
        pool_until=CLOSES,
        by=cast.kaisa,
        at=CALLED,
    )
    return Neighbours(ours, theirs, neighbour, nelli, host)


def joined(session: Session, two: Neighbours, places: int = 1, key: UUID | None = None) -> CallOff:
    return join_group(
        session,
        host=two.host,
        contract=two.theirs,
        office=two.neighbour,
        workdays=Decimal(10),
        places=places,
        key=key,
        by=two.nelli,
        at=CALLED,
    )


def test_a_pooled_group_is_one_training_and_each_contract_pays_its_own(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        two = neighbours(session, cast)
        guest = joined(session, two)
        training = confirm_call_off(
            session, call_off=two.host, starts=STARTS, by=cast.tuula, at=CALLED
        )
        assert training.places == 8
        assert {one.state for one in (two.host, guest)} == {"confirmed"}
        assert guest.training_id == two.host.training_id == training.id
        assert balance_of(session, two.ours).committed == 70
        assert balance_of(session, two.theirs).committed == 10
        assert {one.person_id for one in training.sponsors} == {cast.kaisa.id, two.nelli.id}


def test_a_form_that_is_sent_twice_joins_once(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        two = neighbours(session, cast)
        key = uuid4()
        first, again = (joined(session, two, key=key) for _press in range(2))
        assert first.id == again.id == key
        assert [one.id for one in joined_to(session, two.host)] == [key]
        assert balance_of(session, two.theirs).reserved == 10


def test_a_group_under_the_minimum_waits_for_a_neighbour_or_a_reason(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        two = neighbours(session, cast)
        with pytest.raises(RuleBroken, match="minimum_group"):
            confirm_call_off(session, call_off=two.host, starts=STARTS, by=cast.tuula, at=CALLED)
        approve_small_group(
            session,
            call_off=two.host,
            reason="Naapurissa ei ole tulijoita",
            by=cast.olli,
            at=CALLED,
        )
        confirm_call_off(session, call_off=two.host, starts=STARTS, by=cast.tuula, at=CALLED)
        assert two.host.small_group_approved_by_id == cast.olli.id


def test_a_guest_is_confirmed_with_its_host_only(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        two = neighbours(session, cast)
        guest = joined(session, two)
        with pytest.raises(RuleBroken, match="joined_group"):
            confirm_call_off(session, call_off=guest, starts=STARTS, by=cast.tuula, at=CALLED)


def test_declining_a_group_gives_both_ledgers_back_what_they_reserved(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        two = neighbours(session, cast)
        guest = joined(session, two)
        decline_call_off(session, call_off=two.host, reason="Täynnä", by=cast.tuula, at=CALLED)
        assert guest.state == "declined"
        for contract in (two.ours, two.theirs):
            assert balance_of(session, contract).remaining == 1000


def test_when_the_host_cancels_its_guests_stand_on_their_own(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        two = neighbours(session, cast)
        guest = joined(session, two)
        cancel_call_off(session, call_off=two.host, reason="Siirtyy", by=cast.kaisa, at=CALLED)
        assert guest.state == "reserved"
        assert joined_to(session, two.host) == []
        assert balance_of(session, two.theirs).reserved == 10


def test_nobody_joins_after_the_last_day(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        two = neighbours(session, cast)
        with pytest.raises(RuleBroken, match="group_closed"):
            join_group(
                session,
                host=two.host,
                contract=two.theirs,
                office=two.neighbour,
                workdays=Decimal(10),
                places=1,
                by=two.nelli,
                at=CALLED + timedelta(days=12),
            )


def test_a_training_paid_for_by_the_month_cannot_be_shared(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        two = neighbours(session, cast, price_model="fixed_sum_per_period")
        with pytest.raises(RuleBroken, match="cannot_pool"):
            joined(session, two)


def test_a_stranger_can_neither_cancel_nor_approve_another_offices_call_off(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        two = neighbours(session, cast)
        for act in (cancel_call_off, approve_small_group):
            with pytest.raises(RuleBroken, match="not_permitted"):
                act(session, call_off=two.host, reason="Oma syy", by=two.nelli, at=CALLED)
