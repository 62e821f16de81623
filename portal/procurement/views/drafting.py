"""The officer's pages of the whole draft: beginning, editing, publishing; appointing evaluators."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.procurement import usecases
from portal.procurement.forms.acts import AppointForm, appoint_form
from portal.procurement.forms.basics import BasicsForm, basics_form, new_form
from portal.procurement.queries.drafting import (
    buyer_named,
    buyers_of,
    evaluator_named,
    evaluators_page,
    officers_procurement,
    publish_page,
)
from portal.procurement.views.blueprint import autosaved, bp, change, draft_of
from portal.shared.errors import RuleBroken
from portal.web.forms import ButtonForm
from portal.web.pages import autosaving, done, page
from portal.web.unit import me, now, reading, transaction


@bp.get("/new")
def new() -> ResponseReturnValue:
    """An empty form."""
    return _new_page(new_form(buyers_of(me(reading()))))


@bp.post("/new")
def draft() -> ResponseReturnValue:
    """Begin a procurement."""
    buyers = buyers_of(me(reading()))
    form = new_form(buyers)
    if form.validate():
        buyer_id = form.chosen_buyer(buyers)
        try:
            with transaction() as session:
                by = me(session)
                procurement = usecases.draft_procurement(
                    session,
                    buyer=buyer_named(session, by, buyer_id),
                    call=form.call(),
                    by=by,
                    at=now(),
                )
                procurement_id = procurement.id
            return done(
                _("The draft is saved. Go on with its other parts."),
                url_for(".show", procurement_id=procurement_id),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _new_page(form, 422)


def _new_page(form: BasicsForm, status: int = 200) -> Response:
    return page("procurement/new.html", status=status, form=form)


@bp.get("/<uuid:procurement_id>/edit")
def edit(procurement_id: UUID) -> ResponseReturnValue:
    """The basic facts of a draft."""
    found = draft_of(procurement_id)
    return _edit_page(procurement_id, basics_form(found.call, found.revision))


@bp.post("/<uuid:procurement_id>/edit")
def save(procurement_id: UUID) -> ResponseReturnValue:
    """Keep the basic facts of a draft."""
    found = draft_of(procurement_id)
    form = basics_form(found.call, found.revision)
    if autosaving():
        return autosaved(procurement_id, form, form.call, partial(_edit_page, procurement_id, form))
    if form.validate():
        try:
            change(procurement_id, form, form.call)
            return done(_("The draft is saved."), url_for(".show", procurement_id=procurement_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _edit_page(procurement_id, form, 422)


def _edit_page(
    procurement_id: UUID, form: BasicsForm, status: int = 200, save_state: str = ""
) -> Response:
    return page(
        "procurement/edit.html",
        status=status,
        draft=draft_of(procurement_id),
        form=form,
        save_state=save_state,
        at=now(),
    )


@bp.get("/<uuid:procurement_id>/publish")
def check(procurement_id: UUID) -> ResponseReturnValue:
    """What is still missing, or the button."""
    return _publish_page(procurement_id, ButtonForm(formdata=None))


@bp.post("/<uuid:procurement_id>/publish")
def publish(procurement_id: UUID) -> ResponseReturnValue:
    """Freeze the call and open it for offers."""
    form = ButtonForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.publish(
                    session,
                    procurement=officers_procurement(session, procurement_id, by),
                    by=by,
                    at=now(),
                )
            return done(
                _("The call is published."), url_for(".show", procurement_id=procurement_id)
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _publish_page(procurement_id, form, 422)


def _publish_page(procurement_id: UUID, form: ButtonForm, status: int = 200) -> Response:
    session = reading()
    found = publish_page(session, procurement_id, me(session), now())
    return page("procurement/publish.html", status=status, found=found, form=form)


@bp.get("/<uuid:procurement_id>/evaluators")
def evaluators(procurement_id: UUID) -> ResponseReturnValue:
    """Who has been appointed, and a choice of who else could be."""
    session = reading()
    found = evaluators_page(session, procurement_id, me(session))
    return page("procurement/evaluators.html", found=found, form=appoint_form(found))


@bp.post("/<uuid:procurement_id>/evaluators")
def appoint(procurement_id: UUID) -> ResponseReturnValue:
    """Appoint an evaluator."""
    session = reading()
    form = appoint_form(evaluators_page(session, procurement_id, me(session)))
    if form.validate():
        try:
            _appoint(procurement_id, form)
            return done(
                _("The evaluator is appointed."),
                url_for(".evaluators", procurement_id=procurement_id),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    session = reading()
    found = evaluators_page(session, procurement_id, me(session))
    return page("procurement/evaluators.html", status=422, found=found, form=form)


def _appoint(procurement_id: UUID, form: AppointForm) -> None:
    with transaction() as session:
        by = me(session)
        usecases.appoint_evaluator(
            session,
            procurement=officers_procurement(session, procurement_id, by),
            evaluator=evaluator_named(session, UUID(form.evaluator.data)),
            by=by,
            at=now(),
        )
