"""Calling off in two steps, or one like an earlier one at once."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.capacity import usecases
from portal.capacity.access import facts_for_form
from portal.capacity.choices import FormChoice, forms_offered
from portal.capacity.forms import (
    CallOffForm,
    CopyForm,
    call_off_form,
    chosen_template,
    split_units,
)
from portal.capacity.queries.calling import Calling, calling_page, office_named, usable_contracts
from portal.capacity.queries.shown import call_off_of
from portal.capacity.rules import drawn
from portal.capacity.views.blueprint import CALL_OFF, CONTRACT, bp
from portal.capacity.views.call_offs import call_off_answer
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.training_forms.queries import form_of, forms_of
from portal.training_forms.rules import called_off
from portal.training_forms.words import stop_text
from portal.web.forms import refuse
from portal.web.pages import done, not_found_unless, page
from portal.web.unit import me, now, reading, transaction


@bp.get("/call-offs/new")
def new() -> ResponseReturnValue:
    """The first step: from which contract, by which template."""
    session = reading()
    return page(
        "capacity/choose.html",
        contracts=usable_contracts(session, me(session)),
        forms=list(forms_offered(forms_of(session)).values()),
    )


@bp.get(f"{CONTRACT}/call-off/<form_key>")
def ask_call_off(contract_id: UUID, form_key: str) -> ResponseReturnValue:
    """The second step: how much, for whom, what for."""
    template = not_found_unless(chosen_template(form_key))
    session = reading()
    calling = calling_page(session, contract_id, me(session))
    return _page(calling, template, call_off_form(calling, template, empty=True))


@bp.post(f"{CONTRACT}/call-off/<form_key>")
def call_off(contract_id: UUID, form_key: str) -> ResponseReturnValue:
    """Call off, or show first what would be left."""
    template = not_found_unless(chosen_template(form_key))
    session = reading()
    calling = calling_page(session, contract_id, me(session))
    form = call_off_form(calling, template, empty=False)
    if not form.validate():
        return _page(calling, template, form, status=422)
    if "check" in request.form:
        return _page(calling, template, form, checked=_amount(calling, form))
    try:
        with transaction() as session:
            by = me(session)
            calling = calling_page(session, contract_id, by)
            only = calling.offices[0].id if calling.offices else "buyer"
            called = usecases.call_off(
                session,
                key=form.once.key(),
                contract=calling.contract,
                office=office_named(calling, form.office.data if form.office else str(only)),
                form=template.key,
                **form.terms(),
                by=by,
                at=now(),
            )
            key = called.id
        return _made(key)
    except RuleBroken as broken:
        refuse(form, broken)
    session = reading()
    return _page(calling_page(session, contract_id, me(session)), template, form, status=422)


def _made(key: UUID) -> Response:
    message = _("The call-off has been made. The provider has been asked to confirm it.")
    return done(message, url_for(".show", call_off_id=key))


def _amount(calling: Calling, form: CallOffForm) -> Decimal:
    terms = form.terms()
    return drawn(calling.lot.unit, terms["workdays"], terms["places"])


def _page(
    calling: Calling,
    template: FormChoice,
    form: CallOffForm,
    *,
    checked: Decimal | None = None,
    status: int = 200,
) -> Response:
    return page(
        "capacity/call_off.html",
        status=status,
        calling=calling,
        choice=template,
        form=form,
        checked=checked,
        left=None if checked is None else calling.balance.remaining - checked,
        warnings=[] if checked is None else _warnings(calling, template, form),
    )


def _warnings(calling: Calling, template: FormChoice, form: CallOffForm) -> list[str]:
    """What the rules of the form of training say of it, in the reader's words."""
    terms = form.terms()
    facts = facts_for_form(
        calling.lot,
        day_in_helsinki(now()),
        terms["field"],
        terms["workdays"],
        terms["places"],
        terms["workplaces_confirmed"],
        terms["units"],
    )
    return [stop_text(stop) for stop in called_off(form_of(reading(), template.key), facts)]


@bp.post(f"{CALL_OFF}/copy")
def copy(call_off_id: UUID) -> ResponseReturnValue:
    """Call off the same again, for the next unit."""
    form = CopyForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                earlier = call_off_of(session, call_off_id, by)
                again = usecases.as_before(earlier)
                again["units"] = split_units(form.copied_units.data)
                called = usecases.call_off(session, key=form.once.key(), **again, by=by, at=now())
                key = called.id
            return _made(key)
        except RuleBroken as broken:
            refuse(form, broken)
    return call_off_answer(call_off_id, copying=form, status=422)
