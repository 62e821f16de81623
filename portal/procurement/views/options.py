"""The officer's pages of a lot's option clauses."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.procurement.forms.options import OptionForm, option_form
from portal.procurement.forms.typed import RevisionForm
from portal.procurement.queries.drafting import Draft, lot_of, option_of
from portal.procurement.rules import CallTerms, free_key, with_lot, with_option, without_option
from portal.procurement.views.blueprint import autosaved, bp, change, draft_of
from portal.shared.errors import RuleBroken
from portal.web.pages import autosaving, done, page
from portal.web.unit import now

OPTIONS = "/<uuid:procurement_id>/lots/<lot_key>/options"


@bp.get(f"{OPTIONS}/new")
def new_option(procurement_id: UUID, lot_key: str) -> ResponseReturnValue:
    """An empty form."""
    draft = draft_of(procurement_id)
    return _option_page(draft, lot_key, option_form(draft.revision))


@bp.post(f"{OPTIONS}/new")
def add_option(procurement_id: UUID, lot_key: str) -> ResponseReturnValue:
    """Add an option clause to a lot."""
    draft = draft_of(procurement_id)
    draft.lot(lot_key)
    form = option_form(draft.revision)

    def changed(call: CallTerms) -> CallTerms:
        lot = lot_of(call, lot_key)
        key = free_key("option", (option.key for option in lot.options))
        return with_lot(call, with_option(lot, form.option(key)))

    if form.validate():
        try:
            change(procurement_id, form, changed)
            return done(_("The option is added."), _lots(procurement_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _option_page(draft_of(procurement_id), lot_key, form, status=422)


@bp.get(f"{OPTIONS}/<option_key>/edit")
def edit_option(procurement_id: UUID, lot_key: str, option_key: str) -> ResponseReturnValue:
    """An option clause of the draft."""
    draft = draft_of(procurement_id)
    option = option_of(draft.lot(lot_key), option_key)
    return _option_page(draft, lot_key, option_form(draft.revision, option), option_key)


@bp.post(f"{OPTIONS}/<option_key>/edit")
def save_option(procurement_id: UUID, lot_key: str, option_key: str) -> ResponseReturnValue:
    """Keep an option clause."""
    draft = draft_of(procurement_id)
    form = option_form(draft.revision, option_of(draft.lot(lot_key), option_key))

    def changed(call: CallTerms) -> CallTerms:
        lot = lot_of(call, lot_key)
        option_of(lot, option_key)
        return with_lot(call, with_option(lot, form.option(option_key)))

    if autosaving():
        return autosaved(
            procurement_id,
            form,
            changed,
            lambda status=200, save_state="": _option_page(
                draft_of(procurement_id), lot_key, form, option_key, status, save_state
            ),
        )
    if form.validate():
        try:
            change(procurement_id, form, changed)
            return done(_("The option is saved."), _lots(procurement_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _option_page(draft_of(procurement_id), lot_key, form, option_key, 422)


def _lots(procurement_id: UUID) -> str:
    return url_for(".show", procurement_id=procurement_id, _anchor="lots")


def _option_page(
    draft: Draft,
    lot_key: str,
    form: OptionForm,
    option_key: str | None = None,
    status: int = 200,
    save_state: str = "",
) -> Response:
    lot = draft.lot(lot_key)
    return page(
        "procurement/option.html",
        status=status,
        draft=draft,
        lot=lot,
        option=None if option_key is None else option_of(lot, option_key),
        form=form,
        save_state=save_state,
        at=now(),
    )


@bp.get(f"{OPTIONS}/<option_key>/remove")
def ask_option_removal(procurement_id: UUID, lot_key: str, option_key: str) -> ResponseReturnValue:
    """Whether the option is really to go."""
    draft = draft_of(procurement_id)
    form = RevisionForm(data={"revision": draft.revision})
    return _removal_page(draft, lot_key, option_key, form)


@bp.post(f"{OPTIONS}/<option_key>/remove")
def remove_option(procurement_id: UUID, lot_key: str, option_key: str) -> ResponseReturnValue:
    """Take an option clause out of a lot."""
    option_of(draft_of(procurement_id).lot(lot_key), option_key)
    form = RevisionForm()
    if form.validate():
        try:
            change(
                procurement_id,
                form,
                lambda call: with_lot(call, without_option(lot_of(call, lot_key), option_key)),
            )
            return done(_("The option is removed."), _lots(procurement_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _removal_page(draft_of(procurement_id), lot_key, option_key, form, 422)


def _removal_page(
    draft: Draft, lot_key: str, option_key: str, form: RevisionForm, status: int = 200
) -> Response:
    lot = draft.lot(lot_key)
    option = option_of(lot, option_key)
    return page(
        "procurement/remove_option.html",
        status=status,
        draft=draft,
        lot=lot,
        option=option,
        form=form,
    )
