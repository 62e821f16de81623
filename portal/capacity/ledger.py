"""Entries of the ledger. Only added, each by whoever holds the lock of the contract's ledger."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.models import CallOff, CapacityLedger, LedgerEntry
from portal.capacity.rules import NOTHING, Balance, EntryKind, entered
from portal.contracts.models import Contract
from portal.organisations.models import Person
from portal.procurement.models import Lot

# What each kind does to what a call-off still has committed.
_COMMITS = {
    EntryKind.COMMITTED: 1,
    EntryKind.RETURNED: 1,
    EntryKind.DELIVERED: -1,
    EntryKind.RELEASED: -1,
}


def enter(
    session: Session,
    contract: Contract,
    kind: EntryKind,
    amount: Decimal,
    *,
    call_off: CallOff | None = None,
    reason: str = "",
    by: Person,
    at: datetime,
) -> Balance:
    """Add an entry within the caller's act; nothing is added for an amount of nothing.

    Raises ``capacity_exceeded`` where anything would fall below zero.
    """
    ledger = _locked(session, contract)
    before = standing(ledger)
    if amount == NOTHING:
        return before
    after = entered(before, kind, amount)
    _write(session, contract, ledger, kind, amount, after, call_off, reason, by.id, at)
    return after


def balance_of(session: Session, contract: Contract) -> Balance:
    """Where the contract's capacity stands; all of the lot's maximum before the first entry."""
    ledger = session.get(CapacityLedger, contract.id)
    if ledger is None:
        return Balance(maximum=session.get_one(Lot, contract.lot_id).capacity_maximum)
    return standing(ledger)


def balances_of(session: Session, contracts: Collection[Contract]) -> dict[UUID, Balance]:
    """The same of each contract, in one query."""
    found = session.execute(
        select(Contract.id, Lot.capacity_maximum, CapacityLedger)
        .join(Lot, Lot.id == Contract.lot_id)
        .outerjoin(CapacityLedger, CapacityLedger.contract_id == Contract.id)
        .where(Contract.id.in_([one.id for one in contracts]))
    )
    return {
        key: Balance(maximum=maximum) if ledger is None else standing(ledger)
        for key, maximum, ledger in found
    }


def committed_left(session: Session, call_offs: Collection[UUID]) -> dict[UUID, Decimal]:
    """What each of these call-offs still has committed: confirmed, and neither delivered nor
    released."""
    left = dict.fromkeys(call_offs, NOTHING)
    entries = select(LedgerEntry.call_off_id, LedgerEntry.kind, LedgerEntry.amount).where(
        LedgerEntry.call_off_id.in_(call_offs)
    )
    for call_off_id, kind, amount in session.execute(entries):
        assert call_off_id is not None
        left[call_off_id] += _COMMITS.get(EntryKind(kind), 0) * amount
    return left


def deliver(
    session: Session, call_off: CallOff, amount: Decimal, *, reason: str, by: Person, at: datetime
) -> None:
    """Within another room's act: accepted workdays, or a package whose person started.

    Raises ``capacity_exceeded`` where the call-off has not as much committed.
    """
    enter(
        session,
        call_off.contract,
        EntryKind.DELIVERED,
        amount,
        call_off=call_off,
        reason=reason,
        by=by,
        at=at,
    )


def take_back_delivery(
    session: Session, call_off: CallOff, amount: Decimal, *, reason: str, by: Person, at: datetime
) -> None:
    """Within another room's act: a correction of what was delivered, committed again."""
    enter(
        session,
        call_off.contract,
        EntryKind.RETURNED,
        amount,
        call_off=call_off,
        reason=reason,
        by=by,
        at=at,
    )


def add_capacity(
    session: Session, contract: Contract, amount: Decimal, *, reason: str, by: Person, at: datetime
) -> Balance:
    """Within the act that exercises an option of additional capacity."""
    return enter(session, contract, EntryKind.ADDED, amount, reason=reason, by=by, at=at)


def _locked(session: Session, contract: Contract) -> CapacityLedger:
    """The ledger, opened with the lot's maximum by its first entry."""
    ledger = _locked_row(session, contract)
    if ledger is None:
        # Two openers take turns on the contract's row; the second finds the first one's ledger.
        # Its key alone: PostgreSQL locks no row that comes with others by an outer join.
        session.execute(select(Contract.id).where(Contract.id == contract.id).with_for_update())
        ledger = _locked_row(session, contract)
    if ledger is not None:
        return ledger
    ledger = CapacityLedger(
        contract_id=contract.id,
        maximum=NOTHING,
        reserved=NOTHING,
        committed=NOTHING,
        delivered=NOTHING,
        entries=0,
    )
    session.add(ledger)
    maximum = session.get_one(Lot, contract.lot_id).capacity_maximum
    after = entered(Balance(), EntryKind.OPENED, maximum)
    assert contract.in_force_at is not None
    _write(
        session,
        contract,
        ledger,
        EntryKind.OPENED,
        maximum,
        after,
        None,
        "",
        contract.concluded_by_id,
        contract.in_force_at,
    )
    return ledger


def _locked_row(session: Session, contract: Contract) -> CapacityLedger | None:
    return session.get(CapacityLedger, contract.id, with_for_update=True, populate_existing=True)


def standing(ledger: CapacityLedger) -> Balance:
    """The balance that a ledger's row keeps."""
    return Balance(ledger.maximum, ledger.reserved, ledger.committed, ledger.delivered)


def _write(
    session: Session,
    contract: Contract,
    ledger: CapacityLedger,
    kind: EntryKind,
    amount: Decimal,
    after: Balance,
    call_off: CallOff | None,
    reason: str,
    by_id: UUID,
    at: datetime,
) -> None:
    ledger.entries += 1
    ledger.maximum, ledger.reserved = after.maximum, after.reserved
    ledger.committed, ledger.delivered = after.committed, after.delivered
    session.add(
        LedgerEntry(
            contract_id=contract.id,
            lot_id=contract.lot_id,
            n=ledger.entries,
            kind=kind,
            amount=amount,
            call_off_id=None if call_off is None else call_off.id,
            field=None if call_off is None else call_off.field,
            reason=reason,
            by_id=by_id,
            at=at,
        )
    )
    session.flush()
