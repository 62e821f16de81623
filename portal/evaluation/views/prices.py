"""The opening of the second envelope."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.evaluation import queries, usecases
from portal.evaluation.views.blueprint import PROCUREMENT, SHUT_OUT, bp
from portal.offers.forms.phrases import PhraseForm
from portal.offers.views.own import document
from portal.offers.views.phrases import acted_with_phrase, opening_window
from portal.organisations.models import Person
from portal.procurement.models import Procurement
from portal.web.forms import PortalForm
from portal.web.pages import page
from portal.web.unit import me, now, reading, record_read, require_certain_clock

PRICES = f"{PROCUREMENT}/prices"
ALONE = SHUT_OUT | {"clock_in_doubt"}


@bp.get(PRICES)
def prices(procurement_id: UUID) -> ResponseReturnValue:
    """What the opening of the prices waits for, the two openers' acts, then the prices."""
    return _prices_page(procurement_id, PhraseForm(formdata=None))


@bp.post(f"{PRICES}/request")
def request_prices(procurement_id: UUID) -> ResponseReturnValue:
    """The first opener is ready."""
    form = PhraseForm()

    def act(session: Session, by: Person) -> str:
        usecases.request_prices(
            session,
            procurement=_to_open(session, procurement_id, by),
            by=by,
            at=now(),
            phrase=form.phrase.data or "",
        )
        return url_for(".prices", procurement_id=procurement_id)

    message = _("The opening has been started. Another opener must now confirm it.")
    answer = acted_with_phrase(form, act, message, alone=ALONE)
    return answer or _prices_page(procurement_id, form, 422)


@bp.post(f"{PRICES}/confirm")
def confirm_prices(procurement_id: UUID) -> ResponseReturnValue:
    """The second opener follows, and all prices are opened together."""
    form = PhraseForm()

    def act(session: Session, by: Person) -> str:
        usecases.confirm_prices(
            session,
            procurement=_to_open(session, procurement_id, by),
            window=opening_window(),
            by=by,
            at=now(),
            phrase=form.phrase.data or "",
        )
        return url_for(".prices", procurement_id=procurement_id)

    answer = acted_with_phrase(form, act, _("All prices have been opened."), alone=ALONE)
    return answer or _prices_page(procurement_id, form, 422)


def _to_open(session: Session, procurement_id: UUID, by: Person) -> Procurement:
    """The call. Refuses by ``clock_in_doubt``."""
    require_certain_clock(session)
    return queries.part_of(session, procurement_id, by).procurement


@bp.get(f"{PRICES}/record")
def price_record(procurement_id: UUID) -> ResponseReturnValue:
    """The record of the opening of the prices as a PDF."""
    found = _found(procurement_id)
    record_read(procurement_id)
    return document(found.document, "price-opening-record.pdf")


def _found(procurement_id: UUID) -> queries.PricesPage:
    session = reading()
    return queries.prices_page(session, procurement_id, me(session), opening_window(), now())


def _prices_page(procurement_id: UUID, form: PortalForm, status: int = 200) -> Response:
    found = _found(procurement_id)
    if found.openers.opened:
        record_read(procurement_id)
    return page("evaluation/prices.html", status=status, form=form, found=found)
