"""The pages of soundings."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.shared.errors import RuleBroken
from portal.soundings import usecases
from portal.soundings.access import buyers_of, providers_of
from portal.soundings.forms.soundings import (
    AnswerForm,
    SoundingForm,
    answer_form,
    new_sounding_form,
    sounding_form,
)
from portal.soundings.queries.needs import need_sums, open_needs_of
from portal.soundings.queries.soundings import (
    SoundingPage,
    answering_provider,
    sounders_sounding,
    sounding_buyer,
    sounding_draft,
    sounding_page,
    soundings_page,
    visible_sounding,
)
from portal.web.filters import add_status_texts
from portal.web.forms import ButtonForm
from portal.web.pages import done, page
from portal.web.unit import current_person, me, now, reading, transaction

bp = Blueprint("soundings", __name__, url_prefix="/soundings")

add_status_texts(
    {
        "open_for_comments": _l("Open for answers"),
        "closed_for_comments": _l("Closed for answers"),
    }
)


@bp.get("")
def index() -> ResponseReturnValue:
    """Published soundings for everybody, and the buyer's own drafts."""
    found = soundings_page(
        reading(),
        current_person(),
        now(),
        request.args.get("state"),
        request.args.get("page", 1, type=int),
        request.args.get("sort"),
    )
    return page("soundings/index.html", found=found)


@bp.get("/<uuid:sounding_id>")
def show(sounding_id: UUID) -> ResponseReturnValue:
    """The sounding and what the market says."""
    found = _found(sounding_id)
    form = None
    if found.answers_as:
        form = answer_form(found.answers_as, found.own_answer(found.answers_as[0].id))
    return _show(found, form)


def _found(sounding_id: UUID) -> SoundingPage:
    return sounding_page(reading(), sounding_id, current_person(), now())


def _show(found: SoundingPage, form: AnswerForm | None, status: int = 200) -> Response:
    return page("soundings/show.html", status=status, found=found, form=form)


@bp.post("/<uuid:sounding_id>/answers")
def answer(sounding_id: UUID) -> ResponseReturnValue:
    """Tell whether the provider would bid."""
    providers = providers_of(me(reading()))
    form = answer_form(providers, None)
    if form.validate():
        provider_id = form.chosen_provider(providers)
        try:
            with transaction() as session:
                by = me(session)
                usecases.answer_sounding(
                    session,
                    sounding=visible_sounding(session, sounding_id, by),
                    provider=answering_provider(session, by, provider_id),
                    answer=form.answer(),
                    by=by,
                    at=now(),
                )
            return done(
                _("The answer is published with the name of the provider."),
                url_for(".show", sounding_id=sounding_id, _anchor="answers"),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _show(_found(sounding_id), form, 422)


@bp.get("/new")
def new() -> ResponseReturnValue:
    """An empty form."""
    session = reading()
    return _new_page(new_sounding_form(buyers_of(me(session)), need_sums(session)))


@bp.post("/new")
def draft() -> ResponseReturnValue:
    """Begin a sounding."""
    session = reading()
    buyers = buyers_of(me(session))
    form = new_sounding_form(buyers, need_sums(session))
    if form.validate():
        buyer_id = form.chosen_buyer(buyers)
        try:
            with transaction() as session:
                by = me(session)
                sounding = usecases.draft_sounding(
                    session,
                    buyer=sounding_buyer(session, by, buyer_id),
                    terms=form.terms(),
                    needs=open_needs_of(session, form.places()),
                    by=by,
                    at=now(),
                )
                sounding_id = sounding.id
            return done(_("The draft is saved."), url_for(".show", sounding_id=sounding_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _new_page(form, 422)


def _new_page(form: SoundingForm, status: int = 200) -> Response:
    return page("soundings/new.html", status=status, form=form)


@bp.get("/<uuid:sounding_id>/edit")
def edit(sounding_id: UUID) -> ResponseReturnValue:
    """A draft as it stands."""
    return _edit_page(sounding_id, _draft_form(sounding_id))


@bp.post("/<uuid:sounding_id>/edit")
def save(sounding_id: UUID) -> ResponseReturnValue:
    """Keep a draft."""
    form = _draft_form(sounding_id)
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.change_sounding(
                    session,
                    sounding=sounders_sounding(session, sounding_id, by),
                    terms=form.terms(),
                    needs=open_needs_of(session, form.places()),
                    by=by,
                    at=now(),
                    revision=form.revision.data,
                )
            return done(_("The draft is saved."), url_for(".show", sounding_id=sounding_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _edit_page(sounding_id, form, 422)


def _draft_form(sounding_id: UUID) -> SoundingForm:
    session = reading()
    found = sounding_draft(session, sounding_id, me(session))
    return sounding_form(found.sounding, found.chosen, found.sums)


def _edit_page(sounding_id: UUID, form: SoundingForm, status: int = 200) -> Response:
    session = reading()
    found = sounding_draft(session, sounding_id, me(session))
    return page("soundings/edit.html", status=status, sounding=found.sounding, form=form)


@bp.get("/<uuid:sounding_id>/publish")
def check(sounding_id: UUID) -> ResponseReturnValue:
    """What is still missing, or the button."""
    return _publish_page(sounding_id, ButtonForm(formdata=None))


@bp.post("/<uuid:sounding_id>/publish")
def publish(sounding_id: UUID) -> ResponseReturnValue:
    """Put the sounding before the market."""
    form = ButtonForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.publish_sounding(
                    session,
                    sounding=sounders_sounding(session, sounding_id, by),
                    by=by,
                    at=now(),
                )
            return done(_("The sounding is published."), url_for(".show", sounding_id=sounding_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _publish_page(sounding_id, form, 422)


def _publish_page(sounding_id: UUID, form: ButtonForm, status: int = 200) -> Response:
    session = reading()
    sounding_draft(session, sounding_id, me(session))
    found = sounding_page(session, sounding_id, me(session), now())
    return page("soundings/publish.html", status=status, found=found, form=form)
