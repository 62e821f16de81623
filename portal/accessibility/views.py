"""The pages of accessibility: the statement, the form for everybody, and the answers."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.accessibility import usecases
from portal.accessibility.forms import AnswerForm, MessageForm
from portal.accessibility.queries import message_by_token, message_of, messages_page
from portal.accessibility.rules import ANSWER_DAYS, days_left
from portal.accessibility.statement import statement
from portal.organisations.models import Person
from portal.organisations.rules import new_token
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.web.acting import acted
from portal.web.filters import add_status_texts
from portal.web.language import current_language
from portal.web.pages import done, not_found_unless, page
from portal.web.unit import me, now, reading, services, transaction

bp = Blueprint("accessibility", __name__, url_prefix="/accessibility")

MESSAGE = "/messages/<uuid:message_id>"

add_status_texts(
    {
        "meets_full": _l("The pages meet the requirements."),
        "meets_partial": _l("The pages meet the requirements in part. What is missing is below."),
        "meets_none": _l("The pages do not meet the requirements yet. What is missing is below."),
    }
)


@bp.get("")
def show() -> ResponseReturnValue:
    """The statement, for everybody."""
    said = statement(services().settings.accessibility_statement)
    return page("accessibility/statement.html", statement=said, answer_days=ANSWER_DAYS)


@bp.route("/feedback", methods=["GET", "POST"])
def send() -> ResponseReturnValue:
    """Say what does not work; no log-in is needed."""
    form = MessageForm()
    if form.validate_on_submit():
        token = new_token()
        try:
            with transaction() as session:
                usecases.send_accessibility_message(
                    session,
                    text=form.text.data,
                    page=form.page.data or "",
                    email=form.email.data or "",
                    language=current_language(),
                    address=request.remote_addr,
                    token=token,
                    at=now(),
                )
            return done(_("Thank you. Your message has arrived."), url_for(".own", token=token))
        except RuleBroken as broken:
            form.refuse(broken)
    status = 422 if form.is_submitted() else 200
    return page("accessibility/send.html", status=status, form=form, answer_days=ANSWER_DAYS)


@bp.get("/feedback/<token>")
def own(token: str) -> ResponseReturnValue:
    """What the sender of a message sees: the message, its last day, its answer."""
    found = not_found_unless(message_by_token(reading(), token))
    supervisor = statement(services().settings.accessibility_statement).supervisor
    return page("accessibility/own.html", message=found, supervisor=supervisor)


@bp.get("/messages")
def index() -> ResponseReturnValue:
    """Every message, those without an answer first."""
    found = messages_page(reading(), day_in_helsinki(now()), request.args.get("page", 1, type=int))
    return page("accessibility/index.html", found=found)


@bp.get(MESSAGE)
def message(message_id: UUID) -> ResponseReturnValue:
    """A message and its answer, or the form for it."""
    return _message_page(message_id, AnswerForm(formdata=None))


@bp.post(MESSAGE)
def answer(message_id: UUID) -> ResponseReturnValue:
    """Answer a message."""

    def act(session: Session, by: Person) -> str:
        usecases.answer_accessibility_message(
            session,
            message=message_of(session, message_id),
            text=form.text.data,
            by=by,
            at=now(),
        )
        return url_for(".index")

    form = AnswerForm()
    return acted(form, act, _("The answer is saved.")) or _message_page(message_id, form, 422)


def _message_page(message_id: UUID, form: AnswerForm, status: int = 200) -> Response:
    session = reading()
    me(session)
    found = message_of(session, message_id)
    return page(
        "accessibility/message.html",
        status=status,
        message=found,
        left=days_left(found.due_on, day_in_helsinki(now())),
        form=form,
    )
