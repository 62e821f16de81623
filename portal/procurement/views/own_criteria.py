"""The officer's pages of a criterion of the call's own."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.procurement.forms.criteria import own_title
from portal.procurement.forms.own_criterion import OwnCriterionForm, own_criterion_form
from portal.procurement.forms.typed import RevisionForm
from portal.procurement.queries.drafting import Draft
from portal.procurement.rules import (
    CallTerms,
    CriterionTerms,
    free_key,
    with_criterion,
    without_criterion,
)
from portal.procurement.views.blueprint import autosaved, bp, change, draft_of
from portal.shared.errors import RuleBroken
from portal.web.pages import autosaving, done, not_found_unless, page
from portal.web.unit import now

OWN = "/<uuid:procurement_id>/criteria/own"
STEM = "own"


@bp.get(f"{OWN}/new")
def new_criterion(procurement_id: UUID) -> ResponseReturnValue:
    """An empty form."""
    draft = draft_of(procurement_id)
    return _own_page(draft, own_criterion_form(draft.call.scale_top, draft.revision))


@bp.post(f"{OWN}/new")
def add_criterion(procurement_id: UUID) -> ResponseReturnValue:
    """Add a criterion of the call's own."""
    draft = draft_of(procurement_id)
    form = own_criterion_form(draft.call.scale_top, draft.revision)

    def changed(call: CallTerms) -> CallTerms:
        key = free_key(STEM, (criterion.key for criterion in call.criteria))
        return with_criterion(call, form.criterion(key))

    if form.validate():
        try:
            change(procurement_id, form, changed)
            return done(_("The criterion is added."), _criteria(procurement_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _own_page(draft_of(procurement_id), form, status=422)


@bp.get(f"{OWN}/<key>/edit")
def edit_criterion(procurement_id: UUID, key: str) -> ResponseReturnValue:
    """A criterion of the draft's own."""
    draft = draft_of(procurement_id)
    criterion = _own(draft, key)
    form = own_criterion_form(draft.call.scale_top, draft.revision, criterion)
    return _own_page(draft, form, criterion)


@bp.post(f"{OWN}/<key>/edit")
def save_criterion(procurement_id: UUID, key: str) -> ResponseReturnValue:
    """Keep a criterion of the draft's own."""
    draft = draft_of(procurement_id)
    criterion = _own(draft, key)
    form = own_criterion_form(draft.call.scale_top, draft.revision, criterion)

    def changed(call: CallTerms) -> CallTerms:
        return with_criterion(call, form.criterion(key))

    if autosaving():
        return autosaved(
            procurement_id,
            form,
            changed,
            lambda status=200, save_state="": _own_page(
                draft_of(procurement_id), form, criterion, status, save_state
            ),
        )
    if form.validate():
        try:
            change(procurement_id, form, changed)
            return done(_("The criterion is saved."), _criteria(procurement_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _own_page(draft_of(procurement_id), form, criterion, 422)


@bp.get(f"{OWN}/<key>/remove")
def ask_criterion_removal(procurement_id: UUID, key: str) -> ResponseReturnValue:
    """Whether the criterion is really to go."""
    draft = draft_of(procurement_id)
    return _removal_page(draft, key, RevisionForm(data={"revision": draft.revision}))


@bp.post(f"{OWN}/<key>/remove")
def remove_criterion(procurement_id: UUID, key: str) -> ResponseReturnValue:
    """Take a criterion of the call's own out of the draft."""
    _own(draft_of(procurement_id), key)
    form = RevisionForm()
    if form.validate():
        try:
            change(procurement_id, form, lambda call: without_criterion(call, key))
            return done(_("The criterion is removed."), _criteria(procurement_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _removal_page(draft_of(procurement_id), key, form, 422)


def _own(draft: Draft, key: str) -> CriterionTerms:
    return not_found_unless(draft.call.own_criterion(key))


def _criteria(procurement_id: UUID) -> str:
    return url_for(".criteria", procurement_id=procurement_id)


def _own_page(
    draft: Draft,
    form: OwnCriterionForm,
    criterion: CriterionTerms | None = None,
    status: int = 200,
    save_state: str = "",
) -> Response:
    return page(
        "procurement/own_criterion.html",
        status=status,
        draft=draft,
        criterion=criterion,
        form=form,
        save_state=save_state,
        at=now(),
    )


def _removal_page(draft: Draft, key: str, form: RevisionForm, status: int = 200) -> Response:
    criterion = _own(draft, key)
    return page(
        "procurement/remove_criterion.html",
        status=status,
        draft=draft,
        criterion=criterion,
        title=own_title(criterion),
        form=form,
    )
