"""Call-offs go down a ranking of providers, or to the best bid."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.capacity.arrangements.models import Arrangement
from portal.capacity.arrangements.rules import Bid, Mode, best, next_in_turn
from portal.capacity.arrangements.usecases import (
    bid,
    call_down,
    pass_on,
    set_up_arrangement,
    settle_competition,
)
from portal.capacity.ledger import balance_of
from portal.capacity.usecases import decline_call_off
from portal.contracts.models import Contract
from portal.database import Database
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.underway import CALLED, contract_in_force, training_of

WHAT = {
    "form": "unit_toppis",
    "field": "kiinteistöpalvelut",
    "workdays": Decimal(60),
    "places": 3,
}


def ranked(session: Session, cast: Cast, mode: Mode) -> tuple[Arrangement, list[Contract]]:
    contracts = [
        contract_in_force(session, cast, provider=cast.river, capacity=(10, 50, 100)),
        contract_in_force(session, cast, provider=cast.shore, capacity=(10, 50, 100)),
    ]
    arrangement = set_up_arrangement(
        session,
        buyer=cast.buyer,
        title="Toppis-puitejärjestely",
        mode=mode,
        contracts=contracts,
        by=cast.olli,
        at=CALLED,
    )
    return arrangement, contracts


def test_a_refusal_with_its_reason_passes_the_need_to_the_next_in_turn(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        arrangement, contracts = ranked(session, cast, Mode.RANKING)
        need = call_down(
            session, arrangement=arrangement, office=cast.office, **WHAT, by=cast.kaisa, at=CALLED
        )
        first = need.tries[0].call_off
        assert first is not None
        with pytest.raises(RuleBroken, match="wrong_state"):
            pass_on(session, need=need, by=cast.kaisa, at=CALLED)
        decline_call_off(session, call_off=first, reason="Täynnä", by=cast.tuula, at=CALLED)
        second = pass_on(session, need=need, by=cast.kaisa, at=CALLED)
        assert second is not None
        assert second.contract_id == contracts[1].id
        assert [
            (one.outcome, one.call_off.settled_reason) for one in need.tries if one.call_off
        ] == [
            ("declined", "Täynnä"),
            ("called", ""),
        ]
        decline_call_off(session, call_off=second, reason="Ei tiloja", by=cast.sanna, at=CALLED)
        assert pass_on(session, need=need, by=cast.kaisa, at=CALLED) is None
        assert need.state == "exhausted"


def test_a_provider_without_capacity_is_passed_over_on_record(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        arrangement, contracts = ranked(session, cast, Mode.RANKING)
        for _n in range(2):
            need = call_down(
                session,
                arrangement=arrangement,
                office=cast.office,
                **WHAT,
                by=cast.kaisa,
                at=CALLED,
            )
        assert [one.outcome for one in need.tries] == ["no_capacity", "called"]
        assert need.tries[1].contract_id == contracts[1].id
        key = arrangement.id
    with pytest.raises(RuleBroken, match="ranking_exhausted"), unit_of_work(database) as session:
        call_down(
            session,
            arrangement=session.get_one(Arrangement, key),
            office=cast.office,
            **WHAT,
            by=cast.kaisa,
            at=CALLED,
        )


def test_a_form_that_is_sent_twice_calls_down_once(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        arrangement, contracts = ranked(session, cast, Mode.RANKING)
        key = uuid4()
        first, again = (
            call_down(
                session,
                arrangement=arrangement,
                office=cast.office,
                key=key,
                **WHAT,
                by=cast.kaisa,
                at=CALLED,
            )
            for _press in range(2)
        )
        assert first.id == again.id == key
        assert [balance_of(session, one).reserved for one in contracts] == [60, 0]


def test_a_ranked_contract_is_called_off_in_turn_only(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        _arrangement, contracts = ranked(session, cast, Mode.RANKING)
        with pytest.raises(RuleBroken, match="ranked_contract"):
            training_of(session, cast, contracts[1])


def test_the_lowest_bid_is_called_off_at_its_own_price_after_the_deadline(
    database: Database, cast: Cast
) -> None:
    due = CALLED + timedelta(days=5)
    with unit_of_work(database) as session:
        arrangement, (river, shore) = ranked(session, cast, Mode.COMPETITION)
        need = call_down(
            session,
            arrangement=arrangement,
            office=cast.office,
            due=due,
            **WHAT,
            by=cast.kaisa,
            at=CALLED,
        )
        starts = date(2026, 3, 25)
        with pytest.raises(RuleBroken, match="price_above_contract"):
            bid(
                session,
                need=need,
                contract=river,
                price=Decimal("58.01"),
                starts=starts,
                by=cast.roope,
                at=due,
            )
        for contract, price, by in ((river, "57.50", cast.roope), (shore, "57.40", cast.sanna)):
            bid(
                session,
                need=need,
                contract=contract,
                price=Decimal(price),
                starts=starts,
                by=by,
                at=due,
            )
        with pytest.raises(RuleBroken, match="bidding_runs"):
            settle_competition(session, need=need, by=cast.kaisa, at=due)
        after = due + timedelta(seconds=1)
        with pytest.raises(RuleBroken, match="bidding_over"):
            bid(
                session,
                need=need,
                contract=river,
                price=Decimal(1),
                starts=starts,
                by=cast.roope,
                at=after,
            )
        called = settle_competition(session, need=need, by=cast.kaisa, at=after)
        assert called is not None
        assert (called.contract_id, called.price) == (shore.id, Decimal("57.40"))


BIDS = st.lists(
    st.builds(
        Bid,
        contract_id=st.uuids(),
        rank=st.integers(1, 9),
        price=st.decimals("0.01", "99", places=2),
        starts=st.dates(date(2026, 1, 1), date(2026, 1, 9)),
    ),
    min_size=1,
    unique_by=lambda one: one.rank,
)


@given(BIDS, st.randoms())
def test_the_best_bid_does_not_depend_on_the_order_of_bidding(bids: list[Bid], chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(bids)
    chance.shuffle(shuffled)
    first = best(bids)
    assert first == best(shuffled)
    assert first is not None
    assert all(first.price <= other.price for other in bids)


@given(st.lists(st.uuids(), unique=True), st.data())
def test_a_turn_comes_once_and_from_the_top(order: list, data: st.DataObject) -> None:  # type: ignore[type-arg]
    tried: list = []  # type: ignore[type-arg]
    while (turn := next_in_turn(order, tried)) is not None:
        tried.append(turn)
    assert tried == order
