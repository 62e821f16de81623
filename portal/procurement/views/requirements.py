"""The officer's pages of what suitability asks."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.procurement.forms.requirements import RequirementForm, requirement_form
from portal.procurement.forms.typed import RevisionForm
from portal.procurement.queries.drafting import Draft
from portal.procurement.rules import (
    CallTerms,
    RequirementTerms,
    free_key,
    with_requirement,
    without_requirement,
)
from portal.procurement.views.blueprint import autosaved, bp, change, draft_of
from portal.shared.errors import RuleBroken
from portal.web.pages import autosaving, done, page
from portal.web.unit import now

REQUIREMENTS = "/<uuid:procurement_id>/requirements"
STEM = "requirement"


@bp.get(f"{REQUIREMENTS}/new")
def new_requirement(procurement_id: UUID) -> ResponseReturnValue:
    """An empty form."""
    draft = draft_of(procurement_id)
    return _requirement_page(draft, requirement_form(draft.revision))


@bp.post(f"{REQUIREMENTS}/new")
def add_requirement(procurement_id: UUID) -> ResponseReturnValue:
    """Add a requirement to the draft."""
    form = requirement_form(draft_of(procurement_id).revision)

    def changed(call: CallTerms) -> CallTerms:
        key = free_key(STEM, (requirement.key for requirement in call.requirements))
        return with_requirement(call, form.requirement(key))

    if form.validate():
        try:
            change(procurement_id, form, changed)
            return done(_("The requirement is added."), _suitability(procurement_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _requirement_page(draft_of(procurement_id), form, status=422)


@bp.get(f"{REQUIREMENTS}/<key>/edit")
def edit_requirement(procurement_id: UUID, key: str) -> ResponseReturnValue:
    """A requirement of the draft."""
    draft = draft_of(procurement_id)
    requirement = draft.requirement(key)
    return _requirement_page(draft, requirement_form(draft.revision, requirement), requirement)


@bp.post(f"{REQUIREMENTS}/<key>/edit")
def save_requirement(procurement_id: UUID, key: str) -> ResponseReturnValue:
    """Keep a requirement of the draft."""
    draft = draft_of(procurement_id)
    requirement = draft.requirement(key)
    form = requirement_form(draft.revision, requirement)

    def changed(call: CallTerms) -> CallTerms:
        return with_requirement(call, form.requirement(key))

    if autosaving():
        return autosaved(
            procurement_id,
            form,
            changed,
            lambda status=200, save_state="": _requirement_page(
                draft_of(procurement_id), form, requirement, status, save_state
            ),
        )
    if form.validate():
        try:
            change(procurement_id, form, changed)
            return done(_("The requirement is saved."), _suitability(procurement_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _requirement_page(draft_of(procurement_id), form, requirement, 422)


@bp.get(f"{REQUIREMENTS}/<key>/remove")
def ask_requirement_removal(procurement_id: UUID, key: str) -> ResponseReturnValue:
    """Whether the requirement is really to go."""
    draft = draft_of(procurement_id)
    return _removal_page(draft, key, RevisionForm(data={"revision": draft.revision}))


@bp.post(f"{REQUIREMENTS}/<key>/remove")
def remove_requirement(procurement_id: UUID, key: str) -> ResponseReturnValue:
    """Take a requirement out of the draft."""
    draft_of(procurement_id).requirement(key)
    form = RevisionForm()
    if form.validate():
        try:
            change(procurement_id, form, lambda call: without_requirement(call, key))
            return done(_("The requirement is removed."), _suitability(procurement_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _removal_page(draft_of(procurement_id), key, form, 422)


def _suitability(procurement_id: UUID) -> str:
    return url_for(".show", procurement_id=procurement_id, _anchor="suitability")


def _requirement_page(
    draft: Draft,
    form: RequirementForm,
    requirement: RequirementTerms | None = None,
    status: int = 200,
    save_state: str = "",
) -> Response:
    return page(
        "procurement/requirement.html",
        status=status,
        draft=draft,
        requirement=requirement,
        form=form,
        save_state=save_state,
        at=now(),
    )


def _removal_page(draft: Draft, key: str, form: RevisionForm, status: int = 200) -> Response:
    return page(
        "procurement/remove_requirement.html",
        status=status,
        draft=draft,
        requirement=draft.requirement(key),
        form=form,
    )
