"""Call-offs from several processes at once: nothing beyond the maximum, nothing lost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.audit.record import faults
from portal.capacity.ledger import balance_of
from portal.capacity.models import CallOff, CapacityLedger, LedgerEntry
from portal.capacity.rules import EntryKind, replayed
from portal.contracts.models import Contract
from portal.database import Database
from portal.paths import ROOT
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.promises.figures import times
from tests.underway import contract_in_force

PROCESSES, TIMES = 4, times(100, 500)
# Less than a third of what so many, of ten workdays on average, would take.
MAXIMUM = 6 * TIMES


@pytest.mark.slow
def test_call_offs_from_several_processes_never_pass_the_maximum(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(
            session, cast, provider=cast.shore, capacity=(100, MAXIMUM * 2 // 3, MAXIMUM)
        )
        key, chain = contract.id, str(contract.procurement_id)
    callers = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.capacity.many_callers", database.url, str(key)),
                *(str(cast.office.id), str(cast.kaisa.id), str(TIMES), str(seed)),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(PROCESSES)
    ]
    try:
        told = [caller.communicate(timeout=900) for caller in callers]
    finally:
        for caller in callers:
            caller.kill()
    assert [caller.returncode for caller in callers] == [0] * PROCESSES, told[0][1][-3000:]
    answers = [json.loads(out) for out, _err in told]
    done = [Decimal(amount) for answer in answers for amount in answer["done"]]
    refused = sum(answer["refused"] for answer in answers)
    assert len(done) + refused == PROCESSES * TIMES
    assert refused > PROCESSES, "the maximum was not reached"

    with database.reading() as session:
        entries = session.execute(
            select(LedgerEntry.n, LedgerEntry.kind, LedgerEntry.amount)
            .where(LedgerEntry.contract_id == key)
            .order_by(LedgerEntry.n)
        ).all()
        # Nothing is lost: every call-off that its caller was told of has its entry, in one row.
        assert [n for n, _kind, _amount in entries] == list(range(1, len(done) + 2))
        assert entries[0][1:] == (EntryKind.OPENED, MAXIMUM)
        assert Counter(amount for _n, _kind, amount in entries[1:]) == Counter(done)
        numbers = session.scalars(select(CallOff.n).order_by(CallOff.n)).all()
        assert numbers == list(range(1, len(done) + 1))
        # Nothing is overdrawn, and the entries replay to the balance that is kept beside them.
        balance = balance_of(session, session.get_one(Contract, key))
        assert replayed((EntryKind(kind), amount) for _n, kind, amount in entries) == balance
        assert balance.reserved == sum(done)
        assert 0 <= balance.remaining < 20
        assert session.get_one(CapacityLedger, key).entries == len(entries)
        # The record has each of them, done or denied, in an unbroken chain.
        acts = dict(
            session.execute(
                select(AuditEntry.outcome, func.count())
                .where(AuditEntry.chain == chain, AuditEntry.act == "call_off")
                .group_by(AuditEntry.outcome)
            ).all()
        )
        assert acts == {"done": len(done), "denied": refused}
        assert faults(session) == []
