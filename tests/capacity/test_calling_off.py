"""From the call-off to the closed training, with the ledger after each step."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.capacity.ledger import balance_of
from portal.capacity.models import LedgerEntry
from portal.capacity.rules import Balance, EntryKind, replayed
from portal.capacity.usecases import call_off, close_training, decline_call_off
from portal.contracts.models import Contract
from portal.database import Database
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.underway import CALLED, contract_in_force, training_of


def test_a_call_off_reserves_its_confirmation_commits_and_closing_releases(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        training = training_of(session, cast, contract)
        assert balance_of(session, contract) == Balance(
            Decimal(1000), Decimal(0), Decimal(300), Decimal(0)
        )
        close_training(session, training=training, by=cast.olli, at=CALLED)
        assert balance_of(session, contract).remaining == 1000
        entries = session.execute(
            select(LedgerEntry.kind, LedgerEntry.amount).order_by(LedgerEntry.n)
        ).all()
        assert [kind for kind, _amount in entries] == [
            "opened",
            "reserved",
            "committed",
            "released",
        ]
        assert replayed((EntryKind(kind), amount) for kind, amount in entries) == balance_of(
            session, contract
        )


def test_nothing_beyond_the_maximum_can_be_called_off(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        training_of(session, cast, contract)
        key = contract.id
    with pytest.raises(RuleBroken, match="capacity_exceeded"), unit_of_work(database) as session:
        training_of(session, cast, session.get_one(Contract, key), workdays="700.5")
    with database.reading() as session:
        balance = balance_of(session, session.get_one(Contract, key))
        assert (balance.committed, balance.reserved) == (300, 0)


def test_a_declined_call_off_gives_all_of_it_back(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        called = call_off(
            session,
            contract=contract,
            office=cast.office,
            form="unit_toppis",
            field="kiinteistöpalvelut",
            workdays=Decimal("12.5"),
            places=1,
            by=cast.kaisa,
            at=CALLED,
        )
        decline_call_off(session, call_off=called, reason="Täynnä", by=cast.tuula, at=CALLED)
        assert balance_of(session, contract).remaining == 1000
