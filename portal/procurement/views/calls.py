"""The pages that everybody reads, and asking and answering."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from flask import Response, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.documents import store
from portal.procurement import usecases
from portal.procurement.forms.acts import AnswerForm, AskForm
from portal.procurement.queries.drafting import officers_procurement, question_of
from portal.procurement.queries.listing import calls_page
from portal.procurement.queries.shown import (
    call_document,
    procurement_page,
    visible_procurement,
)
from portal.procurement.views.blueprint import bp
from portal.shared.errors import RuleBroken
from portal.web.pages import done, page
from portal.web.unit import current_person, me, now, reading, transaction


@bp.get("")
def index() -> ResponseReturnValue:
    """Open calls, and the buyer's own in every state."""
    found = calls_page(
        reading(),
        current_person(),
        now(),
        request.args.get("state"),
        request.args.get("page", 1, type=int),
        request.args.get("sort"),
    )
    return page("procurement/index.html", found=found)


@bp.get("/<uuid:procurement_id>")
def show(procurement_id: UUID) -> ResponseReturnValue:
    """The call."""
    return _show(procurement_id, AskForm(formdata=None))


def _show(procurement_id: UUID, form: AskForm, status: int = 200) -> Response:
    found = procurement_page(reading(), procurement_id, current_person(), now())
    return page("procurement/show.html", status=status, found=found, form=form)


@bp.post("/<uuid:procurement_id>/questions")
def ask(procurement_id: UUID) -> ResponseReturnValue:
    """Ask about the call."""
    form = AskForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.ask(
                    session,
                    procurement=visible_procurement(session, procurement_id, by),
                    text=form.text.data,
                    by=by,
                    at=now(),
                )
            return done(
                _("The question has been sent. The answer will be shown on this page."),
                url_for(".show", procurement_id=procurement_id, _anchor="questions"),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _show(procurement_id, form, 422)


@bp.get("/<uuid:procurement_id>/questions/<uuid:question_id>/answer")
def write_answer(procurement_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """The question and a place for its answer."""
    return _answer_page(procurement_id, question_id, AnswerForm(formdata=None))


@bp.post("/<uuid:procurement_id>/questions/<uuid:question_id>/answer")
def answer(procurement_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """Answer a question for all to read."""
    form = AnswerForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                procurement = officers_procurement(session, procurement_id, by)
                usecases.answer(
                    session,
                    procurement=procurement,
                    question=question_of(session, procurement, question_id),
                    text=form.text.data,
                    by=by,
                    at=now(),
                )
            return done(
                _("The answer has been published."),
                url_for(".show", procurement_id=procurement_id, _anchor="questions"),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _answer_page(procurement_id, question_id, form, 422)


def _answer_page(
    procurement_id: UUID, question_id: UUID, form: AnswerForm, status: int = 200
) -> Response:
    session = reading()
    procurement = officers_procurement(session, procurement_id, me(session))
    question = question_of(session, procurement, question_id)
    return page(
        "procurement/answer.html",
        status=status,
        procurement=procurement,
        question=question,
        form=form,
    )


@bp.get("/<uuid:procurement_id>/documents/call/<any(fi, sv, en):language>.pdf")
def document(procurement_id: UUID, language: str) -> ResponseReturnValue:
    """The call's PDF as it was made."""
    session = reading()
    procurement = visible_procurement(session, procurement_id, current_person())
    stored = call_document(session, procurement_id, language)
    name = "".join(sign if sign.isalnum() else "-" for sign in procurement.reference)
    return send_file(
        BytesIO(store.content(session, stored)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{name}-{language}.pdf",
        max_age=0,
    )
