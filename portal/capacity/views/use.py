"""How a contract is used, its entries as files, and the offices that may use it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.capacity import usecases
from portal.capacity.choices import grounds
from portal.capacity.forms import UserForm, user_form
from portal.capacity.queries.use import (
    contract_in_use,
    contract_of_officer,
    entry_rows,
    named_office,
    use_page,
)
from portal.capacity.views.blueprint import CONTRACT, bp, today
from portal.contracts.models import Contract
from portal.documents.sheets import CSV, XLSX, Cell, csv_bytes, sheet_bytes
from portal.shared.errors import RuleBroken
from portal.shared.names import name_in
from portal.web.filters import status_text
from portal.web.forms import ButtonForm, refuse
from portal.web.language import current_language
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, transaction


@bp.get(f"{CONTRACT}/capacity")
def use(contract_id: UUID) -> ResponseReturnValue:
    """The use of a contract's capacity."""
    return _use_page(contract_id)


def _use_page(contract_id: UUID, form: UserForm | None = None, status: int = 200) -> Response:
    session = reading()
    found = use_page(
        session, contract_id, me(session), request.args.get("page", 1, type=int), today()
    )
    return page(
        "capacity/use.html",
        status=status,
        found=found,
        form=form or user_form(found.others, empty=True),
        grounds=grounds(),
    )


@bp.get(f"{CONTRACT}/capacity.csv")
def entries_csv(contract_id: UUID) -> ResponseReturnValue:
    """All entries as CSV."""
    contract, columns, rows = _entries(contract_id)
    return _file(csv_bytes(columns, rows), CSV, contract, "csv")


@bp.get(f"{CONTRACT}/capacity.xlsx")
def entries_xlsx(contract_id: UUID) -> ResponseReturnValue:
    """All entries as a workbook."""
    contract, columns, rows = _entries(contract_id)
    title = _("Capacity of %(contract)s", contract=contract.reference)
    return _file(sheet_bytes(title, columns, rows), XLSX, contract, "xlsx")


def _entries(contract_id: UUID) -> tuple[Contract, list[str], list[list[Cell]]]:
    session = reading()
    person = me(session)
    contract = contract_in_use(session, contract_id, person)
    language = current_language()
    columns = [
        _("Entry"),
        _("Time"),
        _("What"),
        _("Amount"),
        _("Field of training"),
        _("Call-off"),
        _("Employment office"),
        _("Who"),
        _("Why"),
    ]
    rows: list[list[Cell]] = [
        [
            row.n,
            row.at,
            status_text(f"entry_{row.kind}"),
            row.amount,
            row.field,
            row.call_off,
            name_in(row.office, language) if row.office else "",
            row.who,
            row.reason,
        ]
        for row in entry_rows(session, contract, person, None)
    ]
    return contract, columns, rows


def _file(content: bytes, mimetype: str, contract: Contract, ending: str) -> Response:
    name = f"{contract.reference.replace('/', '-')}-{_day(today())}.{ending}"
    response = Response(content, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _day(value: date) -> str:
    return value.isoformat()


@bp.post(f"{CONTRACT}/users")
def add_user(contract_id: UUID) -> ResponseReturnValue:
    """Name an office that may use the contract."""
    session = reading()
    person = me(session)
    contract_of_officer(session, contract_id, person)
    form = user_form(use_page(session, contract_id, person, 1, today()).others, empty=False)
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.add_contract_user(
                    session,
                    contract=contract_of_officer(session, contract_id, by),
                    office=named_office(session, form.office.data),
                    by=by,
                    at=now(),
                )
            message = _("The office is named. Only the offices named may call off.")
            return done(message, url_for(".use", contract_id=contract_id))
        except RuleBroken as broken:
            refuse(form, broken)
    return _use_page(contract_id, form, 422)


@bp.get(f"{CONTRACT}/users/<uuid:office_id>/remove")
def ask_remove_user(contract_id: UUID, office_id: UUID) -> ResponseReturnValue:
    """Whether it is meant."""
    return _removal(contract_id, office_id, ButtonForm(formdata=None))


@bp.post(f"{CONTRACT}/users/<uuid:office_id>/remove")
def remove_user(contract_id: UUID, office_id: UUID) -> ResponseReturnValue:
    """Let an office use the contract no more."""
    form = ButtonForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.remove_contract_user(
                    session,
                    contract=contract_of_officer(session, contract_id, by),
                    office=named_office(session, office_id),
                    by=by,
                    at=now(),
                )
            message = _("The office can no longer call off from the contract.")
            return done(message, url_for(".use", contract_id=contract_id))
        except RuleBroken as broken:
            refuse(form, broken)
    return _removal(contract_id, office_id, form, 422)


def _removal(contract_id: UUID, office_id: UUID, form: ButtonForm, status: int = 200) -> Response:
    session = reading()
    contract = contract_of_officer(session, contract_id, me(session))
    return page(
        "capacity/remove_user.html",
        status=status,
        contract=contract,
        office=named_office(session, office_id),
        form=form,
    )
