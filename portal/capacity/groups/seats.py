"""Who is in a group: looked up and noted within the acts on its call-offs."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.capacity.groups.models import JoinedCallOff, SeatOffer
from portal.capacity.groups.rules import Kind, require_same_kind, require_still_open
from portal.capacity.models import CallOff
from portal.capacity.rules import CallOffState
from portal.contracts.models import Contract
from portal.procurement.models import Lot
from portal.shared.errors import RuleBroken

GOING_ON = (CallOffState.RESERVED, CallOffState.CONFIRMED)


def joined_to(session: Session, host: CallOff) -> list[CallOff]:
    """The call-offs that have joined this one and go on, the earliest first."""
    found = (
        select(CallOff)
        .join(JoinedCallOff, JoinedCallOff.call_off_id == CallOff.id)
        .where(JoinedCallOff.host_id == host.id, CallOff.state.in_(GOING_ON))
        .order_by(CallOff.called_at, CallOff.id)
    )
    return list(session.scalars(found))


def places_of_group(session: Session, host: CallOff) -> int:
    """The places of a call-off and of all that have joined it."""
    return host.places + sum(guest.places for guest in joined_to(session, host))


def host_of(session: Session, call_off: CallOff) -> CallOff | None:
    """The call-off whose group this one has joined, if any."""
    joined = session.get(JoinedCallOff, call_off.id)
    return None if joined is None else session.get_one(CallOff, joined.host_id)


def require_joinable(
    session: Session,
    host: CallOff,
    contract: Contract,
    lot: Lot,
    form: str,
    field: str,
    today: date,
) -> None:
    """What a call-off must be to join a group.

    Raises ``wrong_state`` (the host is settled, or a guest itself), ``group_closed``,
    ``cannot_pool``.
    """
    seats = session.get(SeatOffer, host.id)
    if host.state != CallOffState.RESERVED or seats is None or host_of(session, host) is not None:
        raise RuleBroken("wrong_state")
    require_still_open(seats.closes_on, today)
    hosts_lot = session.get_one(Lot, host.contract.lot_id)
    require_same_kind(
        Kind(
            host.contract.provider_id, host.form, host.field, hosts_lot.unit, hosts_lot.price_model
        ),
        Kind(contract.provider_id, form, field, lot.unit, lot.price_model),
    )


def note_seats(session: Session, call_off: CallOff, closes_on: date, *, at: datetime) -> None:
    """The call-off waits for a neighbour until a day."""
    session.add(SeatOffer(call_off_id=call_off.id, closes_on=closes_on, opened_at=at))


def note_joined(session: Session, call_off: CallOff, host: CallOff, *, at: datetime) -> None:
    """The call-off has joined another's group."""
    session.add(JoinedCallOff(call_off_id=call_off.id, host_id=host.id, joined_at=at))


def let_go(session: Session, host: CallOff) -> None:
    """The host has gone: its guests stand on their own again."""
    session.execute(delete(JoinedCallOff).where(JoinedCallOff.host_id == host.id))
