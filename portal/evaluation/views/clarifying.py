"""Clarifications: the officer's questions, and the bidders' answers."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.evaluation import queries, usecases
from portal.evaluation.forms import AnswerForm, ClarificationForm, clarification_form
from portal.evaluation.rules import ClarificationKind
from portal.evaluation.views.blueprint import PROCUREMENT, bp, refuse
from portal.shared.errors import RuleBroken
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, record_read, transaction

CLARIFICATIONS = f"{PROCUREMENT}/clarifications"
OWN = f"{PROCUREMENT}/offer/clarifications"


@bp.get(CLARIFICATIONS)
def clarifications(procurement_id: UUID) -> ResponseReturnValue:
    """Every question to a bidder, with its answer or its clock."""
    session = reading()
    found = queries.clarifications_page(session, procurement_id, me(session), now())
    record_read(procurement_id)
    return page("evaluation/clarifications.html", found=found)


@bp.get(f"{CLARIFICATIONS}/new")
def new_clarification(procurement_id: UUID) -> ResponseReturnValue:
    """An empty question; the address may name a lot, one bidder, and that it is about its price."""
    found = _asking(procurement_id)
    return _asking_page(found, _asking_form(found))


@bp.post(f"{CLARIFICATIONS}/new")
def ask_clarification(procurement_id: UUID) -> ResponseReturnValue:
    """Put the question to each bidder chosen."""
    found = _asking(procurement_id)
    form = _asking_form(found)
    if form.validate():
        chosen = set(form.providers.data or ())
        assert form.due.data is not None
        try:
            with transaction() as session:
                by = me(session)
                anew = queries.asking_page(session, procurement_id, _lot_key(), by, now())
                usecases.ask_clarification(
                    session,
                    procurement=anew.part.procurement,
                    providers=[one for one in anew.providers if str(one.id) in chosen],
                    text=form.text.data,
                    due=form.due.data,
                    lot=anew.lot,
                    kind=_kind(),
                    by=by,
                    at=now(),
                )
            return done(
                _("The question is sent. The bidders answer in the portal."),
                url_for(".clarifications", procurement_id=procurement_id),
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _asking_page(_asking(procurement_id), form, 422)


def _lot_key() -> str | None:
    return request.args.get("lot") or None


def _kind() -> ClarificationKind:
    asked = request.args.get("about") == ClarificationKind.LOW_PRICE.value
    return ClarificationKind.LOW_PRICE if asked else ClarificationKind.CONTENT


def _asking(procurement_id: UUID) -> queries.AskingPage:
    session = reading()
    return queries.asking_page(session, procurement_id, _lot_key(), me(session), now())


def _asking_form(found: queries.AskingPage) -> ClarificationForm:
    everybody = [str(provider.id) for provider in found.providers]
    one = request.args.get("provider")
    return clarification_form(
        found.providers, found.proposed_due, [one] if one in everybody else everybody
    )


def _asking_page(found: queries.AskingPage, form: ClarificationForm, status: int = 200) -> Response:
    return page(
        "evaluation/ask_clarification.html",
        status=status,
        found=found,
        form=form,
        about_price=_kind() is ClarificationKind.LOW_PRICE,
        address=url_for(
            ".ask_clarification",
            procurement_id=found.part.procurement.id,
            lot=request.args.get("lot"),
            about=request.args.get("about"),
            provider=request.args.get("provider"),
        ),
    )


@bp.get(OWN)
def own_clarifications(procurement_id: UUID) -> ResponseReturnValue:
    """What the reader's provider has been asked."""
    return page("evaluation/own_clarifications.html", found=_own(procurement_id))


@bp.get(f"{OWN}/<uuid:clarification_id>")
def write_clarification(procurement_id: UUID, clarification_id: UUID) -> ResponseReturnValue:
    """One question, with room for its answer."""
    return _answer_page(procurement_id, clarification_id, AnswerForm(formdata=None))


@bp.post(f"{OWN}/<uuid:clarification_id>")
def answer_clarification(procurement_id: UUID, clarification_id: UUID) -> ResponseReturnValue:
    """Send the answer."""
    _own(procurement_id).row_of(clarification_id)
    form = AnswerForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                found = queries.own_clarifications(session, procurement_id, by, now())
                usecases.answer_clarification(
                    session,
                    procurement=found.procurement,
                    clarification=found.row_of(clarification_id).clarification,
                    text=form.answer.data,
                    by=by,
                    at=now(),
                )
            return done(
                _("The answer is sent."),
                url_for(".own_clarifications", procurement_id=procurement_id),
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _answer_page(procurement_id, clarification_id, form, 422)


def _own(procurement_id: UUID) -> queries.OwnClarifications:
    session = reading()
    return queries.own_clarifications(session, procurement_id, me(session), now())


def _answer_page(
    procurement_id: UUID, clarification_id: UUID, form: AnswerForm, status: int = 200
) -> Response:
    found = _own(procurement_id)
    return page(
        "evaluation/answer_clarification.html",
        status=status,
        found=found,
        row=found.row_of(clarification_id),
        form=form,
    )
