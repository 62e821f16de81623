"""Recording, accepting, disputing and correcting, with the ledger after each."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.ledger import balance_of, committed_left, enter
from portal.capacity.models import LedgerEntry, TrainingSponsor
from portal.capacity.rules import Balance, CallOffState, EntryKind, replayed
from portal.capacity.usecases import call_off, close_training
from portal.database import Database
from portal.enrolments.models import FollowUp
from portal.jobs.models import OutgoingMail
from portal.organisations.models import Person
from portal.permissions import Kind, Role
from portal.shared.errors import RuleBroken
from portal.shared.numbers import shown
from portal.unit_of_work import unit_of_work
from portal.workdays.models import WorkdayRecord
from portal.workdays.queries import accepted_workdays, invoices_of
from portal.workdays.usecases import (
    accept_workdays,
    correct_workdays,
    dispute_workdays,
    record_workdays,
)
from tests.cast import Cast, organisation, person
from tests.page import counted
from tests.underway import CALLED, contract_in_force, enrolled, training_of
from tests.workdays.conftest import (
    ACCEPTED,
    LATER,
    RECORDED,
    Run,
    Running,
    accept,
    pooled,
    record,
)


def balance(database: Database, running: Running) -> Balance:
    with database.reading() as session:
        return balance_of(session, running.contract(session))


def told(database: Database, running: Running) -> list[tuple[str, str, str]]:
    with database.reading() as session:
        return [
            (one.period, shown(one.quantity), shown(one.amount))
            for one in invoices_of(session, running.contract(session))
        ]


def states(session: Session) -> list[tuple[int, str]]:
    rows = session.execute(select(WorkdayRecord.n, WorkdayRecord.state).order_by(WorkdayRecord.n))
    return [(n, state) for n, state in rows]


def refused(database: Database, running: Running, rule: str, verb: Any, **values: Any) -> None:
    with pytest.raises(RuleBroken) as caught, unit_of_work(database) as session:
        verb(session, training=running.training(session), **values)
    assert caught.value.rule == rule


def test_accepted_workdays_are_delivered_and_invoiced_as_in_the_shared_case(
    database: Database, cast: Cast, running: Running
) -> None:
    record(database, cast, running, a="2", b="2", c="1.5")
    assert balance(database, running).delivered == 0
    accept(database, cast, running)
    record(database, cast, running, "2026-04", a="4", b="4", c="3")
    accept(database, cast, running, "2026-04", LATER)
    found = balance(database, running)
    assert (found.committed, found.delivered) == (Decimal("283.5"), Decimal("16.5"))
    assert told(database, running) == [
        ("2026-03", "5.50", "319.00"),
        ("2026-04", "11.00", "638.00"),
    ]
    with database.reading() as session:
        assert accepted_workdays(session, running.training(session)) == Decimal("16.5")


def test_a_later_record_replaces_what_was_not_accepted_and_nothing_else(
    database: Database, cast: Cast, running: Running
) -> None:
    record(database, cast, running, a="2")
    record(database, cast, running, b="1")
    with database.reading() as session:
        assert states(session) == [(1, "replaced"), (2, "recorded")]
    accept(database, cast, running)
    assert balance(database, running).delivered == 1
    refused(
        database,
        running,
        "period_closed",
        record_workdays,
        period="2026-03",
        days=running.days(a="2"),
        by=cast.tuula,
        at=LATER,
    )


def test_only_a_trainer_of_the_provider_records(
    database: Database, cast: Cast, running: Running
) -> None:
    for by in (cast.roope, cast.kaisa, cast.olli, cast.sanna):
        refused(
            database,
            running,
            "not_permitted",
            record_workdays,
            period="2026-03",
            days=running.days(a="1"),
            by=by,
            at=RECORDED,
        )


def test_whoever_has_not_started_has_no_days(
    database: Database, cast: Cast, running: Running
) -> None:
    given: dict[str, Any] = {"by": cast.tuula, "at": RECORDED}
    days = running.days(a="1", waiting="1")
    refused(database, running, "not_started", record_workdays, period="2026-03", days=days, **given)
    before = running.days(a="1")
    refused(
        database, running, "not_started", record_workdays, period="2026-02", days=before, **given
    )


def test_days_after_somebodys_end_are_refused_and_days_before_it_are_not(
    database: Database, cast: Cast, running: Running
) -> None:
    record(database, cast, running, "2026-04", c="9.5")
    record(database, cast, running, "2026-05", a="1", c="0")
    refused(
        database,
        running,
        "wrong_state",
        record_workdays,
        period="2026-05",
        days=running.days(c="0.5"),
        by=cast.tuula,
        at=LATER,
    )


def test_nothing_below_zero_is_recorded(database: Database, cast: Cast, running: Running) -> None:
    with pytest.raises(ValueError), unit_of_work(database) as session:
        record_workdays(
            session,
            training=running.training(session),
            period="2026-03",
            days=running.days(a="-1"),
            by=cast.tuula,
            at=RECORDED,
        )


def test_records_together_stay_within_what_the_call_off_has_committed(
    database: Database, cast: Cast, run: Run
) -> None:
    running = run(workdays="20")
    given: dict[str, Any] = {"by": cast.tuula, "at": RECORDED}
    record(database, cast, running, a="8")
    record(database, cast, running, "2026-04", a="12")
    days = running.days(a="12.5")
    refused(
        database,
        running,
        "capacity_exceeded",
        record_workdays,
        period="2026-04",
        days=days,
        **given,
    )
    # What is disputed counts as well, since it is not accepted.
    with unit_of_work(database) as session:
        dispute_workdays(
            session,
            training=running.training(session),
            period="2026-03",
            by=cast.kaisa,
            at=ACCEPTED,
        )
    refused(
        database,
        running,
        "capacity_exceeded",
        record_workdays,
        period="2026-04",
        days=days,
        **given,
    )
    record(database, cast, running, a="7.5")
    record(database, cast, running, "2026-04", a="12.5")
    accept(database, cast, running)
    accept(database, cast, running, "2026-04")
    found = balance(database, running)
    assert (found.committed, found.delivered) == (0, 20)


def test_packages_are_never_counted_in_records(database: Database, cast: Cast, run: Run) -> None:
    running = run(unit="training_package", price_model="per_training_package", places=3)
    record(database, cast, running, a="200", b="200")
    accept(database, cast, running)
    found = balance(database, running)
    assert (found.committed, found.delivered) == (3, 0)
    assert told(database, running) == [("2026-03", "3.00", "174.00")]


def test_a_fixed_sum_is_invoiced_by_the_month_and_its_days_are_still_delivered(
    database: Database, cast: Cast, run: Run
) -> None:
    running = run(price_model="fixed_sum_per_period", price="4000.00", coordination_fee="500.00")
    record(database, cast, running, a="2", b="2", c="2")
    accept(database, cast, running)
    record(database, cast, running, "2026-04", a="0")
    accept(database, cast, running, "2026-04")
    assert balance(database, running).delivered == 6
    assert told(database, running) == [
        ("2026-03", "1.00", "4500.00"),
        ("2026-04", "1.00", "4000.00"),
    ]


def test_a_disputed_record_is_recorded_anew_before_it_can_be_accepted(
    database: Database, cast: Cast, running: Running
) -> None:
    given: dict[str, Any] = {"period": "2026-03", "by": cast.kaisa, "at": ACCEPTED}
    refused(database, running, "wrong_state", accept_workdays, **given)
    record(database, cast, running, a="2")
    with unit_of_work(database) as session:
        training = running.training(session)
        dispute_workdays(session, training=training, reason="A oli poissa", **given)
    refused(database, running, "wrong_state", accept_workdays, **given)
    refused(database, running, "wrong_state", dispute_workdays, **given)
    record(database, cast, running, a="1")
    accept(database, cast, running)
    assert balance(database, running).delivered == 1
    refused(database, running, "wrong_state", accept_workdays, **given)


def test_a_sponsor_of_another_office_neither_accepts_nor_disputes(
    database: Database, cast: Cast, running: Running
) -> None:
    with database.transaction() as session:
        session.expire_on_commit = False
        other = organisation(session, "Naapurin työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
        neighbour = person(session, "Niilo Naapuri", other, Role.COURSE_SPONSOR)
    record(database, cast, running, a="2")
    for by in (neighbour, cast.olli, cast.tuula):
        for verb in (accept_workdays, dispute_workdays):
            refused(database, running, "not_permitted", verb, period="2026-03", by=by, at=ACCEPTED)


def test_a_second_sponsor_of_the_office_who_accepts_is_named_for_the_training(
    database: Database, cast: Cast, running: Running
) -> None:
    with database.transaction() as session:
        session.expire_on_commit = False
        second = person(session, "Toini Toinen", cast.office, Role.COURSE_SPONSOR)
    record(database, cast, running, a="2")
    with unit_of_work(database) as session:
        training = running.training(session)
        accept_workdays(session, training=training, period="2026-03", by=second, at=ACCEPTED)
    with database.reading() as session:
        named = session.scalars(select(TrainingSponsor.person_id)).all()
        assert set(named) == {cast.kaisa.id, second.id}


def test_closing_waits_for_what_awaits_acceptance_and_not_for_what_is_disputed(
    database: Database, cast: Cast, running: Running
) -> None:
    record(database, cast, running, a="2")
    refused(database, running, "wrong_state", close_training, by=cast.olli, at=LATER)
    with unit_of_work(database) as session:
        training = running.training(session)
        dispute_workdays(session, training=training, period="2026-03", by=cast.kaisa, at=ACCEPTED)
    with unit_of_work(database) as session:
        close_training(session, training=running.training(session), by=cast.olli, at=LATER)
    refused(
        database,
        running,
        "wrong_state",
        record_workdays,
        period="2026-03",
        days=running.days(a="1"),
        by=cast.tuula,
        at=LATER,
    )


def correct(
    database: Database,
    running: Running,
    by: Person,
    reason: str = "Laskuvirhe",
    period: str = "2026-03",
    **days: str,
) -> None:
    with unit_of_work(database) as session:
        correct_workdays(
            session,
            training=running.training(session),
            period=period,
            days=running.days(**days),
            reason=reason,
            by=by,
            at=LATER,
        )


def test_a_correction_is_a_record_of_differences_that_the_sponsor_accepts(
    database: Database, cast: Cast, running: Running
) -> None:
    record(database, cast, running, a="2", b="2")
    with pytest.raises(RuleBroken, match="wrong_state"):
        correct(database, running, cast.tuula, a="1")
    accept(database, cast, running)
    with pytest.raises(RuleBroken, match="reason_missing"):
        correct(database, running, cast.tuula, " ", a="1")
    with pytest.raises(RuleBroken, match="nothing_changed"):
        correct(database, running, cast.tuula, a="2")
    correct(database, running, cast.tuula, a="1")
    correct(database, running, cast.tuula, a="1.5", b="3")
    assert balance(database, running).delivered == 4
    accept(database, cast, running, at=LATER)
    assert balance(database, running).delivered == Decimal("4.5")
    assert told(database, running) == [
        ("2026-03", "4.00", "232.00"),
        ("2026-05", "0.50", "29.00"),
    ]
    correct(database, running, cast.tuula, b="2")
    accept(database, cast, running, at=LATER)
    with database.reading() as session:
        assert accepted_workdays(session, running.training(session)) == Decimal("3.5")
        entries = session.execute(
            select(LedgerEntry.kind, LedgerEntry.amount).order_by(LedgerEntry.n)
        ).all()
        assert [kind for kind, _amount in entries][-3:] == ["delivered", "delivered", "returned"]
        assert replayed((EntryKind(kind), amount) for kind, amount in entries) == balance_of(
            session, running.contract(session)
        )
        assert [state for _n, state in states(session)] == [
            "accepted",
            "replaced",
            "accepted",
            "accepted",
        ]


def test_a_closed_trainings_days_can_be_corrected_down_and_not_up(
    database: Database, cast: Cast, running: Running
) -> None:
    record(database, cast, running, a="2")
    accept(database, cast, running)
    with unit_of_work(database) as session:
        close_training(session, training=running.training(session), by=cast.olli, at=LATER)
    with pytest.raises(RuleBroken, match="capacity_exceeded"):
        correct(database, running, cast.tuula, a="3")
    correct(database, running, cast.tuula, a="1")
    accept(database, cast, running, at=LATER)
    found = balance(database, running)
    assert (found.committed, found.delivered, found.remaining) == (0, 1, 999)


def test_pooled_days_draw_on_the_call_off_and_the_contract_of_each_ones_own_office(
    database: Database, cast: Cast, running: Running
) -> None:
    with unit_of_work(database) as session:
        neighbours = organisation(session, "Naapurin työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
        niilo = person(session, "Niilo Naapuri", neighbours, Role.COURSE_SPONSOR)
        theirs = contract_in_force(session, cast, price="60.00")
        other = call_off(
            session,
            contract=theirs,
            office=neighbours,
            form="unit_toppis",
            field="kiinteistöpalvelut",
            workdays=Decimal(4),
            places=1,
            workplaces_confirmed=1,
            by=niilo,
            at=CALLED,
        )
        training_of_theirs = running.training(session)

        enter(session, theirs, EntryKind.COMMITTED, Decimal(4), call_off=other, by=niilo, at=CALLED)
        other.state = CallOffState.CONFIRMED
        running.people["n"] = pooled(session, cast, training_of_theirs, other, "Naapuri N").id
        theirs_id = theirs.id
    with pytest.raises(RuleBroken, match="capacity_exceeded"):
        record(database, cast, running, a="10", n="4.5")
    record(database, cast, running, a="10", n="4")
    accept(database, cast, running)
    assert told(database, running) == [("2026-03", "10.00", "580.00")]
    beside = Running(theirs_id, running.training_id, {})
    assert told(database, beside) == [("2026-03", "4.00", "240.00")]
    assert balance(database, running).delivered == 10
    assert balance(database, beside).delivered == 4


def test_a_bonus_goes_on_the_invoice_of_the_follow_ups_month(
    database: Database, cast: Cast, run: Run
) -> None:
    running = run(
        result_bonus={
            "status": "open_market",
            "after_months": 3,
            "amount": "500.00",
            "only_started_as": ["unemployed"],
            "at_most": 1,
        }
    )
    with unit_of_work(database) as session:
        for n, key in enumerate(("c", "a")):
            session.add(
                FollowUp(
                    enrolment_id=running.people[key],
                    months=3,
                    status="open_market",
                    by_id=cast.kaisa.id,
                    at=datetime(2026, 7 + n, 15, 9, 0, tzinfo=UTC),
                )
            )
    assert told(database, running) == [("2026-07", "0.00", "500.00")]


def test_whoever_moved_within_the_contract_is_one_package(
    database: Database, cast: Cast, run: Run
) -> None:
    running = run(unit="training_package", price_model="per_training_package")
    with unit_of_work(database) as session:
        contract = running.contract(session)
        second = training_of(session, cast, contract, places=2)
        enrolled(session, second, "Osallistuja A", transferred_from_id=running.people["a"])
        enrolled(session, second, "Osallistuja E")
    assert told(database, running) == [("2026-03", "4.00", "232.00")]


def test_much_absence_is_told_to_the_participants_own_sponsor_once(
    database: Database, cast: Cast, running: Running
) -> None:
    def record_absences(a: str, b: str) -> None:
        with unit_of_work(database) as session:
            record_workdays(
                session,
                training=running.training(session),
                period="2026-03",
                days=running.days(a="10", b="20"),
                absent=running.days(a=a, b=b),
                by=cast.tuula,
                at=RECORDED,
            )

    def letters() -> list[dict[str, Any]]:
        with database.reading() as session:
            return [
                mail.facts
                for mail in session.scalars(
                    select(OutgoingMail).where(OutgoingMail.letter == "absence_alert")
                )
            ]

    record_absences("2", "5")
    assert letters() == []
    record_absences("3.5", "5")
    record_absences("3.5", "5")
    assert len(letters()) == 1
    assert "Osallistuja" not in str(letters())
    record_absences("3.5", "5.5")
    assert len(letters()) == 2


def test_no_absence_is_told_to_a_sponsor_who_has_lost_the_role(
    database: Database, cast: Cast, running: Running
) -> None:
    with unit_of_work(database) as session:
        kaisa = session.get_one(Person, cast.kaisa.id)
        kaisa.memberships.clear()
        record_workdays(
            session,
            training=running.training(session),
            period="2026-03",
            days=running.days(a="10"),
            absent=running.days(a="9"),
            by=cast.tuula,
            at=RECORDED,
        )
        letters = select(OutgoingMail).where(OutgoingMail.letter == "absence_alert")
        assert session.scalars(letters).all() == []


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["record", "accept", "correct", "accept", "dispute", "close"]),
        st.sampled_from(["2026-03", "2026-04"]),
        st.integers(0, 24),
    ),
    min_size=4,
    max_size=8,
)


def do(session: Session, cast: Cast, running: Running, act: str, period: str, halves: int) -> None:
    given: dict[str, Any] = {"training": running.training(session), "at": LATER}
    days = {running.people["a"]: Decimal(halves) / 2}
    if act == "record":
        record_workdays(session, period=period, days=days, by=cast.tuula, **given)
    elif act == "accept":
        accept_workdays(session, period=period, by=cast.kaisa, **given)
    elif act == "dispute":
        dispute_workdays(session, period=period, by=cast.kaisa, **given)
    elif act == "close":
        close_training(session, by=cast.olli, **given)
    else:
        correct_workdays(session, period=period, days=days, reason="x", by=cast.tuula, **given)


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(acts=ACTS)
def test_delivered_never_exceeds_what_was_committed_whatever_is_done(
    database: Database, cast: Cast, small: Running, acts: list[tuple[str, str, int]]
) -> None:
    with contextlib.suppress(_Undone), database.transaction() as session:
        for act, period, halves in acts:
            attempt = session.begin_nested()
            try:
                do(session, cast, small, act, period, halves)
                attempt.commit()
            except RuleBroken:
                attempt.rollback()
            contract, training = small.contract(session), small.training(session)
            found = balance_of(session, contract)
            key = training.call_offs[0].id
            assert found.delivered <= 20
            assert committed_left(session, [key])[key] == found.committed
            assert found.delivered == accepted_workdays(session, training)
            invoiced = [one.quantity for one in invoices_of(session, contract)]
            assert sum(invoiced, Decimal(0)) == found.delivered
        raise _Undone


class _Undone(Exception):
    """Each example begins with the same training."""


@pytest.fixture
def small(run: Run) -> Running:
    return run(workdays="20", capacity=(0, 20, 30))


def test_the_invoices_of_a_large_contract_take_as_many_queries_as_those_of_a_small_one(
    database: Database, cast: Cast, running: Running
) -> None:

    def queries() -> int:
        with database.reading() as session, counted(database.engine) as statements:
            invoices_of(session, running.contract(session))
        return len(statements)

    few = queries()
    with unit_of_work(database) as session:
        training = running.training(session)
        for n in range(8):
            running.people[f"p{n}"] = enrolled(session, training, f"P{n}").id
    for period in ("2026-03", "2026-04", "2026-05"):
        record(database, cast, running, period, **{f"p{n}": "1" for n in range(8)})
        accept(database, cast, running, period)
    assert queries() == few
