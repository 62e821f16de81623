"""An option is used only as its clause says, and the ledger or the period follows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.ledger import balance_of
from portal.contracts.models import Contract
from portal.database import Database
from portal.feedback.usecases import give_feedback
from portal.options.access import evidence_of, latest_end_of
from portal.options.models import OptionExercise
from portal.options.rules import (
    Evidence,
    due_reminders,
    extended,
    left_of,
    measured,
    require_exercisable,
)
from portal.options.usecases import exercise_option
from portal.organisations.models import Person
from portal.procurement.models import Lot, OptionClause
from portal.procurement.rules import OptionKind, OptionTerms
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.underway import CALLED, contract_in_force, enrolled, training_of

NOTICE = date(2026, 11, 30)
MORE = {
    "key": "more",
    "kind": "additional_capacity",
    "amount": Decimal(300),
    "times": 1,
    "notice_by": NOTICE,
}
YEAR = {
    "key": "year",
    "kind": "further_period",
    "amount": Decimal(12),
    "times": 2,
    "notice_by": NOTICE,
}
ASKED = {"feedback_mean_at_least": "4.0", "answers_at_least": "2"}


def option_of(session: Session, contract: Contract, key: str = "more") -> OptionClause:
    return next(one for one in session.get_one(Lot, contract.lot_id).options if one.key == key)


def use(
    session: Session, contract: Contract, by: Person, key: str = "more", at: datetime = CALLED
) -> OptionExercise:
    return exercise_option(
        session,
        contract=contract,
        option=option_of(session, contract, key),
        reason="Hyvä palaute",
        by=by,
        at=at,
    )


def terms(**values: object) -> OptionTerms:
    return OptionTerms(**{**MORE, "kind": OptionKind.ADDITIONAL_CAPACITY, **values})  # type: ignore[arg-type]


def test_additional_capacity_goes_into_the_ledger_once(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast, options=[MORE])
        exercise = use(session, contract, cast.olli)
        assert (exercise.n, exercise.amount) == (1, 300)
        assert balance_of(session, contract).maximum == 1300
        with pytest.raises(RuleBroken, match="option_used_up"):
            use(session, contract, cast.olli)
        assert balance_of(session, contract).maximum == 1300


def test_a_further_period_moves_the_last_day_each_time(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast, options=[YEAR])
        lot = session.get_one(Lot, contract.lot_id)
        assert latest_end_of(session, contract, lot, NOTICE) == date(2029, 3, 8)
        assert latest_end_of(session, contract, lot, NOTICE + timedelta(1)) == date(2027, 3, 8)
        use(session, contract, cast.olli, "year")
        assert contract.ends_on == date(2028, 3, 8)
        assert latest_end_of(session, contract, lot, NOTICE) == date(2029, 3, 8)
        assert latest_end_of(session, contract, lot, NOTICE + timedelta(1)) == date(2028, 3, 8)
        second = use(session, contract, cast.olli, "year")
        assert (second.ends_before, second.ends_after) == (date(2028, 3, 8), date(2029, 3, 8))
        assert balance_of(session, contract).maximum == 1000


def test_a_last_day_of_a_month_does_not_creep() -> None:
    assert extended(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert extended(date(2026, 8, 31), 12) == date(2027, 8, 31)


def test_a_guidance_or_coaching_option_is_recorded_and_no_more(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        options = [{**MORE, "key": kind, "kind": kind} for kind in ("after_guidance", "coaching")]
        contract = contract_in_force(session, cast, options=options)
        for kind in ("after_guidance", "coaching"):
            assert use(session, contract, cast.olli, kind).ends_after is None
        assert balance_of(session, contract).maximum == 1000
        assert contract.ends_on == date(2027, 3, 8)


def test_the_rules_are_tried_in_their_order(database: Database, cast: Cast) -> None:
    late = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)  # past midnight in Helsinki
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast, options=[{**MORE, "condition": ASKED}])
        other = contract_in_force(session, cast, options=[MORE])
        waiting = contract_in_force(session, cast, options=[MORE])
        waiting.state = "awaiting_approval"
        for person in (cast.eva, cast.kaisa, cast.roope, cast.paula, cast.tarja):
            with pytest.raises(RuleBroken, match="not_permitted"):
                use(session, contract, person)
        with pytest.raises(RuleBroken, match="wrong_state"):
            use(session, waiting, cast.olli)
        with pytest.raises(RuleBroken, match="wrong_state"):
            exercise_option(
                session,
                contract=contract,
                option=option_of(session, other),
                reason="x",
                by=cast.olli,
                at=CALLED,
            )
        with pytest.raises(RuleBroken, match="option_notice_passed"):
            use(session, contract, cast.olli, at=late)
        last = datetime(2026, 11, 30, 21, 59, tzinfo=UTC)
        with pytest.raises(RuleBroken, match="option_condition_unmet"):
            use(session, contract, cast.olli, at=last)


def test_a_condition_counts_the_participants_own_answers_of_this_contract(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast, options=[{**MORE, "condition": ASKED}])
        training = training_of(session, cast, contract)
        other = training_of(session, cast, contract_in_force(session, cast))

        def answer(points: int, name: str) -> None:
            give_feedback(
                session,
                training=training,
                points=points,
                enrolment=enrolled(session, training, name),
                by=None,
                at=CALLED,
            )

        give_feedback(session, training=training, points=5, by=cast.kaisa, at=CALLED)
        give_feedback(
            session,
            training=other,
            points=5,
            enrolment=enrolled(session, other, "x"),
            by=None,
            at=CALLED,
        )
        answer(4, "a")
        assert evidence_of(session, [contract.id])[contract.id] == Evidence(1, 4)
        with pytest.raises(RuleBroken, match="option_condition_unmet"):
            use(session, contract, cast.olli)
        answer(4, "b")
        exercise = use(session, contract, cast.olli)
        assert exercise.evidence == {"answers": 2, "points": 8, "ended": 0, "open_market": 0}


def test_the_share_is_of_those_who_started_and_have_ended(database: Database, cast: Cast) -> None:
    condition = {"open_market_share_at_least": "0.5"}
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast, options=[{**MORE, "condition": condition}])
        training = training_of(session, cast, contract)
        enrolled(session, training, "a", state="left_early", status_at_end="open_market")
        enrolled(session, training, "b", state="started")
        enrolled(session, training, "c", state="selected")
        enrolled(session, training, "d", state="interrupted", status_at_end="unemployed")
        assert evidence_of(session, [contract.id])[contract.id] == Evidence(0, 0, 2, 1)
        use(session, contract, cast.olli)


def test_without_data_a_condition_does_not_hold() -> None:
    for measure in ("feedback_mean_at_least", "open_market_share_at_least"):
        (part,) = measured({measure: Decimal(0)}, Evidence())
        assert (part.found, part.holds) == (None, False)
    assert measured(None, Evidence()) == []


def test_a_mean_is_compared_exactly() -> None:
    third = {"feedback_mean_at_least": Decimal("4.3333")}
    assert measured(third, Evidence(3, 13))[0].holds
    assert not measured({"feedback_mean_at_least": Decimal("4.3334")}, Evidence(3, 13))[0].holds


@given(
    times=st.integers(1, 4),
    steps=st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 6)), max_size=12),
)
def test_an_option_is_used_at_most_as_often_as_the_clause_says(
    times: int, steps: list[tuple[int, int]]
) -> None:
    option = terms(times=times, condition={"answers_at_least": Decimal(3)})
    used = 0
    for days, answers in steps:
        today = NOTICE + timedelta(days)
        try:
            require_exercisable(option, used, Evidence(answers), today)
        except RuleBroken:
            assert used == times or days > 0 or answers < 3
        else:
            used += 1
            assert days <= 0
            assert answers >= 3
    assert used <= times
    assert left_of(option, used) == times - used


def test_of_many_at_once_exactly_as_many_as_the_clause_says_get_through(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast, options=[{**MORE, "times": 2}])
        key = contract.id
    rules: list[str] = []

    def press() -> None:
        try:
            with unit_of_work(database) as session:
                use(session, session.get_one(Contract, key), session.merge(cast.olli))
        except RuleBroken as broken:
            rules.append(broken.rule)

    threads = [Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rules == ["option_used_up"] * 4
    with database.reading() as session:
        assert sorted(session.scalars(select(OptionExercise.n))) == [1, 2]
        assert balance_of(session, session.get_one(Contract, key)).maximum == 1600


def test_reminders_are_due_from_their_day_to_the_notice_day() -> None:
    days = (60, 30, 7)
    assert due_reminders(NOTICE, days, NOTICE - timedelta(61)) == []
    assert due_reminders(NOTICE, days, NOTICE - timedelta(60)) == [60]
    assert due_reminders(NOTICE, days, NOTICE - timedelta(3)) == [7, 30, 60]
    assert due_reminders(NOTICE, days, NOTICE) == [7, 30, 60]
    assert due_reminders(NOTICE, days, NOTICE + timedelta(1)) == []
