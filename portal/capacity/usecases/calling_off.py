"""Calling off, and what the provider and the caller may then do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.record import acting, append
from portal.capacity.access import facts_for_form, may_use
from portal.capacity.arrangements.places import is_ranked
from portal.capacity.choices import grounds
from portal.capacity.groups.rules import require_still_open
from portal.capacity.groups.seats import (
    host_of,
    joined_to,
    let_go,
    note_joined,
    note_seats,
    places_of_group,
    require_joinable,
)
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
from portal.shared.errors import Attempt, RuleBroken
from portal.training_forms.queries import form_of
from portal.training_forms.rules import called_off, require_allowed


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
    pool_until: date | None = None,
    joins: CallOff | None = None,
    in_turn: bool = False,
    price: Decimal | None = None,
    key: UUID | None = None,
    by: Person,
    at: datetime,
) -> CallOff:
    """Draw places and an amount in the lot's unit from a contract, and start the two-week clock.

    ``office`` is the course sponsor's; without one it is the buyer's officer who calls off.
    ``reason`` is for a group under the minimum, which the caller thereby approves; without one it
    may wait for a neighbour until ``pool_until``, or join the group of another call-off. A
    contract of several that are ranked is called off ``in_turn`` only, at the ``price`` of its bid
    where there was a competition. A ``key`` that the caller's form was shown with makes one
    call-off, however often the form is sent. Raises ``wrong_state`` for a key of somebody else's,
    ``ranked_contract``, ``contract_not_in_force``,
    ``start_up_meeting_missing``, ``workplaces_unconfirmed``, ``group_closed``, ``cannot_pool``,
    ``minimum_group``, ``capacity_exceeded``.
    """
    chain = contract.procurement_id
    with acting(session, "call_off", chain=chain, by=by.id, at=at) as facts:
        _require_caller(session, "call_off", contract, office, by)
        made = None if key is None else session.get(CallOff, key)
        if made is not None:
            if made.called_by_id != by.id or made.contract_id != contract.id:
                raise RuleBroken("wrong_state")
            facts.note(call_off=made.id, again=True)
            return made
        lot = session.get_one(Lot, contract.lot_id)
        if field not in lot.fields:
            raise RuleBroken("wrong_state", field="field")
        if not in_turn and is_ranked(session, contract):
            raise RuleBroken("ranked_contract")
        require_in_force(contract)
        if contract.started_up_at is None:
            raise RuleBroken("start_up_meeting_missing")
        today = day_in_helsinki(at)
        facts_of_form = facts_for_form(
            lot, today, field, workdays, places, workplaces_confirmed, units
        )
        require_allowed(called_off(form_of(session, form), facts_of_form))
        if joins is not None:
            require_joinable(session, joins, contract, lot, form, field, today)
        elif pool_until is not None:
            require_still_open(pool_until, today)
        else:
            require_group(places, lot.minimum_group, reason)
        small = places < lot.minimum_group and bool(reason.strip())
        called = CallOff(
            id=key or uuid4(),
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
            called_on=today,
            price=price,
            start_by=start_by(today, settings_of(session).start_within_days),
        )
        session.add(called)
        session.flush()
        enter(session, contract, EntryKind.RESERVED, called.amount, call_off=called, by=by, at=at)
        if joins is not None:
            note_joined(session, called, joins, at=at)
        elif pool_until is not None:
            note_seats(session, called, pool_until, at=at)
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

    Whatever has joined its group is confirmed with it, each on its own contract. Raises
    ``wrong_state``, ``outside_contract``, ``joined_group`` (confirm the group's first call-off),
    ``minimum_group`` (neither a neighbour nor a reason has come).
    """
    contract = call_off.contract
    chain = contract.procurement_id
    with acting(session, "confirm_call_off", chain=chain, by=by.id, at=at) as facts:
        require(by, "confirm_call_off", contract.provider_id)
        state = moved(call_off.state, "confirm_call_off")
        require_within(starts, contract.starts_on, contract.ends_on)
        if host_of(session, call_off) is not None:
            raise RuleBroken("joined_group")
        guests = joined_to(session, call_off)
        places = call_off.places + sum(guest.places for guest in guests)
        lot = session.get_one(Lot, contract.lot_id)
        require_group(places, lot.minimum_group, call_off.small_group_reason)
        training = Training(
            contract_id=contract.id,
            contract=contract,
            n=_next(session, Training, contract),
            form=call_off.form,
            field=call_off.field,
            places=places,
            starts=starts,
        )
        session.add(training)
        _confirm(session, call_off, training, state, starts, by, at)
        for guest in guests:
            _confirm(session, guest, training, state, starts, by, at)
            _on_record(session, "confirm_call_off", guest, by=by, at=at, host=call_off.id)
        facts.note(call_off=call_off.id, training=training.id, starts=starts.isoformat())
        tell_caller(session, call_off, "call_off_confirmed", apart_from=by, at=at)
        return training


def _confirm(
    session: Session,
    call_off: CallOff,
    training: Training,
    state: CallOffState,
    starts: date,
    by: Person,
    at: datetime,
) -> None:
    call_off.state, call_off.starts = state, starts
    call_off.settled_by_id, call_off.settled_at = by.id, at
    call_off.training = training
    named = {sponsor.person_id for sponsor in training.sponsors}
    if call_off.office_id is not None and call_off.called_by_id not in named:
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
        call_off.contract,
        EntryKind.COMMITTED,
        call_off.amount,
        call_off=call_off,
        by=by,
        at=at,
    )


def approve_small_group(
    session: Session, *, call_off: CallOff, reason: str, by: Person, at: datetime
) -> None:
    """Let a group under the minimum go on, with the reason and the approver on record.

    Raises ``wrong_state`` (the group has no need of it), ``reason_missing``.
    """
    contract = call_off.contract
    chain = contract.procurement_id
    with acting(session, "approve_small_group", chain=chain, by=by.id, at=at) as facts:
        _require_own(call_off, by)
        minimum = session.get_one(Lot, contract.lot_id).minimum_group
        short = places_of_group(session, call_off) < minimum
        if call_off.state != CallOffState.RESERVED or call_off.small_group_reason or not short:
            raise RuleBroken("wrong_state")
        require_reason(reason)
        call_off.small_group_reason = reason.strip()
        call_off.small_group_approved_by_id = by.id
        facts.note(call_off=call_off.id)


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
        guests = joined_to(session, call_off)
        if ground is not None and ground not in grounds():
            raise RuleBroken("ground_unknown", field="ground")
        _end(session, call_off, "decline_call_off", reason, by, at)
        call_off.ground = ground
        for guest in guests:
            # Who declines a group declines everybody in it.
            _end(session, guest, "decline_call_off", reason, by, at)
            guest.ground = ground
            _on_record(session, "decline_call_off", guest, by=by, at=at, host=call_off.id)
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
        _require_own(call_off, by)
        _end(session, call_off, "cancel_call_off", reason, by, at)
        let_go(session, call_off)
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
    if training is None:
        return
    if any(other.state == CallOffState.CONFIRMED for other in training.call_offs):
        training.places -= call_off.places
    else:
        training.state, training.closed_at, training.closed_by_id = TrainingState.CLOSED, at, by.id


def _on_record(
    session: Session, act: str, call_off: CallOff, *, by: Person, at: datetime, host: UUID
) -> None:
    """Note on a guest's own procurement what was done to it with its host's group."""
    chain = call_off.contract.procurement_id
    attempt = Attempt(str(chain), act, by.id, at)
    append(session, attempt, "done", facts={"call_off": call_off.id, "host": host})


def _require_own(call_off: CallOff, by: Person) -> None:
    """The buyer's officer, or a course sponsor of the office that called off."""
    if by.holds({Role.PROCUREMENT_OFFICER}, call_off.contract.buyer_id):
        return
    office = call_off.office_id
    if office is None or not by.holds({Role.COURSE_SPONSOR}, office):
        raise RuleBroken("not_permitted")


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
