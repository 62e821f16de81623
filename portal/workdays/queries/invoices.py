"""A contract's invoices as they stand, reckoned from what has been accepted and recorded.

Only counts, sums and months leave this module: an invoice names no participant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from portal.capacity.models import CallOff, Training
from portal.contracts.models import Contract
from portal.enrolments.models import AfterGuidance, Enrolment, FollowUp
from portal.offers.models import LotOffer
from portal.procurement.models import Lot
from portal.procurement.rules import OptionKind, PriceModel
from portal.shared.clock import day_in_helsinki
from portal.workdays.models import PriceRevisionApplied, WorkdayLine, WorkdayRecord
from portal.workdays.rules import (
    Bonus,
    Done,
    Followed,
    Guided,
    Invoice,
    RecordState,
    Revised,
    Started,
    Terms,
    invoices,
    period_of,
)

T = TypeVar("T")


def invoices_of(session: Session, contract: Contract) -> tuple[Invoice, ...]:
    """Every month's invoice of the contract as it stands, in order of months."""
    return invoices_of_all(session, [contract])[contract.id]


def invoices_of_all(
    session: Session, contracts: Collection[Contract]
) -> dict[UUID, tuple[Invoice, ...]]:
    """The same of each contract, in as many queries for all of them as for one."""
    terms = terms_of_all(session, contracts)
    fixed = [key for key, one in terms.items() if one.model == PriceModel.FIXED_SUM_PER_PERIOD]
    done = _gathered(_months(session, fixed))
    for key, lines in _gathered(
        _lines(session, [key for key in terms if key not in fixed])
    ).items():
        done[key] += lines
    started = _gathered(_started(session, list(terms)))
    followed = _gathered(_followed(session, list(terms)))
    guided = _gathered(_guided(session, list(terms)))
    return {
        key: invoices(
            one,
            done=done[key],
            started=started[key],
            followed=followed[key],
            guided=guided[key],
        )
        for key, one in terms.items()
    }


def terms_of(session: Session, contract: Contract) -> Terms:
    """What the contract says of prices, its revisions so far included."""
    return terms_of_all(session, [contract])[contract.id]


def terms_of_all(session: Session, contracts: Collection[Contract]) -> dict[UUID, Terms]:
    """The same of each contract, in as many queries for all of them as for one."""
    lot_ids = [one.lot_id for one in contracts]
    lots = {lot.id: lot for lot in session.scalars(select(Lot).where(Lot.id.in_(lot_ids)))}
    offered = {
        (one.lot_id, one.offer_id): one
        for one in session.scalars(
            select(LotOffer).where(
                LotOffer.lot_id.in_(lot_ids),
                LotOffer.offer_id.in_([one.award.offer_id for one in contracts]),
            )
        )
    }
    revised = _gathered(
        (one.contract_id, Revised(one.since, one.price_after))
        for one in session.scalars(
            select(PriceRevisionApplied)
            .where(PriceRevisionApplied.contract_id.in_([one.id for one in contracts]))
            .order_by(PriceRevisionApplied.since)
        )
    )
    return {
        one.id: _terms(lots[one.lot_id], offered[one.lot_id, one.award.offer_id], revised[one.id])
        for one in contracts
    }


def _terms(lot: Lot, offered: LotOffer, revised: list[Revised]) -> Terms:
    assert offered.price is not None
    guidance = [one for one in lot.options if one.kind == OptionKind.AFTER_GUIDANCE]
    return Terms(
        model=PriceModel(lot.price_model),
        price=offered.price,
        coordination_fee=offered.coordination_fee,
        bonus=_bonus(lot.result_bonus),
        guidance_price=guidance[0].price if guidance else None,
        revisions=tuple(revised),
    )


def _gathered(pairs: Iterable[tuple[UUID, T]]) -> defaultdict[UUID, list[T]]:
    """By contract."""
    found: defaultdict[UUID, list[T]] = defaultdict(list)
    for contract_id, one in pairs:
        found[contract_id].append(one)
    return found


def revisions_of(session: Session, contract: Contract) -> list[PriceRevisionApplied]:
    """The revisions of the contract's price, the earliest first."""
    return list(
        session.scalars(
            select(PriceRevisionApplied)
            .where(PriceRevisionApplied.contract_id == contract.id)
            .order_by(PriceRevisionApplied.since)
        )
    )


def _bonus(kept: Mapping[str, Any] | None) -> Bonus | None:
    if not kept:
        return None
    started_as = kept.get("only_started_as")
    return Bonus(
        status=str(kept["status"]),
        after_months=int(kept["after_months"]),
        amount=Decimal(str(kept["amount"])),
        only_started_as=None if started_as is None else frozenset(started_as),
        at_most=int(kept["at_most"]),
    )


_INVOICED_BY = func.coalesce(CallOff.contract_id, Training.contract_id)
"""With Enrolment, Training and CallOff joined: whose invoice a participant is on.

It is that of the contract that their own office's call-off was made from.
"""


def _months(session: Session, contracts: Collection[UUID]) -> Iterator[tuple[UUID, Done]]:
    """Of a fixed sum: each month of a training, on the invoice of the training's own contract."""
    of_bid = (
        select(CallOff.price)
        .where(CallOff.training_id == Training.id, CallOff.contract_id == Training.contract_id)
        .order_by(CallOff.called_at)
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Training.contract_id, WorkdayRecord.training_id, WorkdayRecord.period, of_bid)
        .join(Training, Training.id == WorkdayRecord.training_id)
        .where(
            Training.contract_id.in_(contracts),
            WorkdayRecord.state == RecordState.ACCEPTED,
            WorkdayRecord.corrects_id.is_(None),
        )
    )
    for contract_id, training, period, price in rows:
        yield contract_id, Done(training, period, Decimal(0), price=price)


def _lines(session: Session, contracts: Collection[UUID]) -> Iterator[tuple[UUID, Done]]:
    rows = session.execute(
        select(
            _INVOICED_BY,
            WorkdayRecord.training_id,
            WorkdayRecord.period,
            WorkdayRecord.corrects_id,
            WorkdayRecord.settled_at,
            WorkdayLine.days,
            CallOff.price,
        )
        .join(WorkdayLine, WorkdayLine.record_id == WorkdayRecord.id)
        .join(Enrolment, Enrolment.id == WorkdayLine.enrolment_id)
        .join(Training, Training.id == WorkdayRecord.training_id)
        .outerjoin(CallOff, CallOff.id == Enrolment.call_off_id)
        .where(WorkdayRecord.state == RecordState.ACCEPTED, _INVOICED_BY.in_(contracts))
    )
    for contract_id, training, period, corrects, settled_at, days, price in rows:
        corrected_in = _month(settled_at) if corrects and settled_at else None
        yield contract_id, Done(training, period, days, corrected_in, price)


def _started(session: Session, contracts: Collection[UUID]) -> Iterator[tuple[UUID, Started]]:
    """Whoever moved here from a training of the same contract has started in it already."""
    earlier, there = aliased(Enrolment), aliased(Training)
    already = (
        select(earlier.id)
        .join(there, there.id == earlier.training_id)
        .where(
            earlier.id == Enrolment.transferred_from_id,
            earlier.started_on.is_not(None),
            there.contract_id == _INVOICED_BY,
        )
        .exists()
    )
    rows = session.execute(
        select(_INVOICED_BY, Enrolment.training_id, Enrolment.started_on, CallOff.price)
        .join(Training, Training.id == Enrolment.training_id)
        .outerjoin(CallOff, CallOff.id == Enrolment.call_off_id)
        .where(Enrolment.started_on.is_not(None), ~already, _INVOICED_BY.in_(contracts))
    )
    for contract_id, training, started_on, price in rows:
        assert started_on is not None
        yield contract_id, Started(training, period_of(started_on), price)


def _followed(session: Session, contracts: Collection[UUID]) -> Iterator[tuple[UUID, Followed]]:
    rows = session.execute(
        select(
            _INVOICED_BY,
            Enrolment.id,
            Enrolment.training_id,
            FollowUp.at,
            FollowUp.months,
            FollowUp.status,
            Enrolment.status_at_start,
        )
        .join(FollowUp, FollowUp.enrolment_id == Enrolment.id)
        .join(Training, Training.id == Enrolment.training_id)
        .outerjoin(CallOff, CallOff.id == Enrolment.call_off_id)
        .where(Enrolment.started_on.is_not(None), _INVOICED_BY.in_(contracts))
    )
    for contract_id, person, training, at, months, status, at_start in rows:
        yield contract_id, Followed(person, training, _month(at), at, months, status, at_start)


def _guided(session: Session, contracts: Collection[UUID]) -> Iterator[tuple[UUID, Guided]]:
    rows = session.execute(
        select(_INVOICED_BY, Enrolment.training_id, AfterGuidance.day, AfterGuidance.hours)
        .join(AfterGuidance, AfterGuidance.enrolment_id == Enrolment.id)
        .join(Training, Training.id == Enrolment.training_id)
        .outerjoin(CallOff, CallOff.id == Enrolment.call_off_id)
        .where(AfterGuidance.state == "used", _INVOICED_BY.in_(contracts))
    )
    for contract_id, training, day, hours in rows:
        if hours:
            yield contract_id, Guided(training, period_of(day), hours)


def _month(at: datetime) -> str:
    return period_of(day_in_helsinki(at))
