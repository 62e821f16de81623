"""Writing an offer."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.offers import queries, usecases
from portal.offers.access import offers_for
from portal.offers.forms import offer_form
from portal.offers.rules import OfferContent
from portal.offers.views.blueprint import OFFER, bp
from portal.offers.views.own import (
    asked,
    context,
    own_page,
    own_url,
    write_page,
)
from portal.shared.errors import RuleBroken
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, record_read, transaction


@bp.get("/offers")
def index() -> ResponseReturnValue:
    """A representative's own offers in all calls."""
    session = reading()
    n = request.args.get("page", 1, type=int)
    return page("offers/index.html", found=queries.own_offers(session, me(session), now(), n))


@bp.get(OFFER)
def show(procurement_id: UUID) -> ResponseReturnValue:
    """The own offer: to write on until the deadline, to read after it."""
    session = reading()
    procurement = queries.published_call(session, procurement_id)
    providers = offers_for(me(session))
    if asked() is None and len(providers) > 1:
        return page("offers/choose.html", procurement=procurement, providers=providers)
    own = own_page(procurement_id)
    if own.offer is not None:
        record_read(own.offer.id)
    if not own.standing.open:
        return page("offers/closed.html", **context(own))
    return write_page(own, offer_form(own))


@bp.post(OFFER)
def save(procurement_id: UUID) -> ResponseReturnValue:
    """Keep the draft, and go on to checking it where that button was used."""
    form = offer_form(own_page(procurement_id), request.form)
    if form.validate():
        try:
            _save(procurement_id, form.content())
            onwards = ".check" if request.form.get("next") == "check" else ".show"
            return done(
                _("The draft is saved. It has not been submitted."),
                own_url(onwards, procurement_id),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return write_page(own_page(procurement_id), form, 422)


@bp.post(f"{OFFER}/autosave")
def autosave(procurement_id: UUID) -> ResponseReturnValue:
    """Keep the draft while it is being written; the page swaps only the line that says so."""
    form = offer_form(own_page(procurement_id), request.form)
    if form.validate():
        try:
            _save(procurement_id, form.content())
            return write_page(own_page(procurement_id), form, save_state="saved")
        except RuleBroken as broken:
            form.refuse(broken)
    return write_page(own_page(procurement_id), form, 422, save_state="failed")


def _save(procurement_id: UUID, content: OfferContent) -> None:
    with transaction() as session:
        by = me(session)
        procurement, provider = queries.own_side(session, procurement_id, by, asked())
        usecases.save_offer(
            session, procurement=procurement, provider=provider, content=content, by=by, at=now()
        )
