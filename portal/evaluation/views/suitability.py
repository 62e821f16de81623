"""The opened offers, and whether their providers may take part."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.evaluation import queries, usecases
from portal.evaluation.forms import SuitabilityForm
from portal.evaluation.views.blueprint import OFFER, PROCUREMENT, bp, refuse
from portal.offers.views.own import download
from portal.shared.errors import RuleBroken
from portal.storage.vault import vault_of
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, record_read, transaction

SUITABILITY = f"{PROCUREMENT}/suitability"


@bp.get(OFFER)
def offer(procurement_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """An opened offer, whole."""
    session = reading()
    found = queries.opened_offer(session, procurement_id, offer_id, me(session))
    record_read(offer_id)

    def link(_endpoint: str, **values: Any) -> str:
        return url_for(".offer_file", procurement_id=procurement_id, offer_id=offer_id, **values)

    return page("evaluation/offer.html", found=found, link=link)


@bp.get(f"{OFFER}/files/<uuid:file_id>")
def offer_file(procurement_id: UUID, offer_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """A file of an opened offer, as it was sent."""
    session = reading()
    found = queries.opened_offer(session, procurement_id, offer_id, me(session))
    file = queries.file_of(found, file_id)
    record_read(file.id)
    return download(vault_of(session).unseal(session, file.id), file.name, file.media_type)


@bp.get(SUITABILITY)
def suitability(procurement_id: UUID) -> ResponseReturnValue:
    """Every offer with its judgement."""
    session = reading()
    found = queries.suitability_page(session, procurement_id, me(session))
    record_read(procurement_id)
    return page("evaluation/suitability.html", found=found)


@bp.get(f"{SUITABILITY}/<uuid:offer_id>")
def ask_suitability(procurement_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """The form on which one provider is judged."""
    session = reading()
    found = queries.suitability_page(session, procurement_id, me(session))
    judgement = found.row_of(offer_id).judgement
    values = {}
    if judgement is not None:
        suitable = "yes" if judgement.suitable else "no"
        values = {"suitable": suitable, "reason": judgement.reason}
    return _judging_page(procurement_id, offer_id, SuitabilityForm(formdata=None, data=values))


@bp.post(f"{SUITABILITY}/<uuid:offer_id>")
def judge(procurement_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """Judge one provider suitable or not."""
    form = SuitabilityForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                part = queries.part_of(session, procurement_id, by)
                usecases.judge_suitability(
                    session,
                    procurement=part.procurement,
                    provider=queries.offer_of(session, part.procurement, offer_id).provider,
                    suitable=form.suitable.data == "yes",
                    reason=form.reason.data,
                    by=by,
                    at=now(),
                )
            return done(
                _("The judgement is recorded."),
                url_for(".suitability", procurement_id=procurement_id),
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _judging_page(procurement_id, offer_id, form, 422)


def _judging_page(
    procurement_id: UUID, offer_id: UUID, form: SuitabilityForm, status: int = 200
) -> Response:
    session = reading()
    found = queries.suitability_page(session, procurement_id, me(session))
    row = found.row_of(offer_id)
    record_read(offer_id)
    return page("evaluation/judge.html", status=status, form=form, found=found, row=row)
