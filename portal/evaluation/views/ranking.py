"""A lot: the matrix of points, the ranking and the award."""

from __future__ import annotations

from functools import cache
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.evaluation import queries, usecases
from portal.evaluation.forms import AwardForm, award_form
from portal.evaluation.views.blueprint import LOT, PROCUREMENT, address_of, bp, refuse
from portal.offers.views.own import document
from portal.organisations.models import Organisation
from portal.shared.errors import RuleBroken
from portal.web.filters import number
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, record_read, transaction


@bp.get(LOT)
def lot(procurement_id: UUID, lot_key: str) -> ResponseReturnValue:
    """The lot as far as its evaluation has come."""
    found = _found(procurement_id, lot_key)
    return _lot_page(found, award_form(found.ranking, found.first_tied, None))


@bp.post(f"{LOT}/award")
def award(procurement_id: UUID, lot_key: str) -> ResponseReturnValue:
    """Award the lot to the offer that stands first."""
    found = _found(procurement_id, lot_key)
    form = award_form(found.ranking, found.first_tied, request.form)
    if form.validate():
        try:
            _award(procurement_id, lot_key, form)
            url = url_for(".lot", procurement_id=procurement_id, lot_key=lot_key)
            return done(_("The lot is awarded."), url)
        except RuleBroken as broken:
            refuse(form, broken)
    return _lot_page(_found(procurement_id, lot_key), form, 422)


def _award(procurement_id: UUID, lot_key: str, form: AwardForm) -> None:
    with transaction() as session:
        by = me(session)
        procurement = queries.part_of(session, procurement_id, by).procurement

        def offered_by(offer_id: UUID) -> Organisation:
            return queries.offer_of(session, procurement, offer_id).provider

        usecases.award(
            session,
            procurement=procurement,
            lot=queries.lot_of(procurement, lot_key),
            provider=offered_by(UUID(form.provider.data)),
            reason=form.reason.data,
            draw=[offered_by(offer_id) for offer_id in form.drawn()],
            by=by,
            at=now(),
        )


def _found(procurement_id: UUID, lot_key: str) -> queries.LotPage:
    session = reading()
    return queries.lot_page(session, procurement_id, lot_key, me(session))


def _lot_page(found: queries.LotPage, form: AwardForm, status: int = 200) -> Response:
    record_read(found.lot.id)
    return page(
        "evaluation/lot.html",
        status=status,
        found=found,
        form=form,
        address_of=address_of,
        progress=cache(_progress),
    )


def _progress(done: int, expected: int) -> str:
    """How many of an offer's assessments are done; most offers of a lot are equally far."""
    return str(_("%(done)s of %(all)s assessments done", done=number(done), all=number(expected)))


@bp.get(f"{LOT}/steps/<uuid:offer_id>")
def steps(procurement_id: UUID, lot_key: str, offer_id: UUID) -> ResponseReturnValue:
    """How the points of one ranked offer came about."""
    session = reading()
    found = queries.steps_page(session, procurement_id, lot_key, offer_id, me(session))
    record_read(offer_id)
    return page("evaluation/steps.html", found=found)


@bp.get(f"{PROCUREMENT}/awards/<uuid:award_id>/result-sheet")
def result_sheet(procurement_id: UUID, award_id: UUID) -> ResponseReturnValue:
    """The result sheet of an award as a PDF."""
    session = reading()
    stored = queries.result_sheet_of(session, procurement_id, award_id, me(session))
    record_read(award_id)
    return document(stored, "result-sheet.pdf")
