"""The list of call-offs: of one's office, provider or buyer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.capacity.access import call_offs_seen_by
from portal.capacity.models import CallOff
from portal.capacity.rules import CallOffState, Clock, clock_of
from portal.contracts.models import Contract
from portal.database import by_name, sorted_by
from portal.organisations.models import Organisation, Person
from portal.permissions import may
from portal.procurement.models import Lot
from portal.shared.ordering import Ordering, ordering
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging
from portal.training_forms.queries import form_name

Names = Mapping[str, str]
ALL, LATE = "all", "late"
CHOICES = (ALL, LATE, *(str(state) for state in CallOffState))
_PROVIDER, _OFFICE, _BUYER = aliased(Organisation), aliased(Organisation), aliased(Organisation)
SORTED: dict[str, Any] = {
    "contract": Contract.reference,
    "field": CallOff.field,
    "called_by": func.coalesce(by_name(_OFFICE.name), by_name(_BUYER.name)),
    "provider": by_name(_PROVIDER.name),
    "places": CallOff.places,
    "state": CallOff.state,
    "start_by": CallOff.start_by,
}
"""What the list of call-offs can be sorted by."""


@dataclass(frozen=True)
class CallOffRow:
    """One call-off of the list; ``amount`` is in ``unit``."""

    id: UUID
    n: int
    contract: str
    provider: Names
    office: Names | None
    buyer: Names
    form: Names
    field: str
    amount: Decimal
    unit: str
    places: int
    called_on: date
    state: str
    starts: date | None
    clock: Clock | None


@dataclass(frozen=True)
class CallOffList:
    """One page of the call-offs that stand so; ``late`` is how many of all are late."""

    rows: list[CallOffRow]
    paging: Paging
    chosen: str
    late: int
    may_call_off: bool
    order: Ordering


def call_offs_page(
    session: Session,
    person: Person,
    chosen: str | None,
    n: int,
    today: date,
    sort: str | None = None,
) -> CallOffList:
    """The call-offs that the person may see: late ones first, then the newest.

    ``sort`` sorts by one column instead.
    """
    order = ordering(sort, SORTED)
    chosen = chosen if chosen in CHOICES else ALL
    mine, late = call_offs_seen_by(person), _late_on(today)
    wanted = mine
    if chosen == LATE:
        wanted = and_(mine, late)
    elif chosen != ALL:
        wanted = and_(mine, CallOff.state == chosen)
    pages = paging(session.scalar(select(func.count()).select_from(CallOff).where(wanted)) or 0, n)
    found = session.execute(
        select(
            CallOff.id,
            CallOff.n,
            Contract.reference,
            _PROVIDER.name.label("provider"),
            _OFFICE.name.label("office"),
            _BUYER.name.label("buyer"),
            CallOff.form,
            CallOff.field,
            CallOff.amount,
            Lot.unit,
            CallOff.places,
            CallOff.called_on,
            CallOff.state,
            CallOff.starts,
            CallOff.start_by,
        )
        .join(Contract, Contract.id == CallOff.contract_id)
        .join(Lot, Lot.id == Contract.lot_id)
        .join(_PROVIDER, _PROVIDER.id == Contract.provider_id)
        .join(_BUYER, _BUYER.id == Contract.buyer_id)
        .outerjoin(_OFFICE, _OFFICE.id == CallOff.office_id)
        .where(wanted)
        .order_by(
            *sorted_by(order, SORTED),
            case((late, 0), else_=1),
            CallOff.called_at.desc(),
            CallOff.n.desc(),
            CallOff.id,
        )
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    )
    return CallOffList(
        rows=[
            CallOffRow(
                id=row.id,
                n=row.n,
                contract=row.reference,
                provider=row.provider,
                office=row.office,
                buyer=row.buyer,
                form=form_name(session, row.form),
                field=row.field,
                amount=row.amount,
                unit=row.unit,
                places=row.places,
                called_on=row.called_on,
                state=row.state,
                starts=row.starts,
                clock=clock_of(row.state, row.start_by, row.starts, today),
            )
            for row in found
        ],
        paging=pages,
        chosen=chosen,
        late=session.scalar(select(func.count()).select_from(CallOff).where(mine, late)) or 0,
        may_call_off=may(person, "call_off"),
        order=order,
    )


def _late_on(today: date) -> ColumnElement[bool]:
    """A condition on CallOff: late by the rule of `rules.clock_of`."""
    return or_(
        and_(CallOff.state == CallOffState.RESERVED, CallOff.start_by < today),
        and_(CallOff.state == CallOffState.CONFIRMED, CallOff.starts > CallOff.start_by),
    )
