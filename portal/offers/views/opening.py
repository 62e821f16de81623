"""The opening of the offers."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.offers import queries, usecases
from portal.offers.access import is_shut_out
from portal.offers.forms.phrases import PhraseForm
from portal.offers.views.blueprint import OPENING, bp
from portal.offers.views.own import document
from portal.offers.views.phrases import acted_with_phrase, opening_window
from portal.organisations.models import Person
from portal.procurement.models import Procurement
from portal.shared.errors import RuleBroken
from portal.web.forms import PortalForm
from portal.web.pages import page
from portal.web.unit import me, now, reading, record_read, require_certain_clock

ALONE = frozenset({"not_permitted", "conflict_of_interest", "clock_in_doubt"})
"""Whoever may not act here may not see the page either; a clock is nobody's fault."""


@bp.get(OPENING)
def opening(procurement_id: UUID) -> ResponseReturnValue:
    """The opening: until when all is sealed, then the two openers' acts, then the record."""
    return _opening_page(procurement_id, PhraseForm(formdata=None))


@bp.post(f"{OPENING}/request")
def request_opening(procurement_id: UUID) -> ResponseReturnValue:
    """The first opener is ready."""
    form = PhraseForm()

    def act(session: Session, by: Person) -> str:
        usecases.request_opening(
            session,
            procurement=_free_to_open(session, procurement_id, by),
            by=by,
            at=now(),
            phrase=form.phrase.data or "",
        )
        return url_for(".opening", procurement_id=procurement_id)

    message = _("The opening has been started. Another opener must now confirm it.")
    answer = acted_with_phrase(form, act, message, alone=ALONE)
    return answer or _opening_page(procurement_id, form, 422)


@bp.post(f"{OPENING}/confirm")
def confirm_opening(procurement_id: UUID) -> ResponseReturnValue:
    """The second opener follows, and all offers are opened together."""
    form = PhraseForm()

    def act(session: Session, by: Person) -> str:
        usecases.confirm_opening(
            session,
            procurement=_free_to_open(session, procurement_id, by),
            window=opening_window(),
            by=by,
            at=now(),
            phrase=form.phrase.data or "",
        )
        return url_for(".opening", procurement_id=procurement_id)

    answer = acted_with_phrase(form, act, _("All offers have been opened."), alone=ALONE)
    return answer or _opening_page(procurement_id, form, 422)


def _free_to_open(session: Session, procurement_id: UUID, by: Person) -> Procurement:
    """The call.

    Refuses by ``conflict_of_interest`` whoever has declared one, and by ``clock_in_doubt``.
    """
    require_certain_clock(session)
    procurement = queries.published_call(session, procurement_id)
    if is_shut_out(session, procurement, by):
        raise RuleBroken("conflict_of_interest")
    return procurement


def _opening_page(procurement_id: UUID, form: PortalForm, status: int = 200) -> Response:
    session = reading()
    found = queries.opening_page(session, procurement_id, me(session), opening_window(), now())
    if found.shown:
        record_read(procurement_id)
    return page("offers/opening.html", status=status, form=form, found=found)


@bp.get(f"{OPENING}/record")
def opening_record(procurement_id: UUID) -> ResponseReturnValue:
    """The opening record as a PDF."""
    session = reading()
    found = queries.opening_page(session, procurement_id, me(session), opening_window(), now())
    if found.openers.opened and not found.shown:
        raise RuleBroken("interests_undeclared")
    record_read(procurement_id)
    return document(found.document, "opening-record.pdf")
