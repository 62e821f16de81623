"""Calling off, and what the provider and the caller may then do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.capacity.access import may_use
from portal.capacity.choices import grounds
from portal.capacity.ledger import committed_left, enter
from portal.capacity.models import CallOff, Training, TrainingSponsor
from portal.capacity.rules import (
    CallOffState,
    EntryKind,
    TrainingState,
    drawn,
    moved,
    require_group,
    require_within,
    start_by,
)
from portal.capacity.usecases.telling import tell_caller, tell_provider
from portal.config import settings_of
from portal.contracts.models import Contract
from portal.contracts.usecases import require_in_force
from portal.documents import store
from portal.evaluation.rules import require_reason
from portal.organisations.models import Organisation, Person
from portal.permissions import Role, require
from portal.procurement.models import Lot
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken

WORKPLACES_FIRST = frozenset({"group_toppis"})


def call_off(
    session: Session,
    *,
    contract: Contract,
    office: Organisation | None,
    form: str,
    field: str,
    workdays: Decimal,
    places: int,
    workplaces_confirmed: int = 0,
    reason: str = "",
    gain: str = "",
    units: Sequence[str] = (),
    copy_of: CallOff | None = None,
    by: Person,
    at: datetime,
) -> CallOff:
    """Draw places and an amount in the lot's unit from a contract, and start the two-week clock.

    ``office`` is the course sponsor's; without one it is the buyer's officer who calls off.
    ``reason`` is for a group under the minimum, which the caller thereby approves. Raises
    ``contract_not_in_force``, ``start_up_meeting_missing``, ``workplaces_unconfirmed``,
    ``minimum_group``, ``capacity_exceeded``.
    """
    chain = contract.procurement_id
    with acting(session, "call_off", chain=chain, by=by.id, at=at) as facts:
        _require_caller(session, "call_off", contract, office, by)
        lot = session.get_one(Lot, contract.lot_id)
        if field not in lot.fields:
            raise RuleBroken("wrong_state", field="field")
        require_in_force(contract)
        if contract.started_up_at is None:
            raise RuleBroken("start_up_meeting_missing")
        if form in WORKPLACES_FIRST and workplaces_confirmed < places:
            raise RuleBroken("workplaces_unconfirmed", field="workplaces_confirmed")
        require_group(places, lot.minimum_group, reason)
        small = places < lot.minimum_group
        called = CallOff(
            contract_id=contract.id,
            contract=contract,
            n=_next(session, CallOff, contract),
            office_id=None if office is None else office.id,
            form=form,
            field=field,
            units=list(units),
            amount=drawn(lot.unit, workdays, places),
            places=places,
            workplaces_confirmed=workplaces_confirmed,
            gain=gain.strip(),
            small_group_reason=reason.strip() if small else "",
            small_group_approved_by_id=by.id if small else None,
            copy_of_id=None if copy_of is None else copy_of.id,
            called_by_id=by.id,
            called_at=at,
            called_on=day_in_helsinki(at),
            start_by=start_by(day_in_helsinki(at), settings_of(session).start_within_days),
        )
        session.add(called)
        session.flush()
        enter(session, contract, EntryKind.RESERVED, called.amount, call_off=called, by=by, at=at)
        facts.note(call_off=called.id, contract=contract.id, amount=called.amount, places=places)
        store.request(
            session,
            "order",
            subject=called.id,
            owner=contract.procurement_id,
            language=contract.language,
            at=at,
        )
        tell_provider(session, called, "call_off_made", apart_from=by, at=at)
        return called


def as_before(earlier: CallOff) -> dict[str, Any]:
    """What `call_off` takes to call off again what was called off before: all but who and when.

    For the next unit of the same person or group.
    """
    return {
        "contract": earlier.contract,
        "office": earlier.office,
        "form": earlier.form,
        "field": earlier.field,
        "workdays": earlier.amount,
        "places": earlier.places,
        "workplaces_confirmed": earlier.workplaces_confirmed,
        "reason": earlier.small_group_reason,
        "gain": earlier.gain,
        "units": list(earlier.units),
        "copy_of": earlier,
    }


def confirm_call_off(
    session: Session, *, call_off: CallOff, starts: date, by: Person, at: datetime
) -> Training:
    """The provider takes the call-off and names the day of the start; a training comes of it.

    Raises ``wrong_state``, ``outside_contract``.
    """
    contract = call_off.contract
    chain = contract.procurement_id
    with acting(session, "confirm_call_off", chain=chain, by=by.id, at=at) as facts:
        require(by, "confirm_call_off", contract.provider_id)
        state = moved(call_off.state, "confirm_call_off")
        require_within(starts, contract.starts_on, contract.ends_on)
        training = Training(
            contract_id=contract.id,
            contract=contract,
            n=_next(session, Training, contract),
            form=call_off.form,
            field=call_off.field,
            places=call_off.places,
            starts=starts,
        )
        session.add(training)
        call_off.state, call_off.starts = state, starts
        call_off.settled_by_id, call_off.settled_at = by.id, at
        call_off.training = training
        if call_off.office_id is not None:
            training.sponsors.append(
                TrainingSponsor(
                    person_id=call_off.called_by_id,
                    office_id=call_off.office_id,
                    named_by_id=call_off.called_by_id,
                    named_at=at,
                )
            )
        enter(
            session,
            contract,
            EntryKind.COMMITTED,
            call_off.amount,
            call_off=call_off,
            by=by,
            at=at,
        )
        facts.note(call_off=call_off.id, training=training.id, starts=starts.isoformat())
        tell_caller(session, call_off, "call_off_confirmed", apart_from=by, at=at)
        return training


def decline_call_off(
    session: Session,
    *,
    call_off: CallOff,
    reason: str,
    ground: str | None = None,
    by: Person,
    at: datetime,
) -> None:
    """The provider declines, also after confirming, until somebody has started.

    ``ground`` is the key of one that the contract lists, None where it is none of them. Raises
    ``wrong_state``, ``reason_missing``, ``training_started``, ``ground_unknown``.
    """
    contract = call_off.contract
    chain = contract.procurement_id
    with acting(session, "decline_call_off", chain=chain, by=by.id, at=at) as facts:
        require(by, "decline_call_off", contract.provider_id)
        if ground is not None and ground not in grounds():
            raise RuleBroken("ground_unknown", field="ground")
        _end(session, call_off, "decline_call_off", reason, by, at)
        call_off.ground = ground
        facts.note(call_off=call_off.id, ground=ground)
        tell_caller(session, call_off, "call_off_declined", apart_from=by, at=at)


def cancel_call_off(
    session: Session, *, call_off: CallOff, reason: str, by: Person, at: datetime
) -> None:
    """The office or the buyer takes its call-off back, until somebody has started.

    Raises ``wrong_state``, ``reason_missing``, ``training_started``.
    """
    contract = call_off.contract
    chain = contract.procurement_id
    with acting(session, "cancel_call_off", chain=chain, by=by.id, at=at) as facts:
        if not by.holds({Role.PROCUREMENT_OFFICER}, contract.buyer_id):
            if call_off.office_id is None:
                raise RuleBroken("not_permitted")
            if not by.holds({Role.COURSE_SPONSOR}, call_off.office_id):
                raise RuleBroken("not_permitted")
        _end(session, call_off, "cancel_call_off", reason, by, at)
        facts.note(call_off=call_off.id)
        tell_provider(session, call_off, "call_off_cancelled", apart_from=by, at=at)
        tell_caller(session, call_off, "call_off_cancelled", apart_from=by, at=at)


def _end(
    session: Session, call_off: CallOff, act: str, reason: str, by: Person, at: datetime
) -> None:
    """Release what the call-off holds, and close a training that nothing else was called into."""
    state = moved(call_off.state, act)
    training = call_off.training
    if training is not None and training.state == TrainingState.CLOSED:
        raise RuleBroken("wrong_state")
    require_reason(reason)
    if training is not None and training.started_at is not None:
        raise RuleBroken("training_started")
    confirmed = call_off.state == CallOffState.CONFIRMED
    kind = EntryKind.RELEASED if confirmed else EntryKind.RESERVATION_RELEASED
    amount = committed_left(session, [call_off.id])[call_off.id] if confirmed else call_off.amount
    enter(
        session,
        call_off.contract,
        kind,
        amount,
        call_off=call_off,
        reason=reason.strip(),
        by=by,
        at=at,
    )
    call_off.state, call_off.settled_reason = state, reason.strip()
    call_off.settled_by_id, call_off.settled_at = by.id, at
    if training is not None and not any(
        other.state == CallOffState.CONFIRMED for other in training.call_offs
    ):
        training.state, training.closed_at, training.closed_by_id = TrainingState.CLOSED, at, by.id


def _require_caller(
    session: Session, act: str, contract: Contract, office: Organisation | None, by: Person
) -> None:
    if office is None:
        if not by.holds({Role.PROCUREMENT_OFFICER}, contract.buyer_id):
            raise RuleBroken("not_permitted")
        return
    require(by, act, office.id)
    if not by.holds({Role.COURSE_SPONSOR}, office.id) or not may_use(session, contract, office.id):
        raise RuleBroken("not_permitted")


def _next(session: Session, table: type[CallOff] | type[Training], contract: Contract) -> int:
    latest = select(func.max(table.n)).where(table.contract_id == contract.id)
    return (session.scalar(latest) or 0) + 1
