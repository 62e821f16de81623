"""The opening of the second envelope."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.evaluation import queries, usecases
from portal.evaluation.views.blueprint import PROCUREMENT, bp, refuse
from portal.offers.forms.phrases import PhraseForm
from portal.offers.views.holders import note_try, right_phrase
from portal.offers.views.own import document
from portal.shared.errors import RuleBroken
from portal.web.forms import PortalForm
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, record_read, services, transaction

PRICES = f"{PROCUREMENT}/prices"


@bp.get(PRICES)
def prices(procurement_id: UUID) -> ResponseReturnValue:
    """What the opening of the prices waits for, the two openers' acts, then the prices."""
    return _prices_page(procurement_id, PhraseForm(formdata=None))


@bp.post(f"{PRICES}/request")
def request_prices(procurement_id: UUID) -> ResponseReturnValue:
    """The first opener is ready."""
    form = PhraseForm()
    if form.validate():
        try:
            note_try(form)
            with transaction() as session:
                by = me(session)
                procurement = queries.part_of(session, procurement_id, by).procurement
                usecases.request_prices(
                    session,
                    procurement=procurement,
                    by=by,
                    at=now(),
                    phrase=form.phrase.data or "",
                )
                right_phrase(session, by)
            return done(
                _("The opening has been started. Another opener must now confirm it."),
                url_for(".prices", procurement_id=procurement_id),
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _prices_page(procurement_id, form, 422)


@bp.post(f"{PRICES}/confirm")
def confirm_prices(procurement_id: UUID) -> ResponseReturnValue:
    """The second opener follows, and all prices are opened together."""
    form = PhraseForm()
    if form.validate():
        try:
            note_try(form)
            with transaction() as session:
                by = me(session)
                usecases.confirm_prices(
                    session,
                    procurement=queries.part_of(session, procurement_id, by).procurement,
                    window=_window(),
                    by=by,
                    at=now(),
                    phrase=form.phrase.data or "",
                )
                right_phrase(session, by)
            return done(
                _("All prices have been opened."), url_for(".prices", procurement_id=procurement_id)
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _prices_page(procurement_id, form, 422)


@bp.get(f"{PRICES}/record")
def price_record(procurement_id: UUID) -> ResponseReturnValue:
    """The record of the opening of the prices as a PDF."""
    found = _found(procurement_id)
    record_read(procurement_id)
    return document(found.document, "price-opening-record.pdf")


def _found(procurement_id: UUID) -> queries.PricesPage:
    session = reading()
    return queries.prices_page(session, procurement_id, me(session), _window(), now())


def _prices_page(procurement_id: UUID, form: PortalForm, status: int = 200) -> Response:
    found = _found(procurement_id)
    if found.openers.opened:
        record_read(procurement_id)
    return page("evaluation/prices.html", status=status, form=form, found=found)


def _window() -> timedelta:
    return timedelta(minutes=services().settings.opening_minutes)
