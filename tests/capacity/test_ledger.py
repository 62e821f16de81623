"""Whatever is done, the ledger's entries replay to its balance and nothing falls below zero."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.capacity.ledger import (
    add_capacity,
    balance_of,
    committed_left,
    deliver,
    take_back_delivery,
)
from portal.capacity.models import CallOff, LedgerEntry
from portal.capacity.rules import Balance, EntryKind, entered, replayed
from portal.capacity.usecases import (
    call_off,
    cancel_call_off,
    close_training,
    confirm_call_off,
    decline_call_off,
)
from portal.contracts.models import Contract
from portal.database import Database
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.underway import CALLED, STARTS, contract_in_force, training_of

AMOUNTS = st.decimals("0.5", "400", places=1)
MOVES = st.lists(st.tuples(st.sampled_from(list(EntryKind)), AMOUNTS), max_size=30)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("call_off"), AMOUNTS),
        st.tuples(st.sampled_from(["confirm", "decline", "cancel", "close"]), st.integers(0, 9)),
        st.tuples(st.sampled_from(["deliver", "take_back"]), st.tuples(st.integers(0, 9), AMOUNTS)),
        st.tuples(st.just("add"), AMOUNTS),
    ),
    max_size=14,
)
QUIETLY = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(MOVES)
def test_no_sequence_of_entries_brings_anything_below_zero(
    moves: list[tuple[EntryKind, Decimal]],
) -> None:
    balance, kept = Balance(), []
    for kind, amount in moves:
        try:
            balance = entered(balance, kind, amount)
        except RuleBroken:
            continue
        kept.append((kind, amount))
        assert min(balance.reserved, balance.committed, balance.delivered, balance.remaining) >= 0
        assert balance.delivered + balance.committed + balance.reserved <= balance.maximum
    assert replayed(kept) == balance


class _Undo(Exception):
    """Ends a play without keeping it."""


@QUIETLY
@given(steps=STEPS)
def test_after_any_acts_the_entries_replay_to_the_balance(
    database: Database, cast: Cast, steps: list[tuple[str, object]]
) -> None:
    with suppress(_Undo), database.transaction() as session:
        contract = contract_in_force(session, cast, capacity=(100, 500, 1000))
        called: list[CallOff] = []
        for act, what in steps:
            with suppress(RuleBroken), session.begin_nested():
                _do(session, cast, contract, called, act, what)
            _holds(session, contract, called)
        raise _Undo


def _do(
    session: Session, cast: Cast, contract: Contract, called: list[CallOff], act: str, what: object
) -> None:
    how = {"at": CALLED}
    if act == "call_off":
        called.append(
            call_off(
                session,
                contract=contract,
                office=cast.office,
                form="unit_toppis",
                field="kiinteistöpalvelut",
                workdays=what,
                places=3,
                by=cast.kaisa,
                **how,
            )
        )
        return
    if act == "add":
        add_capacity(session, contract, what, reason="optio", by=cast.olli, **how)
        return
    which, amount = what if isinstance(what, tuple) else (what, None)
    if which >= len(called):
        return
    one = called[which]
    verbs: dict[str, Callable[[], object]] = {
        "confirm": lambda: confirm_call_off(
            session, call_off=one, starts=STARTS, by=cast.tuula, **how
        ),
        "decline": lambda: decline_call_off(
            session, call_off=one, reason="Täynnä", by=cast.tuula, **how
        ),
        "cancel": lambda: cancel_call_off(
            session, call_off=one, reason="Erehdys", by=cast.kaisa, **how
        ),
        "close": lambda: (
            close_training(session, training=one.training, by=cast.olli, **how)
            if one.training is not None
            else None
        ),
        "deliver": lambda: _deliver(session, one, amount, cast),
        "take_back": lambda: _take_back(session, one, amount, cast),
    }
    verbs[act]()


def _deliver(session: Session, one: CallOff, amount: Decimal, cast: Cast) -> None:
    """As the room of workdays does: never more than the call-off has committed."""
    if amount <= committed_left(session, [one.id])[one.id]:
        deliver(session, one, amount, reason="", by=cast.kaisa, at=CALLED)


def _take_back(session: Session, one: CallOff, amount: Decimal, cast: Cast) -> None:
    delivered = sum(
        entry.amount if entry.kind == EntryKind.DELIVERED else -entry.amount
        for entry in _entries(session, one.contract)
        if entry.call_off_id == one.id and entry.kind in (EntryKind.DELIVERED, EntryKind.RETURNED)
    )
    if amount <= delivered and one.training is not None and one.training.state == "open":
        take_back_delivery(session, one, amount, reason="oikaisu", by=cast.kaisa, at=CALLED)


def _entries(session: Session, contract: Contract) -> list[LedgerEntry]:
    return list(
        session.scalars(
            select(LedgerEntry)
            .where(LedgerEntry.contract_id == contract.id)
            .order_by(LedgerEntry.n)
        )
    )


def _holds(session: Session, contract: Contract, called: list[CallOff]) -> None:
    balance = balance_of(session, contract)
    entries = _entries(session, contract)
    if entries:
        assert replayed((EntryKind(one.kind), one.amount) for one in entries) == balance
        assert [one.n for one in entries] == list(range(1, len(entries) + 1))
    assert min(balance.reserved, balance.committed, balance.delivered, balance.remaining) >= 0
    left = committed_left(session, [one.id for one in called])
    assert all(amount >= 0 for amount in left.values())
    assert sum(left.values()) == balance.committed
    waiting = [one.amount for one in called if one.state == "reserved" and one.n is not None]
    assert sum(amount for amount in waiting) >= balance.reserved


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger_entry SET amount = '1'", "DELETE FROM ledger_entry"]
)
def test_the_database_itself_lets_nobody_change_an_entry(
    database: Database, cast: Cast, statement: str
) -> None:
    with unit_of_work(database) as session:
        training_of(session, cast, contract_in_force(session, cast))
    if database.engine.dialect.name == "postgresql":
        statement = statement.replace("'1'", "1")
    with pytest.raises(DBAPIError, match="ledger entries"), database.transaction() as session:
        session.execute(text(statement))
