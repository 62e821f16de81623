"""What there is to call off from: the first step's contracts, the second step's contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from portal.capacity.access import may_use, usable_by
from portal.capacity.ledger import balance_of
from portal.capacity.models import CapacityLedger
from portal.capacity.rules import Balance
from portal.contracts.models import Contract
from portal.contracts.rules import ContractState
from portal.organisations.models import Organisation, Person
from portal.permissions import Role
from portal.procurement.models import Lot
from portal.shared.errors import NotFound
from portal.training_forms.queries import units_to_choose

Names = Mapping[str, str]
MOST_CONTRACTS = 200


@dataclass(frozen=True)
class Usable:
    """A contract that can be called off from, with what is left of it in ``unit``."""

    id: UUID
    reference: str
    provider: Names
    lot: Names
    region: str
    fields: list[str]
    unit: str
    balance: Balance
    started_up: bool


def usable_contracts(session: Session, person: Person) -> list[Usable]:
    """The contracts in force that this person may call off from, by reference."""
    found = session.execute(
        select(
            Contract.id,
            Contract.reference,
            Organisation.name,
            Lot.title,
            Lot.region,
            Lot.fields,
            Lot.unit,
            Lot.capacity_maximum,
            Contract.started_up_at,
            CapacityLedger,
        )
        .join(Lot, Lot.id == Contract.lot_id)
        .join(Organisation, Organisation.id == Contract.provider_id)
        .outerjoin(CapacityLedger, CapacityLedger.contract_id == Contract.id)
        .where(_callable(person))
        .order_by(Contract.reference, Contract.id)
        .limit(MOST_CONTRACTS)
    )
    return [
        Usable(
            id=row.id,
            reference=row.reference,
            provider=row.name,
            lot=row.title,
            region=row.region,
            fields=row.fields,
            unit=row.unit,
            balance=_balance(row.CapacityLedger, row.capacity_maximum),
            started_up=row.started_up_at is not None,
        )
        for row in found
    ]


def _balance(ledger: CapacityLedger | None, maximum: object) -> Balance:
    if ledger is None:
        return Balance(maximum=maximum)  # type: ignore[arg-type]  # the lot's column
    return Balance(ledger.maximum, ledger.reserved, ledger.committed, ledger.delivered)


def _callable(person: Person) -> ColumnElement[bool]:
    return and_(Contract.state == ContractState.IN_FORCE, usable_by(person))


@dataclass(frozen=True)
class UnitOfField:
    """A qualification unit that can be chosen, with examples of when it makes sense."""

    field: str
    name: Names
    examples: tuple[Names, ...]


FreeWorkplaces = Callable[[Session, Organisation, Contract, str], int]


@dataclass(frozen=True)
class Calling:
    """A contract to call off from: what is left, and in whose name this reader may call off.

    ``free_workplaces`` counts, by field, the confirmed workplaces of the reader's offices that no
    training has taken.
    """

    contract: Contract
    lot: Lot
    balance: Balance
    offices: list[Organisation]
    as_buyer: bool
    units: list[UnitOfField]
    free_workplaces: Mapping[str, int]


_free_workplaces: list[FreeWorkplaces] = []


def free_workplaces_by(count: FreeWorkplaces) -> None:
    """Hand over, at wiring, the room of workplaces' count of those confirmed and not taken."""
    _free_workplaces[:] = [count]


def calling_page(session: Session, contract_id: UUID, person: Person) -> Calling:
    """A contract in force that this person may call off from. Raises NotFound."""
    contract = session.scalar(select(Contract).where(Contract.id == contract_id, _callable(person)))
    if contract is None:
        raise NotFound
    lot = session.get_one(Lot, contract.lot_id)
    offices = [
        office
        for office in person.organisations_as(Role.COURSE_SPONSOR)
        if may_use(session, contract, office.id)
    ]
    free: Counter[str] = Counter()
    for count in _free_workplaces:
        for office in offices:
            for field in lot.fields:
                free[field] += count(session, office, contract, field)
    chooser = offices[0].id if offices else contract.buyer_id
    return Calling(
        contract=contract,
        lot=lot,
        balance=balance_of(session, contract),
        offices=offices,
        units=[
            UnitOfField(field, unit.name, unit.examples)
            for field in lot.fields
            for unit in units_to_choose(session, field, chooser)
        ],
        free_workplaces={field: n for field, n in free.items() if n},
        as_buyer=person.holds({Role.PROCUREMENT_OFFICER}, contract.buyer_id),
    )


def office_named(calling: Calling, chosen: str) -> Organisation | None:
    """The office chosen; None for the buyer itself. Raises NotFound for any other."""
    for office in calling.offices:
        if str(office.id) == chosen:
            return office
    if calling.as_buyer:
        return None
    raise NotFound
