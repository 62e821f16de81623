"""The officer's pages of the lots."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.procurement.forms.lots import LotForm, lot_form
from portal.procurement.forms.typed import RevisionForm
from portal.procurement.queries.advice import proposed_vat_rate
from portal.procurement.queries.drafting import Draft, lot_of
from portal.procurement.rules import CallTerms, free_key, with_lot, without_lot
from portal.procurement.views.blueprint import autosaved, bp, change, draft_of
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.web.pages import autosaving, done, page
from portal.web.unit import now


@bp.get("/<uuid:procurement_id>/lots/new")
def new_lot(procurement_id: UUID) -> ResponseReturnValue:
    """An empty form."""
    draft = draft_of(procurement_id)
    vat_rate = proposed_vat_rate(day_in_helsinki(now()))
    return _lot_page(draft, lot_form(draft.revision, vat_rate=vat_rate))


@bp.post("/<uuid:procurement_id>/lots/new")
def add_lot(procurement_id: UUID) -> ResponseReturnValue:
    """Add a lot to the draft."""
    form = lot_form(draft_of(procurement_id).revision)

    def changed(call: CallTerms) -> CallTerms:
        return with_lot(call, form.lot(free_key("lot", (lot.key for lot in call.lots))))

    if form.validate():
        try:
            change(procurement_id, form, changed)
            return done(_("The lot is added."), _lots(procurement_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _lot_page(draft_of(procurement_id), form, status=422)


@bp.get("/<uuid:procurement_id>/lots/<lot_key>/edit")
def edit_lot(procurement_id: UUID, lot_key: str) -> ResponseReturnValue:
    """A lot of the draft."""
    draft = draft_of(procurement_id)
    return _lot_page(draft, lot_form(draft.revision, draft.lot(lot_key)), lot_key)


@bp.post("/<uuid:procurement_id>/lots/<lot_key>/edit")
def save_lot(procurement_id: UUID, lot_key: str) -> ResponseReturnValue:
    """Keep a lot of the draft."""
    draft = draft_of(procurement_id)
    form = lot_form(draft.revision, draft.lot(lot_key))

    def changed(call: CallTerms) -> CallTerms:
        return with_lot(call, form.lot(lot_key, lot_of(call, lot_key)))

    if autosaving():
        return autosaved(
            procurement_id,
            form,
            changed,
            lambda status=200, save_state="": _lot_page(
                draft_of(procurement_id), form, lot_key, status, save_state
            ),
        )
    if form.validate():
        try:
            change(procurement_id, form, changed)
            return done(_("The lot is saved."), _lots(procurement_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _lot_page(draft_of(procurement_id), form, lot_key, 422)


def _lots(procurement_id: UUID) -> str:
    return url_for(".show", procurement_id=procurement_id, _anchor="lots")


def _lot_page(
    draft: Draft,
    form: LotForm,
    lot_key: str | None = None,
    status: int = 200,
    save_state: str = "",
) -> Response:
    return page(
        "procurement/lot.html",
        status=status,
        draft=draft,
        lot=None if lot_key is None else draft.lot(lot_key),
        form=form,
        save_state=save_state,
        at=now(),
    )


@bp.get("/<uuid:procurement_id>/lots/<lot_key>/remove")
def ask_removal(procurement_id: UUID, lot_key: str) -> ResponseReturnValue:
    """Whether the lot is really to go."""
    draft = draft_of(procurement_id)
    return _removal_page(draft, lot_key, RevisionForm(data={"revision": draft.revision}))


@bp.post("/<uuid:procurement_id>/lots/<lot_key>/remove")
def remove_lot(procurement_id: UUID, lot_key: str) -> ResponseReturnValue:
    """Take a lot out of the draft."""
    draft_of(procurement_id).lot(lot_key)
    form = RevisionForm()
    if form.validate():
        try:
            change(procurement_id, form, lambda call: without_lot(call, lot_key))
            return done(_("The lot is removed."), _lots(procurement_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _removal_page(draft_of(procurement_id), lot_key, form, 422)


def _removal_page(draft: Draft, lot_key: str, form: RevisionForm, status: int = 200) -> Response:
    lot = draft.lot(lot_key)
    return page("procurement/remove_lot.html", status=status, draft=draft, lot=lot, form=form)
