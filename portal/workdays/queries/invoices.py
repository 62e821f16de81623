"""A contract's invoices as they stand, reckoned from what has been accepted and recorded.

Only counts, sums and months leave this module: an invoice names no participant.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

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


def invoices_of(session: Session, contract: Contract) -> tuple[Invoice, ...]:
    """Every month's invoice of the contract as it stands, in order of months."""
    terms = terms_of(session, contract)
    return invoices(
        terms,
        done=_done(session, contract, terms.model),
        started=_started(session, contract),
        followed=_followed(session, contract),
        guided=_guided(session, contract),
    )


def terms_of(session: Session, contract: Contract) -> Terms:
    """What the contract says of prices, its revisions so far included."""
    lot = session.get_one(Lot, contract.lot_id)
    offered = session.scalars(
        select(LotOffer).where(
            LotOffer.lot_id == lot.id, LotOffer.offer_id == contract.award.offer_id
        )
    ).one()
    assert offered.price is not None
    guidance = [one for one in lot.options if one.kind == OptionKind.AFTER_GUIDANCE]
    return Terms(
        model=PriceModel(lot.price_model),
        price=offered.price,
        coordination_fee=offered.coordination_fee,
        bonus=_bonus(lot.result_bonus),
        guidance_price=guidance[0].price if guidance else None,
        revisions=tuple(
            Revised(one.since, one.price_after) for one in revisions_of(session, contract)
        ),
    )


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


def _of_contract(contract: Contract) -> ColumnElement[bool]:
    """With Enrolment, Training and CallOff joined: whose invoice a participant is on.

    It is that of the contract that their own office's call-off was made from.
    """
    return func.coalesce(CallOff.contract_id, Training.contract_id) == contract.id


def _done(session: Session, contract: Contract, model: PriceModel) -> list[Done]:
    columns = (
        WorkdayRecord.training_id,
        WorkdayRecord.period,
        WorkdayRecord.corrects_id,
        WorkdayRecord.settled_at,
    )
    if model == PriceModel.FIXED_SUM_PER_PERIOD:
        # A month of a training, on the invoice of the training's own contract.
        of_bid = (
            select(CallOff.price)
            .where(CallOff.training_id == Training.id, CallOff.contract_id == contract.id)
            .order_by(CallOff.called_at)
            .limit(1)
            .scalar_subquery()
        )
        months = session.execute(
            select(*columns, of_bid)
            .join(Training, Training.id == WorkdayRecord.training_id)
            .where(
                Training.contract_id == contract.id,
                WorkdayRecord.state == RecordState.ACCEPTED,
                WorkdayRecord.corrects_id.is_(None),
            )
        )
        return [
            Done(training, period, Decimal(0), price=price)
            for training, period, _corrects, _at, price in months
        ]
    lines = session.execute(
        select(*columns, WorkdayLine.days, CallOff.price)
        .join(WorkdayLine, WorkdayLine.record_id == WorkdayRecord.id)
        .join(Enrolment, Enrolment.id == WorkdayLine.enrolment_id)
        .join(Training, Training.id == WorkdayRecord.training_id)
        .outerjoin(CallOff, CallOff.id == Enrolment.call_off_id)
        .where(WorkdayRecord.state == RecordState.ACCEPTED, _of_contract(contract))
    )
    return [
        Done(training, period, days, _month(settled_at) if corrects and settled_at else None, price)
        for training, period, corrects, settled_at, days, price in lines
    ]


def _started(session: Session, contract: Contract) -> list[Started]:
    """Whoever moved here from a training of the same contract has started in it already."""
    earlier = (
        select(Enrolment.id)
        .join(Training, Training.id == Enrolment.training_id)
        .where(Training.contract_id == contract.id, Enrolment.started_on.is_not(None))
    )
    rows = session.execute(
        select(Enrolment.training_id, Enrolment.started_on, CallOff.price)
        .join(Training, Training.id == Enrolment.training_id)
        .outerjoin(CallOff, CallOff.id == Enrolment.call_off_id)
        .where(
            Enrolment.started_on.is_not(None),
            or_(
                Enrolment.transferred_from_id.is_(None),
                Enrolment.transferred_from_id.not_in(earlier),
            ),
            _of_contract(contract),
        )
    )
    return [
        Started(training, period_of(started_on), price)
        for training, started_on, price in rows
        if started_on is not None
    ]


def _followed(session: Session, contract: Contract) -> list[Followed]:
    rows = session.execute(
        select(
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
        .where(Enrolment.started_on.is_not(None), _of_contract(contract))
    )
    return [
        Followed(person, training, _month(at), at, months, status, at_start)
        for person, training, at, months, status, at_start in rows
    ]


def _guided(session: Session, contract: Contract) -> list[Guided]:
    rows = session.execute(
        select(Enrolment.training_id, AfterGuidance.day, AfterGuidance.hours)
        .join(AfterGuidance, AfterGuidance.enrolment_id == Enrolment.id)
        .join(Training, Training.id == Enrolment.training_id)
        .outerjoin(CallOff, CallOff.id == Enrolment.call_off_id)
        .where(AfterGuidance.state == "used", _of_contract(contract))
    )
    return [Guided(training, period_of(day), hours) for training, day, hours in rows if hours]


def _month(at: datetime) -> str:
    return period_of(day_in_helsinki(at))
