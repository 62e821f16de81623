"""The board of last seats, and joining a group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from portal.capacity.access import usable_by
from portal.capacity.groups.models import JoinedCallOff, SeatOffer
from portal.capacity.groups.rules import missing, on_board
from portal.capacity.groups.seats import GOING_ON, host_of, joined_to
from portal.capacity.ledger import standing
from portal.capacity.models import CallOff, CapacityLedger
from portal.capacity.rules import CallOffState
from portal.contracts.models import Contract
from portal.contracts.rules import ContractState
from portal.organisations.models import Organisation, Person
from portal.permissions import Role
from portal.procurement.models import Lot
from portal.procurement.rules import PriceModel
from portal.shared.errors import NotFound

Names = Mapping[str, str]


@dataclass(frozen=True)
class SeatRow:
    """A group that is a few people short. Nothing of its participants."""

    id: UUID
    office: Names | None
    buyer: Names
    provider: Names
    form: str
    field: str
    region: str
    places: int
    minimum: int
    missing: int
    closes_on: date
    days_left: int


@dataclass(frozen=True)
class UsableContract:
    """A contract from which the reader may call off into the group, and what it has left."""

    id: UUID
    reference: str
    buyer: Names
    remaining: Decimal
    unit: str


@dataclass(frozen=True)
class JoinPage:
    """A group and the ways into it."""

    row: SeatRow
    contracts: list[UsableContract]
    offices: list[Organisation]


@dataclass(frozen=True)
class GroupShown:
    """How the group of a call-off stands: who is in it, and what it still needs."""

    places: int
    minimum: int
    closes_on: date | None
    guests: list[tuple[Names, int]]
    host: UUID | None
    waits: bool


def group_of(session: Session, call_off: CallOff) -> GroupShown | None:
    """The group that a call-off waits in, has joined or leads; None for one on its own."""
    seats = session.get(SeatOffer, call_off.id)
    host = host_of(session, call_off)
    guests = joined_to(session, call_off)
    minimum = session.get_one(Lot, call_off.contract.lot_id).minimum_group
    places = call_off.places + sum(guest.places for guest in guests)
    waits = (
        call_off.state == CallOffState.RESERVED
        and host is None
        and places < minimum
        and not call_off.small_group_reason
    )
    if seats is None and host is None and not guests and not waits:
        return None
    return GroupShown(
        places=places,
        minimum=minimum,
        closes_on=None if seats is None else seats.closes_on,
        guests=[((guest.office or guest.contract.buyer).name, guest.places) for guest in guests],
        host=None if host is None else host.id,
        waits=waits,
    )


def last_seats(
    session: Session, person: Person, today: date, *, most: int, days: int
) -> list[SeatRow]:
    """The groups short by at most ``most`` that close within ``days``, the first to close first.

    Over all offices that may use the contract: the reader's own among them.
    """
    found = _groups(session, person, today)
    return [
        row for row in found if on_board(row.missing, row.closes_on, today, most=most, days=days)
    ]


def join_page(session: Session, person: Person, host_id: UUID, today: date) -> JoinPage:
    """Raises NotFound for a group that the reader may not see, or that takes nobody any more."""
    row = next((row for row in _groups(session, person, today) if row.id == host_id), None)
    if row is None:
        raise NotFound
    host = session.get_one(CallOff, host_id)
    hosts_lot = session.get_one(Lot, host.contract.lot_id)
    found = session.execute(
        select(
            Contract.id,
            Contract.reference,
            Organisation.name,
            Lot.unit,
            Lot.capacity_maximum,
            CapacityLedger,
        )
        .join(Lot, Lot.id == Contract.lot_id)
        .join(Organisation, Organisation.id == Contract.buyer_id)
        .outerjoin(CapacityLedger, CapacityLedger.contract_id == Contract.id)
        .where(
            usable_by(person),
            Contract.provider_id == host.contract.provider_id,
            Contract.state == ContractState.IN_FORCE,
            Contract.started_up_at.is_not(None),
            Lot.unit == hosts_lot.unit,
            Lot.price_model == hosts_lot.price_model,
        )
        .order_by(Contract.reference)
    ).all()
    contracts = [
        UsableContract(
            id=contract_id,
            reference=reference,
            buyer=buyer,
            remaining=maximum if ledger is None else standing(ledger).remaining,
            unit=unit,
        )
        for contract_id, reference, buyer, unit, maximum, ledger in found
    ]
    return JoinPage(
        row=row,
        contracts=contracts,
        offices=person.organisations_as(Role.COURSE_SPONSOR),
    )


def _groups(session: Session, person: Person, today: date) -> list[SeatRow]:
    guest = aliased(CallOff)
    joined = (
        select(func.coalesce(func.sum(guest.places), 0))
        .join(JoinedCallOff, JoinedCallOff.call_off_id == guest.id)
        .where(JoinedCallOff.host_id == CallOff.id, guest.state.in_(GOING_ON))
        .correlate(CallOff)
        .scalar_subquery()
    )
    buyer, provider, office = aliased(Organisation), aliased(Organisation), aliased(Organisation)
    found = session.execute(
        select(
            CallOff.id,
            office.name,
            buyer.name,
            provider.name,
            CallOff.form,
            CallOff.field,
            Lot.region,
            CallOff.places,
            joined,
            Lot.minimum_group,
            SeatOffer.closes_on,
        )
        .join(SeatOffer, SeatOffer.call_off_id == CallOff.id)
        .join(Contract, Contract.id == CallOff.contract_id)
        .join(Lot, Lot.id == Contract.lot_id)
        .join(buyer, buyer.id == Contract.buyer_id)
        .join(provider, provider.id == Contract.provider_id)
        .outerjoin(office, office.id == CallOff.office_id)
        .where(
            CallOff.state == CallOffState.RESERVED,
            SeatOffer.closes_on >= today,
            SeatOffer.closes_on <= today + timedelta(days=366),
            Lot.price_model != PriceModel.FIXED_SUM_PER_PERIOD,
            usable_by(person),
        )
        .order_by(SeatOffer.closes_on, CallOff.called_at, CallOff.id)
    )
    return [
        SeatRow(
            id=row[0],
            office=row[1],
            buyer=row[2],
            provider=row[3],
            form=row[4],
            field=row[5],
            region=row[6],
            places=row[7] + row[8],
            minimum=row[9],
            missing=missing(row[9], row[7] + row[8]),
            closes_on=row[10],
            days_left=(row[10] - today).days,
        )
        for row in found
    ]
