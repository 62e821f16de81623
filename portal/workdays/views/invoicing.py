"""The pages of a contract's invoices: their bases, files, documents, and the revision of prices."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.contracts.queries import contract_of
from portal.documents import store
from portal.documents.sheets import csv_bytes, sheet_bytes
from portal.shared.errors import RuleBroken
from portal.web.filters import status_text
from portal.web.pages import done, not_found_unless, page
from portal.web.unit import me, now, reading, transaction
from portal.workdays import queries, usecases
from portal.workdays.forms.invoices import IssueForm, RevisionForm
from portal.workdays.queries import BasisShown
from portal.workdays.views.blueprint import CONTRACT, bp, file

INVOICES = f"{CONTRACT}/invoices"


@bp.get(INVOICES)
def invoices(contract_id: UUID) -> ResponseReturnValue:
    """The invoices of a contract, month by month."""
    session = reading()
    found = queries.invoices_page(session, contract_id, me(session), now())
    return page("workdays/invoices.html", found=found)


@bp.get(f"{INVOICES}.<any(xlsx, csv):ending>")
def invoices_file(contract_id: UUID, ending: str) -> ResponseReturnValue:
    """The lines of every month as a file."""
    session = reading()
    found = queries.invoices_page(session, contract_id, me(session), now())
    bases = [one.basis for one in found.months[::-1]]
    return _file(bases, _("invoices"), ending)


@bp.get(f"{INVOICES}/<string:period>")
def invoice(contract_id: UUID, period: str) -> ResponseReturnValue:
    """One month's invoice with its lines."""
    return _invoice_page(contract_id, period, IssueForm(formdata=None))


@bp.get(f"{INVOICES}/<string:period>.<any(xlsx, csv):ending>")
def invoice_file(contract_id: UUID, period: str, ending: str) -> ResponseReturnValue:
    """The lines of one month as a file."""
    session = reading()
    found = queries.invoice_page(session, contract_id, period, me(session), now())
    return _file([found.month.basis], f"{_file_name()}-{period}", ending)


def _file(bases: Sequence[BasisShown], name: str, ending: str) -> Response:
    columns = [
        _("Month"),
        _("What for"),
        _("Service of the month"),
        _("Training"),
        _("Quantity"),
        _("Price, €"),
        _("Sum without value added tax, €"),
    ]
    rows: list[list[str | Decimal | None]] = []
    for basis in bases:
        for line in basis.lines:
            training = line.training
            of = (
                ""
                if training is None
                else " ".join(
                    str(part) for part in (training["of"], training["n"], training["field"]) if part
                )
            )
            rows.append(
                [
                    basis.period,
                    status_text(line.kind),
                    line.given_in,
                    of,
                    line.quantity,
                    line.price,
                    line.sum,
                ]
            )
        rows.append([basis.period, _("Together"), None, None, basis.quantity, None, basis.net])
        if basis.tax is not None:
            rows.append([basis.period, _("Value added tax"), None, None, None, None, basis.tax])
            rows.append(
                [basis.period, _("With value added tax"), None, None, None, None, basis.gross]
            )
    content = (
        sheet_bytes(_("Invoices"), columns, rows) if ending == "xlsx" else csv_bytes(columns, rows)
    )
    return file(content, name, ending)


@bp.post(f"{INVOICES}/<string:period>")
def issue(contract_id: UUID, period: str) -> ResponseReturnValue:
    """Issue the basis of the month as it stands."""
    form = IssueForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.issue_invoice_basis(
                    session,
                    contract=contract_of(session, contract_id, by),
                    period=period,
                    seen=form.seen.data,
                    by=by,
                    at=now(),
                )
            return done(
                _("The basis of the invoice has been issued. Its document is being made."),
                url_for(".invoice", contract_id=contract_id, period=period),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _invoice_page(contract_id, period, form, 422)


def _invoice_page(contract_id: UUID, period: str, form: IssueForm, status: int = 200) -> Response:
    session = reading()
    found = queries.invoice_page(session, contract_id, period, me(session), now())
    # What is shown now is what is issued next, also after a refusal.
    form.seen.data = f"{found.month.basis.net:.2f}"
    return page("workdays/invoice.html", status=status, found=found, form=form)


@bp.get(f"{INVOICES}/<string:period>.pdf")
def invoice_document(contract_id: UUID, period: str) -> ResponseReturnValue:
    """The latest issued basis of the month as a PDF."""
    session = reading()
    contract = contract_of(session, contract_id, me(session))
    basis = not_found_unless(queries.issued(session, contract).get(period))
    stored = not_found_unless(store.find(session, "invoice_basis", basis.id, contract.language))
    return file(store.content(session, stored), f"{_file_name()}-{period}-{basis.n}", "pdf")


def _file_name() -> str:
    return str(_("invoice"))


@bp.get(f"{CONTRACT}/price-revision")
def ask_revision(contract_id: UUID) -> ResponseReturnValue:
    """What the clause says, and the index's values."""
    return _revision_page(contract_id, RevisionForm(formdata=None))


@bp.post(f"{CONTRACT}/price-revision")
def revise(contract_id: UUID) -> ResponseReturnValue:
    """Revise the price by the clause."""
    form = RevisionForm()
    if form.validate():
        since, index_before, index_now = form.typed()
        try:
            with transaction() as session:
                by = me(session)
                usecases.revise_price(
                    session,
                    contract=contract_of(session, contract_id, by),
                    since=since,
                    index_before=index_before,
                    index_now=index_now,
                    by=by,
                    at=now(),
                )
            return done(
                _("The price has been revised."), url_for(".invoices", contract_id=contract_id)
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _revision_page(contract_id, form, 422)


def _revision_page(contract_id: UUID, form: RevisionForm, status: int = 200) -> Response:
    session = reading()
    found = queries.revision_page(session, contract_id, me(session))
    return page("workdays/revise.html", status=status, found=found, form=form)
