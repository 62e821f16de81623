"""The overview of procurements: a page of them, or all, in one and the same number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.capacity.ledger import balances_of
from portal.capacity.models import CallOff
from portal.capacity.rules import CallOffState
from portal.contracts.models import Contract
from portal.offers.models import LotOffer, Opening
from portal.options.access import original_values, used_times
from portal.options.rules import left_of
from portal.organisations.models import Person
from portal.permissions import may
from portal.procurement.models import Lot, Procurement
from portal.procurement.terms import option_terms
from portal.reports.overview.access import contracts_surveyed_by, procurements_surveyed_by
from portal.reports.overview.rules import (
    NOTHING,
    ContractFigures,
    LotFigures,
    ProcurementFigures,
    Totals,
    totals_of,
)
from portal.shared.clock import day_in_helsinki
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging
from portal.workdays.queries import invoiced_of_all, invoices_of_all


@dataclass(frozen=True)
class Overview:
    """One page of procurements, the newest first; the totals are of the page."""

    rows: list[ProcurementFigures]
    totals: Totals
    paging: Paging
    may_report: bool


def overview_page(session: Session, person: Person, n: int) -> Overview:
    """The whole page, in as many queries for hundreds of contracts as for one."""
    seen = procurements_surveyed_by(person)
    pages = paging(
        session.scalar(select(func.count()).select_from(Procurement).where(seen)) or 0, n
    )
    found = _ordered(session, person, limit=ROWS_ON_A_PAGE, offset=pages.offset)
    rows = _figures(session, person, found)
    return Overview(rows, totals_of(rows), pages, may(person, "make_indicator_report"))


def overview_of_all(session: Session, person: Person) -> list[ProcurementFigures]:
    """Every procurement that the reader surveys, for a file."""
    return _figures(session, person, _ordered(session, person))


def _ordered(
    session: Session, person: Person, *, limit: int | None = None, offset: int = 0
) -> list[Procurement]:
    return list(
        session.scalars(
            select(Procurement)
            .where(procurements_surveyed_by(person))
            .order_by(Procurement.published_at.desc(), Procurement.reference, Procurement.id)
            .limit(limit)
            .offset(offset)
        )
    )


def _figures(
    session: Session, person: Person, procurements: Collection[Procurement]
) -> list[ProcurementFigures]:
    keys = [one.id for one in procurements]
    lots = {lot.id: lot for one in procurements for lot in one.lots}
    published = {one.id: one.published_at for one in procurements if one.published_at}
    contracts = _contracts(session, person, keys, lots, published)
    offers = _offers(session, keys)
    return [
        ProcurementFigures(
            id=one.id,
            reference=one.reference,
            title=one.title,
            state=one.state,
            published_on=day_in_helsinki(published[one.id]),
            estimated_value=one.estimated_value,
            lots=tuple(
                LotFigures(
                    lot.id,
                    lot.title,
                    offers[one.id].get(lot.id, 0) if one.id in offers else None,
                )
                for lot in one.lots
            ),
            contracts=tuple(contracts[one.id]),
        )
        for one in procurements
    ]


def _contracts(
    session: Session,
    person: Person,
    procurements: Collection[UUID],
    lots: dict[UUID, Lot],
    published: dict[UUID, datetime],
) -> defaultdict[UUID, list[ContractFigures]]:
    contracts = list(
        session.scalars(
            select(Contract)
            .where(Contract.procurement_id.in_(procurements), contracts_surveyed_by(person))
            .order_by(Contract.reference, Contract.id)
        )
    )
    keys = [one.id for one in contracts]
    invoices = invoices_of_all(session, contracts)
    invoiced = invoiced_of_all(session, keys)
    balances = balances_of(session, contracts)
    values = original_values(session, contracts)
    used = used_times(session, keys)
    starts = _days_to_start(session, keys)
    found: defaultdict[UUID, list[ContractFigures]] = defaultdict(list)
    for one in contracts:
        lot, balance = lots[one.lot_id], balances[one.id]
        assert one.in_force_at is not None
        since = day_in_helsinki(published[one.procurement_id])
        times = [(option, used.get((one.id, option.id), 0)) for option in lot.options]
        found[one.procurement_id].append(
            ContractFigures(
                id=one.id,
                reference=one.reference,
                lot_id=lot.id,
                lot=lot.title,
                provider=one.provider.name,
                unit=lot.unit,
                accepted=sum((month.amount for month in invoices[one.id]), NOTHING),
                invoiced=invoiced[one.id],
                maximum=balance.maximum,
                delivered=balance.delivered,
                remaining=balance.remaining,
                days_to_force=(day_in_helsinki(one.in_force_at) - since).days,
                to_start=tuple(starts[one.id]),
                options_used=sum(count for _option, count in times),
                options_left=sum(left_of(option_terms(option), count) for option, count in times),
                at_estimate=values[one.id],
            )
        )
    return found


def _days_to_start(session: Session, contracts: Collection[UUID]) -> defaultdict[UUID, list[int]]:
    rows = session.execute(
        select(CallOff.contract_id, CallOff.called_on, CallOff.starts)
        .where(
            CallOff.contract_id.in_(contracts),
            CallOff.state == CallOffState.CONFIRMED,
            CallOff.starts.is_not(None),
        )
        .order_by(CallOff.called_at)
    )
    found: defaultdict[UUID, list[int]] = defaultdict(list)
    for contract_id, called_on, starts in rows:
        assert starts is not None
        found[contract_id].append((starts - called_on).days)
    return found


def _offers(session: Session, procurements: Collection[UUID]) -> dict[UUID, dict[UUID, int]]:
    """How many offers each lot got, by procurement; of none whose offers are not opened."""
    opened = session.scalars(
        select(Opening.procurement_id).where(
            Opening.procurement_id.in_(procurements), Opening.opened_at.is_not(None)
        )
    )
    found: dict[UUID, dict[UUID, int]] = {key: {} for key in opened}
    rows = session.execute(
        select(Lot.procurement_id, Lot.id, func.count())
        .join(LotOffer, LotOffer.lot_id == Lot.id)
        .where(Lot.procurement_id.in_(list(found)))
        .group_by(Lot.procurement_id, Lot.id)
    )
    for key, lot_id, count in rows:
        found[key][lot_id] = count
    return found
