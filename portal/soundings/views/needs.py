"""The pages of needs."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.shared.errors import RuleBroken
from portal.soundings import usecases
from portal.soundings.access import offices_of
from portal.soundings.forms.needs import NeedForm, need_form, new_need_form
from portal.soundings.queries.needs import (
    known_places,
    need_to_change,
    needs_page,
    office_named,
    own_need,
)
from portal.web.filters import add_status_texts
from portal.web.forms import ButtonForm
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, transaction

bp = Blueprint("needs", __name__, url_prefix="/needs")

add_status_texts(
    {
        "need_open": _l("Open need"),
        "need_used": _l("Used in a sounding"),
        "need_withdrawn": _l("Taken back"),
    }
)


@bp.get("")
def index() -> ResponseReturnValue:
    """The needs that the reader may see, and their sums."""
    session = reading()
    found = needs_page(
        session,
        me(session),
        request.args.get("state"),
        request.args.get("page", 1, type=int),
        request.args.get("sort"),
    )
    return page("needs/index.html", found=found)


@bp.get("/new")
def new() -> ResponseReturnValue:
    """An empty form."""
    return _new_page(new_need_form(offices_of(me(reading()))))


@bp.post("/new")
def record() -> ResponseReturnValue:
    """Record a need."""
    offices = offices_of(me(reading()))
    form = new_need_form(offices)
    if form.validate():
        office_id = form.chosen_office(offices)
        try:
            with transaction() as session:
                by = me(session)
                usecases.record_need(
                    session,
                    office=office_named(session, by, office_id),
                    terms=form.terms(),
                    by=by,
                    at=now(),
                )
            return done(_("The need is recorded. The buyers can see it."), url_for(".index"))
        except RuleBroken as broken:
            form.refuse(broken)
    return _new_page(form, 422)


def _new_page(form: NeedForm, status: int = 200) -> Response:
    return page("needs/new.html", status=status, form=form, known=known_places(reading()))


@bp.get("/<uuid:need_id>/edit")
def edit(need_id: UUID) -> ResponseReturnValue:
    """A need as it stands."""
    session = reading()
    need = need_to_change(session, need_id, me(session))
    return _edit_page(need_id, need_form(need))


@bp.post("/<uuid:need_id>/edit")
def save(need_id: UUID) -> ResponseReturnValue:
    """Keep what a need says now."""
    session = reading()
    form = need_form(own_need(session, need_id, me(session)))
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.change_need(
                    session,
                    need=own_need(session, need_id, by),
                    terms=form.terms(),
                    by=by,
                    at=now(),
                    revision=form.revision.data,
                )
            return done(_("The need is changed."), url_for(".index"))
        except RuleBroken as broken:
            form.refuse(broken)
    return _edit_page(need_id, form, 422)


def _edit_page(need_id: UUID, form: NeedForm, status: int = 200) -> Response:
    return page(
        "needs/edit.html",
        status=status,
        need_id=need_id,
        form=form,
        known=known_places(reading()),
    )


@bp.get("/<uuid:need_id>/withdraw")
def ask_withdrawal(need_id: UUID) -> ResponseReturnValue:
    """Whether it is meant."""
    session = reading()
    need = need_to_change(session, need_id, me(session))
    return page("needs/withdraw.html", need=need, form=ButtonForm(formdata=None))


@bp.post("/<uuid:need_id>/withdraw")
def withdraw(need_id: UUID) -> ResponseReturnValue:
    """Take a need back."""
    form = ButtonForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.withdraw_need(
                    session, need=own_need(session, need_id, by), by=by, at=now()
                )
            return done(_("The need is taken back."), url_for(".index"))
        except RuleBroken as broken:
            form.refuse(broken)
    session = reading()
    need = own_need(session, need_id, me(session))
    return page("needs/withdraw.html", status=422, need=need, form=form)
