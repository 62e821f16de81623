"""The bases of a contract's invoices in plain values, month by month, and how each was issued."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.contracts.queries import contract_of
from portal.contracts.rules import ContractState
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.organisations.models import Organisation, Person
from portal.permissions import may
from portal.procurement.models import Lot
from portal.procurement.rules import PriceRevision
from portal.procurement.terms import lot_terms
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound
from portal.shared.numbers import plain, rounded
from portal.workdays.models import InvoiceBasis, PriceRevisionApplied
from portal.workdays.queries.invoices import invoices_of, revisions_of, terms_of
from portal.workdays.rules import Charge, Invoice, Terms, last_day, price_in, with_tax

Content = dict[str, Any]


def contents(session: Session, contract: Contract) -> dict[str, Content]:
    """What the basis of each month's invoice says now, by month: counts and sums, no names."""
    lot = session.get_one(Lot, contract.lot_id)
    found = invoices_of(session, contract)
    named = {one.training_id for invoice in found for one in invoice.charges}
    trainings = {
        key: {"n": n, "field": field, "of": None if of == contract.id else reference}
        for key, n, field, of, reference in session.execute(
            select(
                Training.id, Training.n, Training.field, Training.contract_id, Contract.reference
            )
            .join(Contract, Contract.id == Training.contract_id)
            .where(Training.id.in_([key for key in named if key is not None]))
        )
    }
    return {invoice.period: _content(contract, lot, trainings, invoice) for invoice in found}


def _content(
    contract: Contract, lot: Lot, trainings: dict[UUID, Content], invoice: Invoice
) -> Content:
    sums = with_tax(invoice.amount, lot.vat_rate)
    return {
        "period": invoice.period,
        "price_model": lot.price_model,
        "unit": lot.unit,
        "lines": [_line(trainings, one) for one in invoice.charges],
        "quantity": plain(invoice.quantity),
        "net": f"{sums.net:.2f}",
        "vat_rate": None if sums.rate is None else plain(sums.rate),
        "tax": None if sums.tax is None else f"{sums.tax:.2f}",
        "gross": None if sums.gross is None else f"{sums.gross:.2f}",
    }


def _line(trainings: dict[UUID, Content], charge: Charge) -> Content:
    return {
        "kind": charge.kind.value,
        "given_in": charge.given_in,
        "training": None if charge.training_id is None else trainings[charge.training_id],
        "quantity": plain(charge.quantity),
        "price": plain(charge.price),
        "sum": f"{rounded(charge.exact):.2f}",
    }


@dataclass(frozen=True)
class LineShown:
    """One line of a basis; ``sum`` is rounded by itself, the month's sum from the exact ones."""

    kind: str
    given_in: str
    training: Content | None
    quantity: Decimal
    price: Decimal
    sum: Decimal


@dataclass(frozen=True)
class BasisShown:
    """A month's basis in numbers again."""

    period: str
    lines: list[LineShown]
    quantity: Decimal
    net: Decimal
    vat_rate: Decimal | None
    tax: Decimal | None
    gross: Decimal | None


def shown(content: Content) -> BasisShown:
    """The numbers of a basis, of one issued long ago as of one reckoned now."""
    return BasisShown(
        period=content["period"],
        lines=[
            LineShown(
                one["kind"],
                one["given_in"],
                one["training"],
                Decimal(one["quantity"]),
                Decimal(one["price"]),
                Decimal(one["sum"]),
            )
            for one in content["lines"]
        ],
        quantity=Decimal(content["quantity"]),
        net=Decimal(content["net"]),
        vat_rate=_number(content["vat_rate"]),
        tax=_number(content["tax"]),
        gross=_number(content["gross"]),
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def issued(session: Session, contract: Contract) -> dict[str, InvoiceBasis]:
    """The latest basis that was issued of each month."""
    found = session.scalars(
        select(InvoiceBasis)
        .where(InvoiceBasis.contract_id == contract.id)
        .order_by(InvoiceBasis.period, InvoiceBasis.n)
    )
    return {one.period: one for one in found}


def invoiced_of_all(session: Session, contracts: Collection[UUID]) -> dict[UUID, Decimal]:
    """What has been issued of each contract so far, in one query: euros without value added tax.

    Of a month that was issued again the latest basis counts.
    """
    rows = session.execute(
        select(InvoiceBasis.contract_id, InvoiceBasis.period, InvoiceBasis.amount)
        .where(InvoiceBasis.contract_id.in_(contracts))
        .order_by(InvoiceBasis.period, InvoiceBasis.n)
    )
    latest = {(key, period): net for key, period, net in rows}
    found = dict.fromkeys(contracts, Decimal(0))
    for (key, _period), net in latest.items():
        found[key] += net
    return found


def kept_content(content: Content, contract: Contract, procurement_reference: str) -> Content:
    """What an issued basis keeps: the numbers, and the parties as they are called today."""
    return {
        **content,
        "contract": contract.reference,
        "procurement": procurement_reference,
        "buyer": _party(contract.buyer),
        "provider": _party(contract.provider),
    }


def _party(organisation: Organisation) -> Content:
    return {"name": dict(organisation.name), "business_id": organisation.business_id}


def same_numbers(basis: InvoiceBasis | None, content: Content) -> bool:
    """Whether an issued basis says what would be issued now."""
    return basis is not None and all(basis.content[key] == content[key] for key in content)


@dataclass(frozen=True)
class MonthShown:
    """A month of the list: as it stands now, and as it was issued, if it was.

    ``changed``: something was accepted since. ``over``: the month is, so that it can be issued.
    """

    basis: BasisShown
    issued: InvoiceBasis | None
    document: StoredDocument | None
    changed: bool
    over: bool


@dataclass(frozen=True)
class InvoicesPage:
    """A contract's invoices, the newest month first."""

    contract: Contract
    price_model: str
    unit: str
    terms: Terms
    months: list[MonthShown]
    net: Decimal
    clause: PriceRevision | None
    revisions: list[PriceRevisionApplied]
    may_issue: bool
    may_revise: bool


def invoices_page(
    session: Session, contract_id: UUID, person: Person, at: datetime
) -> InvoicesPage:
    """The invoices of a contract that this reader may see. Raises NotFound."""
    contract = contract_of(session, contract_id, person)
    lot = session.get_one(Lot, contract.lot_id)
    today = day_in_helsinki(at)
    kept = issued(session, contract)
    documents = store.find_all(
        session, "invoice_basis", [one.id for one in kept.values()], contract.language
    )
    now = contents(session, contract)
    months = [
        _month(content, kept.get(period), documents, today) for period, content in now.items()
    ]
    officer = may(person, "issue_invoice_basis", contract.buyer_id)
    clause = lot_terms(lot).price_revision
    return InvoicesPage(
        contract=contract,
        price_model=lot.price_model,
        unit=lot.unit,
        terms=terms_of(session, contract),
        months=months[::-1],
        net=sum((one.basis.net for one in months), Decimal(0)),
        clause=clause,
        revisions=revisions_of(session, contract),
        may_issue=officer,
        may_revise=officer and clause is not None and contract.state == ContractState.IN_FORCE,
    )


def _month(
    content: Content,
    basis: InvoiceBasis | None,
    documents: dict[UUID, StoredDocument],
    today: date,
) -> MonthShown:
    return MonthShown(
        basis=shown(content),
        issued=basis,
        document=None if basis is None else documents.get(basis.id),
        changed=basis is not None and not same_numbers(basis, content),
        over=last_day(content["period"]) < today,
    )


@dataclass(frozen=True)
class InvoicePage:
    """One month's invoice."""

    contract: Contract
    price_model: str
    unit: str
    month: MonthShown
    may_issue: bool


def invoice_page(
    session: Session, contract_id: UUID, period: str, person: Person, at: datetime
) -> InvoicePage:
    """A month of a contract that this reader may see. Raises NotFound."""
    found = invoices_page(session, contract_id, person, at)
    month = next((one for one in found.months if one.basis.period == period), None)
    if month is None:
        raise NotFound
    return InvoicePage(found.contract, found.price_model, found.unit, month, found.may_issue)


@dataclass(frozen=True)
class RevisionPage:
    """What a revision of the price starts from."""

    contract: Contract
    clause: PriceRevision
    price: Decimal
    next_day: date | None


def revision_page(session: Session, contract_id: UUID, person: Person) -> RevisionPage:
    """The clause and the price that it would revise. Raises NotFound where there is no clause."""
    contract = contract_of(session, contract_id, person)
    clause = lot_terms(session.get_one(Lot, contract.lot_id)).price_revision
    if clause is None or not may(person, "revise_price", contract.buyer_id):
        raise NotFound
    done = [one.since for one in revisions_of(session, contract)]
    after = max([contract.starts_on, *done])
    days = [
        date(year, clause.month, clause.day)
        for year in range(after.year, contract.ends_on.year + 1)
        if (clause.month, clause.day) != (2, 29)
    ]
    return RevisionPage(
        contract=contract,
        clause=clause,
        price=current_price(session, contract),
        next_day=next((day for day in days if after < day <= contract.ends_on), None),
    )


def current_price(session: Session, contract: Contract) -> Decimal:
    """The price after the latest revision, or as it was offered."""
    terms = terms_of(session, contract)
    return price_in(terms.price, terms.revisions, "9999-12")
