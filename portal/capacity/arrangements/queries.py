"""Rankings and the needs that go down them, as their pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from portal.capacity.access import OF_BUYER, usable_by
from portal.capacity.arrangements.models import (
    Arrangement,
    NeedTry,
    RankedContract,
    RankedNeed,
)
from portal.capacity.arrangements.rules import Mode, NeedState
from portal.capacity.rules import CallOffState
from portal.contracts.models import Contract
from portal.contracts.rules import ContractState
from portal.organisations.models import Organisation, Person
from portal.permissions import PROVIDING, SPONSORING, Role
from portal.procurement.models import Lot
from portal.shared.errors import NotFound
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging

Names = Mapping[str, str]


@dataclass(frozen=True)
class ArrangementRow:
    """One ranking of the list."""

    id: UUID
    title: str
    mode: str
    buyer: Names
    contracts: int


@dataclass(frozen=True)
class RankedRow:
    """A provider's place."""

    rank: int
    reference: str
    provider: Names


@dataclass(frozen=True)
class NeedRow:
    """A need that has gone down the ranking."""

    id: UUID
    field: str
    form: str
    places: int
    state: str
    called_at: datetime


@dataclass(frozen=True)
class ArrangementPage:
    """One ranking with its latest needs."""

    id: UUID
    title: str
    mode: str
    buyer: Names
    ranked: list[RankedRow]
    needs: list[NeedRow]
    paging: Paging
    may_call: bool


@dataclass(frozen=True)
class TryRow:
    """A provider asked, and what came of it."""

    provider: Names
    reference: str
    outcome: str
    state: str | None
    reason: str
    at: datetime


@dataclass(frozen=True)
class BidRow:
    """A bid, shown to others only once no more can be made."""

    provider: Names
    price: Decimal
    starts: date


@dataclass(frozen=True)
class NeedPage:
    """A need with everything that was asked of whom, in order."""

    id: UUID
    arrangement_id: UUID
    title: str
    mode: str
    office: Names
    field: str
    form: str
    places: int
    amount: Decimal
    unit: str
    gain: str
    state: str
    due: datetime | None
    bids_over: bool
    tries: list[TryRow]
    bids: list[BidRow]
    may_pass_on: bool
    may_settle: bool
    biddable: list[UUID]


def arrangements_seen_by(person: Person) -> ColumnElement[bool]:
    """A condition on Arrangement: the buyer's, those one may call off from, the provider's own."""
    buyers = [one.id for one in person.organisations_as(*OF_BUYER)]
    providers = [one.id for one in person.organisations_as(*PROVIDING)]
    through = (
        select(RankedContract.arrangement_id)
        .join(Contract, Contract.id == RankedContract.contract_id)
        .where(or_(Contract.provider_id.in_(providers), usable_by(person)))
    )
    return or_(Arrangement.buyer_id.in_(buyers), Arrangement.id.in_(through))


def arrangements_page(session: Session, person: Person) -> list[ArrangementRow]:
    """The rankings that the reader may see, by title."""
    contracts = (
        select(func.count())
        .select_from(RankedContract)
        .where(RankedContract.arrangement_id == Arrangement.id)
        .scalar_subquery()
    )
    found = session.execute(
        select(Arrangement.id, Arrangement.title, Arrangement.mode, Organisation.name, contracts)
        .join(Organisation, Organisation.id == Arrangement.buyer_id)
        .where(arrangements_seen_by(person))
        .order_by(Arrangement.title, Arrangement.id)
    )
    return [ArrangementRow(*row) for row in found]


def arrangement_of(session: Session, person: Person, arrangement_id: UUID) -> Arrangement:
    """Raises NotFound for a ranking that the reader may not see."""
    found = session.scalar(
        select(Arrangement).where(Arrangement.id == arrangement_id, arrangements_seen_by(person))
    )
    if found is None:
        raise NotFound
    return found


def arrangement_page(
    session: Session, person: Person, arrangement_id: UUID, n: int
) -> ArrangementPage:
    """One ranking; a provider sees no needs here but those it was asked about."""
    arrangement = arrangement_of(session, person, arrangement_id)
    seen = _needs_seen_by(person, arrangement)
    total = session.scalar(select(func.count()).select_from(RankedNeed).where(seen)) or 0
    pages = paging(total, n)
    needs = session.execute(
        select(
            RankedNeed.id,
            RankedNeed.field,
            RankedNeed.form,
            RankedNeed.places,
            RankedNeed.state,
            RankedNeed.called_at,
        )
        .where(seen)
        .order_by(RankedNeed.called_at.desc(), RankedNeed.id)
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    )
    return ArrangementPage(
        id=arrangement.id,
        title=arrangement.title,
        mode=arrangement.mode,
        buyer=arrangement.buyer.name,
        ranked=[
            RankedRow(one.rank, one.contract.reference, one.contract.provider.name)
            for one in arrangement.ranked
        ],
        needs=[NeedRow(*row) for row in needs],
        paging=pages,
        may_call=person.holds(SPONSORING - {Role.PROCUREMENT_OFFICER})
        or person.holds({Role.PROCUREMENT_OFFICER}, arrangement.buyer_id),
    )


def need_of(session: Session, person: Person, need_id: UUID) -> RankedNeed:
    """Raises NotFound for a need that the reader may not see."""
    need = session.scalar(
        select(RankedNeed)
        .where(RankedNeed.id == need_id)
        .options(selectinload(RankedNeed.arrangement))
    )
    if need is None:
        raise NotFound
    arrangement = arrangement_of(session, person, need.arrangement_id)
    seen = _needs_seen_by(person, arrangement)
    if session.scalar(select(RankedNeed.id).where(RankedNeed.id == need_id, seen)) is None:
        raise NotFound
    return need


def need_page(session: Session, person: Person, need_id: UUID, at: datetime) -> NeedPage:
    """A need; before the deadline a provider sees its own bid and nobody another's."""
    need = need_of(session, person, need_id)
    arrangement = need.arrangement
    over = need.due is not None and at.replace(microsecond=0) > need.due
    caller = _is_caller(person, need)
    own = {one.id for one in person.organisations_as(*PROVIDING)}
    ranks = {one.contract_id: one for one in arrangement.ranked}
    last = need.tries[-1] if need.tries else None
    asked = None if last is None else last.call_off
    lot = session.get_one(Lot, arrangement.ranked[0].contract.lot_id)
    return NeedPage(
        id=need.id,
        arrangement_id=arrangement.id,
        title=arrangement.title,
        mode=arrangement.mode,
        office=(need.office or arrangement.buyer).name,
        field=need.field,
        form=need.form,
        places=need.places,
        amount=need.amount,
        unit=lot.unit,
        gain=need.gain,
        state=need.state,
        due=need.due,
        bids_over=over,
        tries=[
            TryRow(
                provider=one.contract.provider.name,
                reference=one.contract.reference,
                outcome=one.outcome,
                state=None if one.call_off is None else one.call_off.state,
                reason="" if one.call_off is None else one.call_off.settled_reason,
                at=one.at,
            )
            for one in need.tries
            if caller or one.contract.provider_id in own
        ],
        bids=[
            BidRow(one.contract.provider.name, one.price, one.starts)
            for one in sorted(need.bids, key=lambda bid: ranks[bid.contract_id].rank)
            if (caller and over) or one.contract.provider_id in own
        ],
        may_pass_on=caller
        and need.state == NeedState.PLACED
        and asked is not None
        and asked.state == CallOffState.DECLINED,
        may_settle=caller and need.state == NeedState.BIDDING and over,
        biddable=[
            one.contract_id
            for one in arrangement.ranked
            if need.state == NeedState.BIDDING
            and not over
            and person.holds({Role.REPRESENTATIVE}, one.contract.provider_id)
        ],
    )


def contracts_to_rank(session: Session, person: Person) -> list[tuple[UUID, str, Names]]:
    """The officer's contracts in force that stand in no ranking: key, reference, provider."""
    buyers = [one.id for one in person.organisations_as(Role.PROCUREMENT_OFFICER)]
    ranked = select(RankedContract.contract_id)
    found = session.execute(
        select(Contract.id, Contract.reference, Organisation.name)
        .join(Organisation, Organisation.id == Contract.provider_id)
        .where(
            Contract.buyer_id.in_(buyers),
            Contract.state == ContractState.IN_FORCE,
            Contract.id.not_in(ranked),
        )
        .order_by(Contract.reference)
    )
    return [(key, reference, provider) for key, reference, provider in found]


def fields_of(session: Session, arrangement: Arrangement) -> list[str]:
    """The fields of training that every ranked contract has."""
    lots = [one.contract.lot_id for one in arrangement.ranked]
    found = [set(fields) for fields in session.scalars(select(Lot.fields).where(Lot.id.in_(lots)))]
    return sorted(set.intersection(*found))


def _is_caller(person: Person, need: RankedNeed) -> bool:
    if person.holds({Role.PROCUREMENT_OFFICER, Role.AUDITOR}, need.arrangement.buyer_id):
        return True
    return need.office_id is not None and person.holds({Role.COURSE_SPONSOR}, need.office_id)


def _needs_seen_by(person: Person, arrangement: Arrangement) -> ColumnElement[bool]:
    of_this = RankedNeed.arrangement_id == arrangement.id
    if person.holds(OF_BUYER, arrangement.buyer_id):
        return of_this
    offices = [one.id for one in person.organisations_as(Role.COURSE_SPONSOR)]
    providers = {one.id for one in person.organisations_as(*PROVIDING)}
    own = [one.contract_id for one in arrangement.ranked if one.contract.provider_id in providers]
    competing = arrangement.mode == Mode.COMPETITION and bool(own)
    return of_this & or_(
        RankedNeed.office_id.in_(offices),
        RankedNeed.tries.any(NeedTry.contract_id.in_(own)),
        RankedNeed.due.is_not(None) if competing else RankedNeed.id.is_(None),
    )
