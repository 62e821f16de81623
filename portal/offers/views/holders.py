"""Who holds the keys: the buyer's openers, the parts of one procurement's key, sealing it anew."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.offers import usecases
from portal.offers.forms.phrases import PhraseForm, confirm_reseal_form, reseal_form
from portal.offers.queries.holders import HoldersPage, holders_page, openers_page
from portal.offers.views.blueprint import OPENING, bp
from portal.offers.views.phrases import acted_with_phrase, opening_window
from portal.organisations.models import Person
from portal.procurement.models import Procurement
from portal.web.pages import page
from portal.web.unit import me, now, reading

KEY = f"{OPENING}/key"


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

    def act(session: Session, by: Person) -> str:
        usecases.request_resealing(
            session,
            procurement=session.get_one(Procurement, procurement_id),
            chosen=[UUID(key) for key in form.openers.data or ()],
            phrase=form.phrase.data or "",
            by=by,
            at=now(),
        )
        return url_for(".holders", procurement_id=procurement_id)

    message = _("The change has been started. Another opener must now confirm it.")
    answer = acted_with_phrase(form, act, message)
    return answer or _holders_page(_found(procurement_id), form, 422)


@bp.post(f"{KEY}/confirm")
def confirm_resealing(procurement_id: UUID) -> ResponseReturnValue:
    """The second of two puts the key into the hands chosen."""
    form = confirm_reseal_form(_found(procurement_id))

    def act(session: Session, by: Person) -> str:
        usecases.confirm_resealing(
            session,
            procurement=session.get_one(Procurement, procurement_id),
            seen=_keys(form.seen.data or ""),
            window=opening_window(),
            phrase=form.phrase.data or "",
            by=by,
            at=now(),
        )
        return url_for(".holders", procurement_id=procurement_id)

    message = _("The key is in the hands of those chosen, and of no others.")
    answer = acted_with_phrase(form, act, message)
    return answer or _holders_page(_found(procurement_id), form, 422)


def _keys(text: str) -> set[UUID]:
    try:
        return {UUID(key) for key in text.split()}
    except ValueError:
        return set()


def _found(procurement_id: UUID) -> HoldersPage:
    session = reading()
    return holders_page(session, procurement_id, me(session), opening_window(), now())


def _holders_page(
    found: HoldersPage, form: PhraseForm | None = None, status: int = 200
) -> Response:
    if form is None:
        form = confirm_reseal_form(found) if found.may_confirm else reseal_form(found)
    return page("offers/holders.html", status=status, form=form, found=found)
