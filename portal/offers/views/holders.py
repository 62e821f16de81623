"""Who holds the keys: the buyer's openers, the parts of one procurement's key, sealing it anew."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.offers import usecases
from portal.offers.forms.phrases import PhraseForm, confirm_reseal_form, reseal_form
from portal.offers.queries.holders import HoldersPage, holders_page, openers_page
from portal.offers.views.blueprint import OPENING, bp
from portal.organisations.models import Person
from portal.organisations.usecases.phrase_tries import forget_phrase_tries, note_phrase_try
from portal.procurement.models import Procurement
from portal.shared.errors import RuleBroken
from portal.web.forms import refuse
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, services, transaction

KEY = f"{OPENING}/key"


def note_try(form: PhraseForm) -> None:
    """Count a try of a phrase before it is looked at. Raises ``opener_phrase_wait``."""
    if not form.phrase.data:
        return
    with transaction() as session:
        note_phrase_try(session, by=me(session), at=now())


def right_phrase(session: Session, by: Person) -> None:
    """The phrase was right: forget the tries before it."""
    forget_phrase_tries(session, by)


@bp.get("/openers")
def openers() -> ResponseReturnValue:
    """The buyer's openers, who of them has a key, and who holds a part of which procurement's."""
    session = reading()
    return page("offers/openers.html", buyers=openers_page(session, me(session)))


@bp.get(KEY)
def holders(procurement_id: UUID) -> ResponseReturnValue:
    """Who holds parts of the procurement's key, and sealing it anew."""
    return _holders_page(_found(procurement_id))


@bp.post(f"{KEY}/request")
def request_resealing(procurement_id: UUID) -> ResponseReturnValue:
    """The first of two chooses new hands for the key."""
    found = _found(procurement_id)
    form = reseal_form(found)
    if form.validate():
        try:
            note_try(form)
            with transaction() as session:
                by = me(session)
                usecases.request_resealing(
                    session,
                    procurement=session.get_one(Procurement, procurement_id),
                    chosen=[UUID(key) for key in form.openers.data or ()],
                    phrase=form.phrase.data or "",
                    by=by,
                    at=now(),
                )
                right_phrase(session, by)
            return done(
                _("The change has been started. Another opener must now confirm it."),
                url_for(".holders", procurement_id=procurement_id),
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _holders_page(_found(procurement_id), form, 422)


@bp.post(f"{KEY}/confirm")
def confirm_resealing(procurement_id: UUID) -> ResponseReturnValue:
    """The second of two puts the key into the hands chosen."""
    form = confirm_reseal_form(_found(procurement_id))
    if form.validate():
        try:
            note_try(form)
            with transaction() as session:
                by = me(session)
                usecases.confirm_resealing(
                    session,
                    procurement=session.get_one(Procurement, procurement_id),
                    seen=_keys(form.seen.data or ""),
                    window=_window(),
                    phrase=form.phrase.data or "",
                    by=by,
                    at=now(),
                )
                right_phrase(session, by)
            return done(
                _("The key is in the hands of those chosen, and of no others."),
                url_for(".holders", procurement_id=procurement_id),
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _holders_page(_found(procurement_id), form, 422)


def _keys(text: str) -> set[UUID]:
    try:
        return {UUID(key) for key in text.split()}
    except ValueError:
        return set()


def _found(procurement_id: UUID) -> HoldersPage:
    session = reading()
    return holders_page(session, procurement_id, me(session), _window(), now())


def _holders_page(
    found: HoldersPage, form: PhraseForm | None = None, status: int = 200
) -> Response:
    if form is None:
        form = confirm_reseal_form(found) if found.may_confirm else reseal_form(found)
    return page("offers/holders.html", status=status, form=form, found=found)


def _window() -> timedelta:
    return timedelta(minutes=services().settings.opening_minutes)
