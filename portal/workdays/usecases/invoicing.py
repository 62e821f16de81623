"""Issuing the basis of an invoice, and revising the price by the contract's clause."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.contracts.models import Contract
from portal.contracts.usecases import require_in_force
from portal.documents import store
from portal.organisations.models import Person
from portal.permissions import require
from portal.procurement.models import Lot, Procurement
from portal.procurement.terms import lot_terms
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.workdays.models import InvoiceBasis, PriceRevisionApplied
from portal.workdays.queries.bases import (
    contents,
    current_price,
    issued,
    kept_content,
    same_numbers,
)
from portal.workdays.queries.invoices import revisions_of
from portal.workdays.rules import last_day, require_revision_day, revised_price


def issue_invoice_basis(
    session: Session,
    *,
    contract: Contract,
    period: str,
    seen: str | None = None,
    by: Person,
    at: datetime,
) -> InvoiceBasis:
    """Issue the basis of a month's invoice as it stands, with its document.

    A later one takes the place of an earlier, which stays as it was. ``seen`` is the sum without
    tax that the officer had in sight, with two decimals. Raises ``wrong_state`` (nothing is to be
    invoiced), ``month_not_over``, ``nothing_changed``, ``changed_meanwhile``.
    """
    chain = contract.procurement_id
    with acting(session, "issue_invoice_basis", chain=chain, by=by.id, at=at) as facts:
        require(by, "issue_invoice_basis", contract.buyer_id)
        content = contents(session, contract).get(period)
        if content is None:
            raise RuleBroken("wrong_state")
        if day_in_helsinki(at) <= last_day(period):
            raise RuleBroken("month_not_over")
        before = issued(session, contract).get(period)
        if same_numbers(before, content):
            raise RuleBroken("nothing_changed")
        if seen is not None and seen != content["net"]:
            raise RuleBroken("changed_meanwhile")
        procurement = session.get_one(Procurement, contract.procurement_id)
        basis = InvoiceBasis(
            contract_id=contract.id,
            period=period,
            n=1 if before is None else before.n + 1,
            quantity=Decimal(content["quantity"]),
            amount=Decimal(content["net"]),
            content=kept_content(content, contract, procurement.reference),
            issued_by_id=by.id,
            issued_at=at,
        )
        session.add(basis)
        session.flush()
        store.request(
            session,
            "invoice_basis",
            subject=basis.id,
            owner=contract.procurement_id,
            language=contract.language,
            at=at,
        )
        facts.note(
            contract=contract.id, basis=basis.id, period=period, n=basis.n, amount=basis.amount
        )
        return basis


def revise_price(
    session: Session,
    *,
    contract: Contract,
    since: date,
    index_before: Decimal,
    index_now: Decimal,
    by: Person,
    at: datetime,
) -> PriceRevisionApplied:
    """Revise the price by the clause of the call: its index, its day, at most its ceiling.

    The offered price is revised; the coordination fee, bonuses and the prices of options are not.
    Raises ``contract_not_in_force``, ``price_revision_not_agreed``, ``price_revision_day``,
    ValueError for an index that is not above zero.
    """
    chain = contract.procurement_id
    with acting(session, "revise_price", chain=chain, by=by.id, at=at) as facts:
        require(by, "revise_price", contract.buyer_id)
        require_in_force(contract)
        clause = require_revision_day(
            lot_terms(session.get_one(Lot, contract.lot_id)).price_revision,
            since,
            contract.starts_on,
            contract.ends_on,
            [one.since for one in revisions_of(session, contract)],
        )
        price = current_price(session, contract)
        revision = PriceRevisionApplied(
            contract_id=contract.id,
            since=since,
            index_before=index_before,
            index_now=index_now,
            price_before=price,
            price_after=revised_price(price, index_before, index_now, clause.ceiling),
            revised_by_id=by.id,
            revised_at=at,
        )
        session.add(revision)
        facts.note(
            contract=contract.id, since=since.isoformat(), before=price, after=revision.price_after
        )
        return revision
