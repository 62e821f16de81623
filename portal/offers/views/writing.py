"""Writing an offer."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.offers import queries, usecases
from portal.offers.access import offers_for
from portal.offers.forms import StepForm, file_secrets_form, step_form
from portal.offers.rules import Step
from portal.offers.views.blueprint import OFFER, bp
from portal.offers.views.own import (
    Place,
    asked,
    context,
    files_page,
    own_page,
    own_url,
    place_of,
    places_of,
    step_page,
    tasks_page,
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
    """The own offer: the steps of writing it until the deadline, then to read."""
    session = reading()
    procurement = queries.published_call(session, procurement_id)
    providers = offers_for(me(session))
    if asked() is None and len(providers) > 1:
        return page("offers/choose.html", procurement=procurement, providers=providers)
    own = _read(procurement_id)
    if not own.standing.open:
        return page("offers/closed.html", **context(own))
    return tasks_page(own, step_form(own, Step.START) if own.to_begin else None)


@bp.get(f"{OFFER}/steps/<place>")
def step(procurement_id: UUID, place: str) -> ResponseReturnValue:
    """One step of writing the offer."""
    own = _read(procurement_id)
    found = place_of(own, place)
    if not own.standing.open:
        return page("offers/closed.html", **context(own))
    return step_page(own, found, step_form(own, found.step, found.criterion))


@bp.get(f"{OFFER}/files")
def files(procurement_id: UUID) -> ResponseReturnValue:
    """The step in which files are added."""
    own = _read(procurement_id)
    if not own.standing.open:
        return page("offers/closed.html", **context(own))
    return files_page(own)


@bp.post(f"{OFFER}/files/secrets")
def file_secrets(procurement_id: UUID) -> ResponseReturnValue:
    """Say which files are trade secrets."""
    form = file_secrets_form(own_page(procurement_id), request.form)
    if form.validate():
        try:
            _save(procurement_id, form)
            return done(
                _("The draft is saved. It has not been submitted."),
                own_url(".files", procurement_id),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return files_page(own_page(procurement_id), status=422, secrets_form=form)


@bp.post(f"{OFFER}/steps/<place>")
def save(procurement_id: UUID, place: str) -> ResponseReturnValue:
    """Keep the draft, and go on to the next step where that button was used."""
    own = own_page(procurement_id)
    found = place_of(own, place)
    form = step_form(own, found.step, found.criterion, request.form)
    if form.validate():
        try:
            _save(procurement_id, form)
            onwards = request.form.get("next") == "next"
            return done(
                _("The draft is saved. It has not been submitted."),
                _after(own, found) if onwards else own_url(".step", procurement_id, place=place),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return step_page(own_page(procurement_id), found, form, 422)


@bp.post(f"{OFFER}/steps/<place>/autosave")
def autosave(procurement_id: UUID, place: str) -> ResponseReturnValue:
    """Keep the draft while it is being written; the page swaps only the line that says so."""
    own = own_page(procurement_id)
    found = place_of(own, place)
    form = step_form(own, found.step, found.criterion, request.form)
    if form.validate():
        try:
            _save(procurement_id, form)
            return step_page(own_page(procurement_id), found, form, save_state="saved")
        except RuleBroken as broken:
            form.refuse(broken)
    return step_page(own_page(procurement_id), found, form, 422, save_state="failed")


def _read(procurement_id: UUID) -> queries.OwnOffer:
    own = own_page(procurement_id)
    if own.offer is not None:
        record_read(own.offer.id)
    return own


def _after(own: queries.OwnOffer, place: Place) -> str:
    """The next step's address; from the start, past what has been told there."""
    places = places_of(own)
    if place.step == Step.START:
        untold = own_page(own.procurement.id).untold
        place = next(one for one in places if one.step in (*untold, Step.PRICES))
        return own_url(".step", own.procurement.id, place=place.name)
    following = places[places.index(place) + 1 :]
    if following:
        return own_url(".step", own.procurement.id, place=following[0].name)
    return own_url(".files", own.procurement.id)


def _save(procurement_id: UUID, form: StepForm) -> None:
    with transaction() as session:
        by = me(session)
        procurement, provider = queries.own_side(session, procurement_id, by, asked())
        usecases.save_part(
            session,
            procurement=procurement,
            provider=provider,
            change=form.changed,
            by=by,
            at=now(),
        )
