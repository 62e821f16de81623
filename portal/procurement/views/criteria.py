"""The officer's page of the award criteria and their weights."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.procurement.forms.criteria import (
    FREE,
    CriteriaForm,
    SetForm,
    criteria_form,
    own_title,
    set_form,
)
from portal.procurement.queries.drafting import CriteriaPage, criteria_page, following
from portal.procurement.rules import CallTerms
from portal.procurement.views.blueprint import autosaved, bp, change
from portal.shared.errors import RuleBroken
from portal.web.pages import autosaving, done, page
from portal.web.unit import me, now, reading


@bp.get("/<uuid:procurement_id>/criteria")
def criteria(procurement_id: UUID) -> ResponseReturnValue:
    """The criteria that may be chosen, and the weights together."""
    found = _found(procurement_id)
    return _page(found, criteria_form(found), set_form(found), found.total)


@bp.post("/<uuid:procurement_id>/criteria")
def save_criteria(procurement_id: UUID) -> ResponseReturnValue:
    """Keep the weights; they may add up to 100 later."""
    form = criteria_form(_found(procurement_id))

    def shown(status: int = 200, save_state: str = "") -> Response:
        found = _found(procurement_id)
        return _page(found, form, set_form(found), form.total(), status, save_state)

    if autosaving():
        return autosaved(procurement_id, form, form.call, shown)
    if form.validate():
        try:
            change(procurement_id, form, form.call)
            return done(
                _("The criteria are saved."), url_for(".criteria", procurement_id=procurement_id)
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return shown(422)


@bp.post("/<uuid:procurement_id>/criteria/set")
def use_set(procurement_id: UUID) -> ResponseReturnValue:
    """Take over what a set of the bank proposes, or let go of it; the call's own stay."""
    found = _found(procurement_id)
    form = set_form(found)

    def changed(call: CallTerms) -> CallTerms:
        if form.criteria_set.data == FREE:
            return replace(call, criteria_set=None)
        return following(call, form.criteria_set.data)

    if form.validate():
        try:
            change(procurement_id, form, changed)
            if form.criteria_set.data == FREE:
                told = _("The call follows no set now. Its criteria are as they were.")
            else:
                told = _("The criteria of the set are chosen. Change the weights as you need.")
            return done(told, url_for(".criteria", procurement_id=procurement_id))
        except RuleBroken as broken:
            form.refuse(broken)
    found = _found(procurement_id)
    return _page(found, criteria_form(found, typed=False), form, found.total, 422)


def _found(procurement_id: UUID) -> CriteriaPage:
    session = reading()
    return criteria_page(session, procurement_id, me(session), now())


def _page(
    found: CriteriaPage,
    form: CriteriaForm,
    sets: SetForm,
    total: Decimal,
    status: int = 200,
    save_state: str = "",
) -> Response:
    return page(
        "procurement/criteria.html",
        status=status,
        found=found,
        form=form,
        set_form=sets,
        total=total,
        save_state=save_state,
        at=now(),
        own=[(criterion, own_title(criterion)) for criterion in found.draft.call.own_criteria],
    )
