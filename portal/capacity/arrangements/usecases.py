"""Setting up a ranking, and placing a need with one of its providers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.capacity.arrangements.models import (
    Arrangement,
    NeedBid,
    NeedTry,
    RankedContract,
    RankedNeed,
)
from portal.capacity.arrangements.places import is_ranked
from portal.capacity.arrangements.rules import (
    Bid,
    Mode,
    NeedState,
    Outcome,
    best,
    next_in_turn,
    require_bidding,
    require_bids_in,
)
from portal.capacity.ledger import balance_of
from portal.capacity.models import CallOff
from portal.capacity.rules import CallOffState, drawn
from portal.capacity.usecases import call_off
from portal.contracts.models import Contract
from portal.contracts.usecases import require_in_force
from portal.offers.models import LotOffer
from portal.organisations.models import Organisation, Person
from portal.permissions import Role, require
from portal.procurement.models import Lot
from portal.shared.errors import RuleBroken


def set_up_arrangement(
    session: Session,
    *,
    buyer: Organisation,
    title: str,
    mode: Mode,
    contracts: Sequence[Contract],
    by: Person,
    at: datetime,
) -> Arrangement:
    """Put contracts of one buyer into a ranking, the first in turn first.

    Raises ``wrong_state`` (fewer than two, another buyer's, one ranked already, or of different
    units), ``contract_not_in_force``.
    """
    with acting(session, "set_up_arrangement", chain=buyer.id, by=by.id, at=at) as facts:
        require(by, "set_up_arrangement", buyer.id)
        units = {session.get_one(Lot, contract.lot_id).unit for contract in contracts}
        one_of_each = len({contract.id for contract in contracts}) == len(contracts)
        if len(contracts) < 2 or len(units) != 1 or not one_of_each:
            raise RuleBroken("wrong_state", field="contracts")
        for contract in contracts:
            if contract.buyer_id != buyer.id or is_ranked(session, contract):
                raise RuleBroken("wrong_state", field="contracts")
            require_in_force(contract)
        arrangement = Arrangement(
            buyer_id=buyer.id,
            title=title.strip(),
            mode=mode,
            set_up_by_id=by.id,
            set_up_at=at,
            ranked=[
                RankedContract(contract_id=contract.id, rank=rank)
                for rank, contract in enumerate(contracts, start=1)
            ],
        )
        session.add(arrangement)
        session.flush()
        facts.note(arrangement=arrangement.id, mode=mode, contracts=[one.id for one in contracts])
        return arrangement


def call_down(
    session: Session,
    *,
    arrangement: Arrangement,
    office: Organisation | None,
    form: str,
    field: str,
    workdays: Decimal,
    places: int,
    workplaces_confirmed: int = 0,
    reason: str = "",
    gain: str = "",
    due: datetime | None = None,
    key: UUID | None = None,
    by: Person,
    at: datetime,
) -> RankedNeed:
    """Call off from the first provider in turn, or open a competition until ``due``.

    A provider without capacity for it is passed over, which is recorded. A ``key`` that the
    caller's form was shown with makes one need, however often the form is sent. Raises what
    `call_off` raises, ``wrong_state`` (a competition without a deadline ahead, or a key of
    somebody else's), ``ranking_exhausted``.
    """
    chain = arrangement.buyer_id
    with acting(session, "call_down", chain=chain, by=by.id, at=at) as facts:
        if office is None:
            require(by, "call_down", arrangement.buyer_id)
        else:
            require(by, "call_down", office.id)
        made = None if key is None else session.get(RankedNeed, key)
        if made is not None:
            if made.called_by_id != by.id or made.arrangement_id != arrangement.id:
                raise RuleBroken("wrong_state")
            facts.note(need=made.id, again=True)
            return made
        competes = arrangement.mode == Mode.COMPETITION
        if competes != (due is not None) or (due is not None and due <= at):
            raise RuleBroken("wrong_state", field="due")
        lot = session.get_one(Lot, arrangement.ranked[0].contract.lot_id)
        need = RankedNeed(
            id=key or uuid4(),
            arrangement_id=arrangement.id,
            arrangement=arrangement,
            office_id=None if office is None else office.id,
            form=form,
            field=field,
            amount=drawn(lot.unit, workdays, places),
            places=places,
            workplaces_confirmed=workplaces_confirmed,
            reason=reason.strip(),
            gain=gain.strip(),
            state=NeedState.BIDDING if competes else NeedState.PLACED,
            due=due,
            called_by_id=by.id,
            called_at=at,
        )
        session.add(need)
        session.flush()
        facts.note(need=need.id, arrangement=arrangement.id)
        if not competes:
            _go_down(session, need, by, at)
            if need.state == NeedState.EXHAUSTED:
                raise RuleBroken("ranking_exhausted")
        return need


def pass_on(session: Session, *, need: RankedNeed, by: Person, at: datetime) -> CallOff | None:
    """After a refusal, call off from the next provider in turn; None when nobody is left.

    Raises ``wrong_state`` while the last provider asked has not declined.
    """
    chain = need.arrangement.buyer_id
    with acting(session, "pass_on", chain=chain, by=by.id, at=at) as facts:
        _require_own(need, by)
        last = need.tries[-1] if need.tries else None
        asked = None if last is None else last.call_off
        if last is None or asked is None or need.state != NeedState.PLACED:
            raise RuleBroken("wrong_state")
        if asked.state != CallOffState.DECLINED:
            raise RuleBroken("wrong_state")
        last.outcome = Outcome.DECLINED
        called = _go_down(session, need, by, at)
        facts.note(need=need.id, call_off=None if called is None else called.id)
        return called


def bid(
    session: Session,
    *,
    need: RankedNeed,
    contract: Contract,
    price: Decimal,
    starts: date,
    by: Person,
    at: datetime,
) -> NeedBid:
    """A provider's bid: at most the price of its contract, a day within the contract.

    Raises ``wrong_state``, ``bidding_over``, ``price_above_contract``, ``outside_contract``.
    """
    chain = need.arrangement.buyer_id
    with acting(session, "bid", chain=chain, by=by.id, at=at) as facts:
        require(by, "bid", contract.provider_id)
        ranked = {one.contract_id for one in need.arrangement.ranked}
        if contract.id not in ranked or need.state != NeedState.BIDDING or need.due is None:
            raise RuleBroken("wrong_state")
        require_bidding(need.due, at)
        offered = session.scalar(
            select(LotOffer.price).where(
                LotOffer.lot_id == contract.lot_id, LotOffer.offer_id == contract.award.offer_id
            )
        )
        if offered is None or not Decimal(0) < price <= offered:
            raise RuleBroken("price_above_contract", field="price", price=offered)
        if not contract.starts_on <= starts <= contract.ends_on:
            raise RuleBroken("outside_contract", field="starts")
        made = next((one for one in need.bids if one.contract_id == contract.id), None)
        if made is None:
            made = NeedBid(contract_id=contract.id, contract=contract)
        made.price, made.starts = price, starts
        made.made_by_id, made.made_at = by.id, at
        if made not in need.bids:
            need.bids.append(made)
        session.flush()
        facts.note(need=need.id, contract=contract.id)
        return made


def settle_competition(
    session: Session, *, need: RankedNeed, by: Person, at: datetime
) -> CallOff | None:
    """After the deadline, call off from the best bid; None where nobody has bid.

    Raises ``wrong_state``, ``bidding_runs``.
    """
    chain = need.arrangement.buyer_id
    with acting(session, "settle_competition", chain=chain, by=by.id, at=at) as facts:
        _require_own(need, by)
        if need.state != NeedState.BIDDING or need.due is None:
            raise RuleBroken("wrong_state")
        require_bids_in(need.due, at)
        need.state = NeedState.PLACED
        called = _go_down(session, need, by, at)
        facts.note(need=need.id, call_off=None if called is None else called.id)
        return called


def _go_down(session: Session, need: RankedNeed, by: Person, at: datetime) -> CallOff | None:
    """Call off from whose turn it is, passing over those without capacity."""
    ranked = {one.contract_id: one for one in need.arrangement.ranked}
    bids = {
        one.contract_id: Bid(one.contract_id, ranked[one.contract_id].rank, one.price, one.starts)
        for one in need.bids
    }
    order = list(ranked)
    if need.arrangement.mode == Mode.COMPETITION:
        order = []
        while len(order) < len(bids):
            first = best(one for one in bids.values() if one.contract_id not in order)
            assert first is not None
            order.append(first.contract_id)
    while (turn := next_in_turn(order, (one.contract_id for one in need.tries))) is not None:
        contract = ranked[turn].contract
        fits = need.amount <= balance_of(session, contract).remaining
        tried = NeedTry(
            n=len(need.tries) + 1,
            contract_id=turn,
            contract=contract,
            outcome=Outcome.CALLED if fits else Outcome.NO_CAPACITY,
            at=at,
        )
        need.tries.append(tried)
        session.flush()
        if not fits:
            continue
        called = call_off(
            session,
            contract=contract,
            office=need.office,
            form=need.form,
            field=need.field,
            workdays=need.amount,
            places=need.places,
            workplaces_confirmed=need.workplaces_confirmed,
            reason=need.reason,
            gain=need.gain,
            in_turn=True,
            price=bids[turn].price if turn in bids else None,
            by=by,
            at=at,
        )
        tried.call_off_id = called.id
        session.flush()
        return called
    need.state = NeedState.EXHAUSTED
    return None


def _require_own(need: RankedNeed, by: Person) -> None:
    if by.holds({Role.PROCUREMENT_OFFICER}, need.arrangement.buyer_id):
        return
    if need.office_id is None or not by.holds({Role.COURSE_SPONSOR}, need.office_id):
        raise RuleBroken("not_permitted")
