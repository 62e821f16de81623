"""How a contract's capacity is used: the bar, the pace, fields, months, entries, declines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from portal.capacity.access import capacity_seen_by, is_party
from portal.capacity.ledger import balance_of
from portal.capacity.models import CallOff, ContractUser, LedgerEntry
from portal.capacity.rules import (
    NOTHING,
    Balance,
    CallOffState,
    EntryKind,
    Pace,
    drawn_by,
    pace_of,
    start_in_time,
)
from portal.config import settings_of
from portal.contracts.models import Contract
from portal.organisations.models import Organisation, OrganisationKind, Person
from portal.permissions import Kind, Role, may
from portal.procurement.models import Lot
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound
from portal.shared.numbers import rounded
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging

Names = Mapping[str, str]


@dataclass
class Sums:
    """Movements of a field or a month, in the lot's unit: drawn and not released, and delivered."""

    drawn: Decimal = NOTHING
    delivered: Decimal = NOTHING
    released: Decimal = NOTHING

    def add(self, kind: EntryKind, amount: Decimal) -> None:
        """Count one entry."""
        self.drawn += drawn_by(kind) * amount
        if kind in (EntryKind.DELIVERED, EntryKind.RETURNED):
            self.delivered += amount if kind is EntryKind.DELIVERED else -amount
        if kind in (EntryKind.RELEASED, EntryKind.RESERVATION_RELEASED):
            self.released += amount


@dataclass(frozen=True)
class EntryRow:
    """One entry; ``who`` and ``reason`` are empty for whoever is not to know them."""

    n: int
    at: datetime
    kind: str
    amount: Decimal
    field: str | None
    call_off: int | None
    call_off_id: UUID | None
    office: Names | None
    who: str
    reason: str


@dataclass(frozen=True)
class Declines:
    """The provider's figures on this contract's call-offs."""

    called: int
    confirmed: int
    in_time: int
    declined: int
    grounds: dict[str | None, int]

    @property
    def without_ground(self) -> int:
        """Declined on none of the grounds of the contract."""
        return self.grounds.get(None, 0)


@dataclass(frozen=True)
class Bar:
    """Where the bar's parts stand: beginning and length of each, and the two marks."""

    delivered: tuple[Decimal, Decimal]
    committed: tuple[Decimal, Decimal]
    reserved: tuple[Decimal, Decimal]
    minimum: Decimal
    estimated: Decimal


@dataclass(frozen=True)
class Use:
    """Everything of the page of a contract's use.

    ``minimum`` and ``estimated`` are the lot's and stay; the balance's maximum grows with options.
    """

    contract: Contract
    lot: Lot
    balance: Balance
    pace: Pace | None
    pace_after_days: int
    fields: dict[str, Sums]
    months: dict[str, Sums]
    entries: list[EntryRow]
    paging: Paging
    declines: Declines
    users: list[ContractUser]
    others: list[Organisation]
    may_name: bool
    may_call_off: bool
    party: bool
    today: date = field(repr=False)

    @property
    def used(self) -> Decimal:
        """Reserved, committed and delivered together."""
        return self.balance.maximum - self.balance.remaining

    @property
    def to_minimum(self) -> Decimal:
        """What the buyer has still to call off of its minimum."""
        return max(self.lot.capacity_minimum - self.used, NOTHING)

    @property
    def to_estimate(self) -> Decimal:
        """What is missing of the estimate, which does not bind."""
        return max(self.lot.capacity_estimated - self.used, NOTHING)

    @property
    def per_month(self) -> Decimal:
        """The pace, to one decimal; nothing where there is none."""
        return NOTHING if self.pace is None else rounded(self.pace.per_month, 1)

    @property
    def bar(self) -> Bar:
        """Where everything of the bar stands."""
        balance, maximum = self.balance, self.balance.maximum
        ends = [_place(amount, maximum) for amount in _running(balance)]
        begins = [_place(NOTHING, maximum), *ends]
        delivered, committed, reserved = (
            (begin, end - begin) for begin, end in zip(begins, ends, strict=False)
        )
        return Bar(
            delivered=delivered,
            committed=committed,
            reserved=reserved,
            minimum=_place(self.lot.capacity_minimum, maximum),
            estimated=_place(self.lot.capacity_estimated, maximum),
        )


def _running(balance: Balance) -> list[Decimal]:
    """Delivered, with committed on it, with reserved on both."""
    committed = balance.delivered + balance.committed
    return [balance.delivered, committed, committed + balance.reserved]


def _place(amount: Decimal, maximum: Decimal) -> Decimal:
    """From the left edge: a margin of 20, then 1,000 for the maximum."""
    if maximum <= 0:
        return Decimal(20)
    return 20 + rounded(min(amount, maximum) * 1000 / maximum, 1)


def contract_in_use(session: Session, contract_id: UUID, person: Person) -> Contract:
    """A contract whose use this reader may follow. Raises NotFound."""
    contract = session.scalar(
        select(Contract).where(Contract.id == contract_id, capacity_seen_by(person))
    )
    if contract is None:
        raise NotFound
    return contract


def use_page(session: Session, contract_id: UUID, person: Person, n: int, today: date) -> Use:
    """The whole page, in as many queries for a million entries as for one. Raises NotFound."""
    contract = contract_in_use(session, contract_id, person)
    lot = session.get_one(Lot, contract.lot_id)
    balance, settings = balance_of(session, contract), settings_of(session)
    total = session.scalar(
        select(func.count()).select_from(LedgerEntry).where(LedgerEntry.contract_id == contract.id)
    )
    pages = paging(total or 0, n)
    fields, months = _sums(session, contract, lot.fields)
    users = list(
        session.scalars(select(ContractUser).where(ContractUser.contract_id == contract.id))
    )
    may_name = may(person, "add_contract_user", contract.buyer_id)
    offices = {office.id for office in person.organisations_as(Role.COURSE_SPONSOR)}
    named = {user.office_id for user in users}
    return Use(
        contract=contract,
        lot=lot,
        balance=balance,
        pace=pace_of(
            balance,
            contract.starts_on,
            contract.ends_on,
            today,
            least_days=settings.pace_after_days,
        ),
        pace_after_days=settings.pace_after_days,
        fields=fields,
        months=months,
        entries=entry_rows(session, contract, person, pages),
        paging=pages,
        declines=_declines(session, contract),
        users=sorted(users, key=lambda user: user.office.name.get("fi", "")),
        others=_other_offices(session, named) if may_name else [],
        may_name=may_name,
        may_call_off=may(person, "call_off", contract.buyer_id)
        or bool(offices & named if named else offices),
        party=is_party(person, contract),
        today=today,
    )


def _sums(
    session: Session, contract: Contract, fields: Iterable[str]
) -> tuple[dict[str, Sums], dict[str, Sums]]:
    """By field and by month in Helsinki, the oldest month first."""
    by_field = {one: Sums() for one in fields}
    by_month: dict[str, Sums] = {}
    entries = session.execute(
        select(LedgerEntry.kind, LedgerEntry.amount, LedgerEntry.field, LedgerEntry.at)
        .where(LedgerEntry.contract_id == contract.id, LedgerEntry.call_off_id.is_not(None))
        .order_by(LedgerEntry.n)
    )
    for kind, amount, of_field, at in entries:
        by_field.setdefault(of_field or "", Sums()).add(EntryKind(kind), amount)
        month = f"{day_in_helsinki(at):%Y-%m}"
        by_month.setdefault(month, Sums()).add(EntryKind(kind), amount)
    return by_field, dict(sorted(by_month.items()))


def entry_rows(
    session: Session, contract: Contract, person: Person, page: Paging | None
) -> list[EntryRow]:
    """One page of the entries, the newest first; all of them, oldest first, without a page.

    An office's reader is told of other offices' entries how much, not who or why.
    """
    office = aliased(Organisation)
    query = (
        select(
            LedgerEntry,
            CallOff.n.label("call_off"),
            CallOff.office_id,
            office.name.label("office"),
            Person.name.label("who"),
        )
        .join(Person, Person.id == LedgerEntry.by_id)
        .outerjoin(CallOff, CallOff.id == LedgerEntry.call_off_id)
        .outerjoin(office, office.id == CallOff.office_id)
        .where(LedgerEntry.contract_id == contract.id)
    )
    if page is None:
        query = query.order_by(LedgerEntry.n)
    else:
        query = query.order_by(LedgerEntry.n.desc()).limit(ROWS_ON_A_PAGE).offset(page.offset)
    party = is_party(person, contract)
    own = {one.id for one in person.organisations_as(Role.COURSE_SPONSOR)}
    rows = []
    for entry, call_off, office_id, office_name, who in session.execute(query):
        told = party or office_id in own
        rows.append(
            EntryRow(
                n=entry.n,
                at=entry.at,
                kind=entry.kind,
                amount=entry.amount,
                field=entry.field,
                call_off=call_off,
                call_off_id=entry.call_off_id if told else None,
                office=office_name,
                who=who if told else "",
                reason=entry.reason if told else "",
            )
        )
    return rows


def _declines(session: Session, contract: Contract) -> Declines:
    rows = session.execute(
        select(CallOff.state, CallOff.ground, CallOff.starts, CallOff.start_by).where(
            CallOff.contract_id == contract.id
        )
    ).all()
    states = Counter(row.state for row in rows)
    return Declines(
        called=len(rows),
        confirmed=states[CallOffState.CONFIRMED],
        in_time=sum(
            row.state == CallOffState.CONFIRMED and start_in_time(row.starts, row.start_by)
            for row in rows
        ),
        declined=states[CallOffState.DECLINED],
        grounds=dict(Counter(row.ground for row in rows if row.state == CallOffState.DECLINED)),
    )


def _other_offices(session: Session, named: set[UUID]) -> list[Organisation]:
    offices = session.scalars(
        select(Organisation)
        .join(OrganisationKind, OrganisationKind.organisation_id == Organisation.id)
        .where(OrganisationKind.kind == Kind.EMPLOYMENT_OFFICE, Organisation.id.not_in(named))
    )
    return sorted(offices, key=lambda office: office.name.get("fi", ""))


def named_office(session: Session, key: str | UUID) -> Organisation:
    """An organisation by its key as typed. Raises NotFound."""
    try:
        found = session.get(Organisation, UUID(str(key)))
    except ValueError:
        found = None
    if found is None:
        raise NotFound
    return found


def contract_of_officer(session: Session, contract_id: UUID, person: Person) -> Contract:
    """A contract whose users this officer names. Raises NotFound."""
    contract = contract_in_use(session, contract_id, person)
    if not may(person, "add_contract_user", contract.buyer_id):
        raise NotFound
    return contract
