"""The officer's page of the award criteria and their weights."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.procurement.forms.criteria import CriteriaForm, SetForm, criteria_form, set_form
from portal.procurement.queries.drafting import CriteriaPage, criteria_page, set_terms
from portal.procurement.rules import CallTerms
from portal.procurement.views.blueprint import bp, change
from portal.shared.errors import RuleBroken
from portal.web.pages import done, page
from portal.web.unit import me, reading


@bp.get("/<uuid:procurement_id>/criteria")
def criteria(procurement_id: UUID) -> ResponseReturnValue:
    """The criteria that may be chosen, and the weights together."""
    found = _found(procurement_id)
    return _page(found, criteria_form(found), set_form(found), found.total)


@bp.post("/<uuid:procurement_id>/criteria")
def save_criteria(procurement_id: UUID) -> ResponseReturnValue:
    """Keep the weights; they may add up to 100 later."""
    form = criteria_form(_found(procurement_id))
    if form.validate():
        try:
            change(procurement_id, form, form.call)
            return done(
                _("The criteria are saved."), url_for(".criteria", procurement_id=procurement_id)
            )
        except RuleBroken as broken:
            form.refuse(broken)
    found = _found(procurement_id)
    return _page(found, form, set_form(found), form.total(), 422)


@bp.post("/<uuid:procurement_id>/criteria/set")
def use_set(procurement_id: UUID) -> ResponseReturnValue:
    """Take over what a set of the bank proposes; the call's own criteria stay."""
    found = _found(procurement_id)
    form = set_form(found)

    def changed(call: CallTerms) -> CallTerms:
        price_weight, chosen = set_terms(form.criteria_set.data)
        own = tuple(criterion for criterion in call.criteria if criterion.question is not None)
        return replace(call, price_weight=price_weight, criteria=(*chosen, *own))

    if form.validate():
        try:
            change(procurement_id, form, changed)
            return done(
                _("The criteria of the set are chosen. Change the weights as you need."),
                url_for(".criteria", procurement_id=procurement_id),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    found = _found(procurement_id)
    return _page(found, criteria_form(found, typed=False), form, found.total, 422)


def _found(procurement_id: UUID) -> CriteriaPage:
    session = reading()
    return criteria_page(session, procurement_id, me(session))


def _page(
    found: CriteriaPage, form: CriteriaForm, sets: SetForm, total: Decimal, status: int = 200
) -> Response:
    return page(
        "procurement/criteria.html",
        status=status,
        found=found,
        form=form,
        set_form=sets,
        total=total,
    )
