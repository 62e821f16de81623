"""Reads what may be told of a procurement out of every room, each row with its own time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.capacity.models import CallOff, LedgerEntry, Training
from portal.capacity.rules import CallOffState, EntryKind
from portal.contracts.models import Contract
from portal.evaluation.models import Award, AwardDecision, Discontinuation
from portal.legal.changes import change_grounds
from portal.offers.models import LotOffer, Offer, Opening
from portal.offers.rules import OpeningStage
from portal.options.models import ContractChange, ContractPassing, OptionExercise
from portal.options.rules import ChangeState
from portal.organisations.models import Organisation
from portal.procurement.models import CallAmendment, Lot, OptionClause, Procurement
from portal.reports.open_data.queries.listing import is_published
from portal.reports.open_data.rules import (
    Accepted,
    Amended,
    Awarded,
    Changed,
    Contracted,
    Extended,
    Frozen,
    Invoiced,
    Opened,
    Ordered,
    Party,
    Passed,
    Process,
    Revised,
    Trained,
    Undone,
    Withdrawn,
)
from portal.shared.errors import NotFound
from portal.shared.numbers import rounded
from portal.workdays.models import InvoiceBasis, PriceRevisionApplied, WorkdayLine, WorkdayRecord
from portal.workdays.rules import RecordState

PARTY = (Organisation.id, Organisation.name, Organisation.business_id)


def process_of(session: Session, procurement_id: UUID, at: datetime) -> Process:
    """The procurement with every fact that has, or will have, its time to be told.

    Raises NotFound for what is not published at that moment.
    """
    found = session.execute(
        select(Procurement.frozen, Procurement.published_at, *PARTY)
        .join(Organisation, Organisation.id == Procurement.buyer_id)
        .where(Procurement.id == procurement_id, is_published(at))
    ).one_or_none()
    if found is None:
        raise NotFound
    frozen, published_at, *party = found
    assert frozen is not None
    assert published_at is not None
    contracts = _contracts(session, procurement_id)
    names = {key: fact.reference for key, fact in contracts.items()}
    facts = (
        *_calls(session, procurement_id, frozen, published_at),
        *_outcomes(session, procurement_id),
        *contracts.values(),
        *_amended(session, names),
        *_passed(session, names),
        *_carried_out(session, names),
    )
    return Process(procurement_id, Party(*party), _opened(session, procurement_id), facts)


def _calls(
    session: Session, procurement_id: UUID, frozen: dict[str, Any], published_at: datetime
) -> Iterator[Frozen | Amended]:
    """Each amendment keeps what was frozen before it; the last one is what is frozen now."""
    rows = session.execute(
        select(
            CallAmendment.n,
            CallAmendment.reason,
            CallAmendment.amended_at,
            CallAmendment.frozen_before,
        )
        .where(CallAmendment.procurement_id == procurement_id)
        .order_by(CallAmendment.n)
    ).all()
    kept = [*(row.frozen_before for row in rows), frozen]
    yield Frozen(published_at, kept[0])
    for row, call in zip(rows, kept[1:], strict=True):
        yield Amended(row.amended_at, row.n, row.reason, call)


def _opened(session: Session, procurement_id: UUID) -> Opened | None:
    offers = (
        select(func.count(LotOffer.offer_id.distinct()))
        .join(Offer, Offer.id == LotOffer.offer_id)
        .where(Offer.procurement_id == procurement_id)
        .scalar_subquery()
    )
    found = session.execute(
        select(Opening.opened_at, offers).where(
            Opening.procurement_id == procurement_id,
            Opening.stage == OpeningStage.OFFERS,
            Opening.opened_at.is_not(None),
        )
    ).one_or_none()
    return None if found is None or found[0] is None else Opened(found[0], found[1])


def _outcomes(session: Session, procurement_id: UUID) -> Iterator[Awarded | Undone]:
    """What issued decisions say of the lots; an award without a decision is nobody's to know."""
    awards = session.execute(
        select(
            AwardDecision.issued_at,
            AwardDecision.n,
            AwardDecision.voided_at,
            Lot.key,
            Award.voided_at,
            LotOffer.price,
            LotOffer.coordination_fee,
            *PARTY,
        )
        .join(AwardDecision, AwardDecision.id == Award.decision_id)
        .join(Lot, Lot.id == Award.lot_id)
        .join(Offer, Offer.id == Award.offer_id)
        .join(Organisation, Organisation.id == Offer.provider_id)
        .join(LotOffer, (LotOffer.offer_id == Award.offer_id) & (LotOffer.lot_id == Award.lot_id))
        .where(AwardDecision.procurement_id == procurement_id)
        .order_by(AwardDecision.n, Lot.position)
    )
    for issued, n, corrected, lot, voided, price, fee, *party in awards:
        yield Awarded(issued, n, lot, Party(*party), price, fee)
        yield from _undone(n, lot, corrected, voided)
    discontinued = session.execute(
        select(
            AwardDecision.issued_at,
            AwardDecision.n,
            AwardDecision.voided_at,
            Lot.key,
            Discontinuation.voided_at,
        )
        .join(AwardDecision, AwardDecision.id == Discontinuation.decision_id)
        .join(Lot, Lot.id == Discontinuation.lot_id)
        .where(AwardDecision.procurement_id == procurement_id)
        .order_by(AwardDecision.n, Lot.position)
    )
    for issued, n, corrected, lot, voided in discontinued:
        yield Awarded(issued, n, lot)
        yield from _undone(n, lot, corrected, voided)


def _undone(
    n: int, lot: str, corrected: datetime | None, voided: datetime | None
) -> Iterator[Undone]:
    at = voided or corrected
    if at is not None:
        yield Undone(at, n, lot, corrected=corrected == at)


def _contracts(session: Session, procurement_id: UUID) -> dict[UUID, Contracted]:
    """Those that came into force, by their keys; any other is not told of."""
    ends = (
        select(OptionExercise.ends_before)
        .where(OptionExercise.contract_id == Contract.id, OptionExercise.ends_before.is_not(None))
        .order_by(OptionExercise.exercised_at)
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Contract.id,
            Contract.in_force_at,
            Contract.reference,
            AwardDecision.n,
            Lot.key,
            Contract.starts_on,
            ends,
            Contract.ends_on,
            *PARTY,
        )
        .join(Award, Award.id == Contract.award_id)
        .join(AwardDecision, AwardDecision.id == Award.decision_id)
        .join(Lot, Lot.id == Contract.lot_id)
        .join(Organisation, Organisation.id == Contract.provider_id)
        .where(Contract.procurement_id == procurement_id, Contract.in_force_at.is_not(None))
        .order_by(Contract.in_force_at, Contract.reference)
    )
    return {
        key: Contracted(in_force, reference, n, lot, Party(*party), starts, first_end or ends_on)
        for key, in_force, reference, n, lot, starts, first_end, ends_on, *party in rows
        if in_force is not None
    }


def _amended(session: Session, names: dict[UUID, str]) -> Iterator[Extended | Changed | Revised]:
    used = session.execute(
        select(
            OptionExercise.exercised_at,
            OptionExercise.contract_id,
            OptionClause.key,
            OptionExercise.n,
            OptionExercise.amount,
            OptionExercise.ends_after,
        )
        .join(OptionClause, OptionClause.id == OptionExercise.option_id)
        .where(OptionExercise.contract_id.in_(names))
        .order_by(OptionExercise.exercised_at, OptionClause.key, OptionExercise.n)
    )
    for at, contract, option, n, amount, ends in used:
        yield Extended(at, names[contract], option, n, amount, ends)
    grounds = change_grounds()
    changes = session.execute(
        select(
            ContractChange.settled_at,
            ContractChange.contract_id,
            ContractChange.n,
            ContractChange.ground,
            ContractChange.value,
        )
        .where(
            ContractChange.contract_id.in_(names),
            ContractChange.state == ChangeState.IN_EFFECT,
        )
        .order_by(ContractChange.settled_at, ContractChange.n)
    )
    for settled, contract, n, key, value in changes:
        assert settled is not None
        ground = grounds[key]
        yield Changed(settled, names[contract], n, ground.name["fi"], ground.section, value)
    revised = session.execute(
        select(
            PriceRevisionApplied.revised_at,
            PriceRevisionApplied.contract_id,
            PriceRevisionApplied.since,
            PriceRevisionApplied.price_after,
        )
        .where(PriceRevisionApplied.contract_id.in_(names))
        .order_by(PriceRevisionApplied.since)
    )
    for at, contract, since, price in revised:
        yield Revised(at, names[contract], since, price)


def _passed(session: Session, names: dict[UUID, str]) -> Iterator[Passed]:
    passed = session.execute(
        select(ContractPassing.at, ContractPassing.contract_id, ContractPassing.n, *PARTY)
        .join(Organisation, Organisation.id == ContractPassing.to_id)
        .where(ContractPassing.contract_id.in_(names))
        .order_by(ContractPassing.n)
    )
    for at, contract, n, key, name, business_id in passed:
        yield Passed(at, names[contract], n, Party(key, name, business_id))


def _carried_out(
    session: Session, names: dict[UUID, str]
) -> Iterator[Ordered | Withdrawn | Trained | Accepted | Invoiced]:
    entries = session.execute(
        select(
            LedgerEntry.at,
            LedgerEntry.contract_id,
            LedgerEntry.kind,
            LedgerEntry.amount,
            CallOff.n,
            CallOff.field,
            CallOff.price,
        )
        .join(CallOff, CallOff.id == LedgerEntry.call_off_id)
        .where(
            LedgerEntry.contract_id.in_(names),
            (LedgerEntry.kind == EntryKind.COMMITTED)
            | (LedgerEntry.kind == EntryKind.RELEASED)
            & CallOff.state.in_((CallOffState.DECLINED, CallOffState.CANCELLED)),
        )
        .order_by(LedgerEntry.contract_id, LedgerEntry.n)
    )
    for at, contract, kind, amount, n, field, price in entries:
        if kind == EntryKind.COMMITTED:
            yield Ordered(at, names[contract], n, field, amount, price)
        else:
            yield Withdrawn(at, names[contract], n, field)
    trainings = session.execute(
        select(
            Training.contract_id,
            Training.n,
            Training.field,
            Training.started_at,
            Training.closed_at,
        )
        .where(Training.contract_id.in_(names))
        .order_by(Training.n)
    )
    for contract, n, field, started, closed in trainings:
        if started is not None:
            yield Trained(started, names[contract], n, field, closed=False)
        if closed is not None:
            yield Trained(closed, names[contract], n, field, closed=True)
    yield from _accepted(session, names)
    yield from _invoiced(session, names)


def _accepted(session: Session, names: dict[UUID, str]) -> Iterator[Accepted]:
    accepted = session.execute(
        select(
            WorkdayRecord.settled_at,
            Training.contract_id,
            Training.n,
            Training.field,
            WorkdayRecord.period,
            WorkdayRecord.n,
            func.sum(WorkdayLine.days),
            func.count(WorkdayLine.id),
        )
        .join(Training, Training.id == WorkdayRecord.training_id)
        .join(WorkdayLine, WorkdayLine.record_id == WorkdayRecord.id)
        .where(Training.contract_id.in_(names), WorkdayRecord.state == RecordState.ACCEPTED)
        .group_by(WorkdayRecord.id, Training.id)
        .order_by(WorkdayRecord.period, Training.n, WorkdayRecord.n)
    )
    for settled, contract, training, field, period, n, days, people in accepted:
        assert settled is not None
        # SQLite sums decimals as floats.
        told = rounded(days, 4)
        yield Accepted(settled, names[contract], training, field, period, n, told, people)


def _invoiced(session: Session, names: dict[UUID, str]) -> Iterator[Invoiced]:
    """Each basis with how many people had accepted days in its month when it was issued."""
    people = (
        select(func.count(WorkdayLine.enrolment_id.distinct()))
        .join(WorkdayRecord, WorkdayRecord.id == WorkdayLine.record_id)
        .join(Training, Training.id == WorkdayRecord.training_id)
        .where(
            Training.contract_id == InvoiceBasis.contract_id,
            WorkdayRecord.period == InvoiceBasis.period,
            WorkdayRecord.state == RecordState.ACCEPTED,
            WorkdayRecord.settled_at <= InvoiceBasis.issued_at,
        )
        .correlate(InvoiceBasis)
        .scalar_subquery()
    )
    invoiced = session.execute(
        select(
            InvoiceBasis.issued_at,
            InvoiceBasis.contract_id,
            InvoiceBasis.period,
            InvoiceBasis.quantity,
            InvoiceBasis.amount,
            people,
        )
        .where(InvoiceBasis.contract_id.in_(names))
        .order_by(InvoiceBasis.period, InvoiceBasis.n)
    )
    for at, contract, period, quantity, amount, of in invoiced:
        yield Invoiced(at, names[contract], period, quantity, amount, of)
