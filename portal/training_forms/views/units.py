"""The pages of qualification units."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.shared.errors import RuleBroken
from portal.training_forms import usecases
from portal.training_forms.access import organisations_of
from portal.training_forms.forms import UnitForm, new_unit_form
from portal.training_forms.queries import (
    fields_of,
    organisation_named,
    own_unit,
    units_page,
)
from portal.web.forms import ButtonForm
from portal.web.pages import done, page
from portal.web.unit import current_person, me, now, reading, transaction

bp = Blueprint("qualification_units", __name__, url_prefix="/qualification-units")


@bp.get("")
def index() -> ResponseReturnValue:
    """The units of a field."""
    found = units_page(
        reading(),
        current_person(),
        request.args.get("field"),
        request.args.get("page", 1, type=int),
    )
    return page("qualification_units/index.html", found=found)


@bp.get("/new")
def new() -> ResponseReturnValue:
    """An empty form, with the field that the reader came from."""
    return _new_page(_form(request.args.get("field")))


@bp.post("/new")
def add() -> ResponseReturnValue:
    """Add a unit."""
    form = _form(None)
    if form.validate():
        organisation_id = form.chosen_organisation(organisations_of(me(reading())))
        terms = form.terms()
        try:
            with transaction() as session:
                by = me(session)
                usecases.add_unit(
                    session,
                    organisation=organisation_named(session, by, organisation_id),
                    terms=terms,
                    by=by,
                    at=now(),
                )
            return done(_("The unit is added to the list."), url_for(".index", field=terms.field))
        except RuleBroken as broken:
            form.refuse(broken)
    return _new_page(form, 422)


def _form(field: str | None) -> UnitForm:
    session = reading()
    return new_unit_form(organisations_of(me(session)), fields_of(session).values(), field)


def _new_page(form: UnitForm, status: int = 200) -> Response:
    return page("qualification_units/new.html", status=status, form=form)


@bp.get("/<uuid:unit_id>/withdraw")
def ask_withdrawal(unit_id: UUID) -> ResponseReturnValue:
    """Whether it is meant."""
    session = reading()
    unit = own_unit(session, unit_id, me(session))
    return page("qualification_units/withdraw.html", unit=unit, form=ButtonForm(formdata=None))


@bp.post("/<uuid:unit_id>/withdraw")
def withdraw(unit_id: UUID) -> ResponseReturnValue:
    """Withdraw a unit."""
    form = ButtonForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                unit = own_unit(session, unit_id, by)
                field = unit.field
                usecases.withdraw_unit(session, unit=unit, by=by, at=now())
            return done(_("The unit is withdrawn from the list."), url_for(".index", field=field))
        except RuleBroken as broken:
            form.refuse(broken)
    session = reading()
    unit = own_unit(session, unit_id, me(session))
    return page("qualification_units/withdraw.html", status=422, unit=unit, form=form)
