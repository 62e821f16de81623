"""The opened offers: whether their providers may take part, and each is what is asked for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.evaluation import queries, usecases
from portal.evaluation.comparison import LeftOut
from portal.evaluation.forms import (
    ConformityForm,
    SuitabilityForm,
    conformity_form,
    seen_row,
)
from portal.evaluation.models import ConformityJudgement
from portal.evaluation.views.blueprint import LOT, OFFER, PROCUREMENT, bp, refuse
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
        values = {"suitable": suitable, "reason": judgement.reason, "seen": str(judgement.id)}
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
                    seen=seen_row(form),
                    checked=True,
                )
            return done(
                _("The judgement is recorded."),
                url_for(".suitability", procurement_id=procurement_id),
            )
        except RuleBroken as broken:
            refuse(form, broken)
            if broken.rule == "changed_meanwhile":
                return _judging_page(procurement_id, offer_id, form, 422, shows_standing=True)
    return _judging_page(procurement_id, offer_id, form, 422)


def _judging_page(
    procurement_id: UUID,
    offer_id: UUID,
    form: SuitabilityForm,
    status: int = 200,
    *,
    shows_standing: bool = False,
) -> Response:
    session = reading()
    found = queries.suitability_page(session, procurement_id, me(session))
    row = found.row_of(offer_id)
    if shows_standing:
        # What stands is now before the reader's eyes, so recording again may replace it.
        form.seen.data = str(row.judgement.id) if row.judgement is not None else ""
    record_read(offer_id)
    return page(
        "evaluation/judge.html",
        status=status,
        form=form,
        found=found,
        row=row,
        shows_standing=shows_standing,
    )


CONFORMITY = f"{LOT}/conformity/<uuid:offer_id>"


@bp.get(CONFORMITY)
def ask_conformity(procurement_id: UUID, lot_key: str, offer_id: UUID) -> ResponseReturnValue:
    """The form on which one offer is judged for one lot."""
    found = _conformity(procurement_id, lot_key, offer_id)
    standing = found.standing
    values = {}
    if standing is not None:
        values = {"conforms": _chosen(standing), "reason": standing.reason}
        values["seen"] = str(standing.id)
    return _conformity_page(found, conformity_form(low_price=found.explained, data=values))


def _chosen(standing: ConformityJudgement) -> str:
    if standing.conforms:
        return "yes"
    return "low_price" if standing.ground == LeftOut.LOW_PRICE else "no"


@bp.post(CONFORMITY)
def judge_conformity(procurement_id: UUID, lot_key: str, offer_id: UUID) -> ResponseReturnValue:
    """Judge whether an offer is what the call asks for."""
    form = conformity_form(low_price=_conformity(procurement_id, lot_key, offer_id).explained)
    shows_standing = False
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                procurement = queries.part_of(session, procurement_id, by).procurement
                usecases.judge_conformity(
                    session,
                    procurement=procurement,
                    lot=queries.lot_of(procurement, lot_key),
                    provider=queries.offer_of(session, procurement, offer_id).provider,
                    conforms=form.conforms.data == "yes",
                    low_price=form.conforms.data == "low_price",
                    reason=form.reason.data,
                    by=by,
                    at=now(),
                    seen=seen_row(form),
                    checked=True,
                )
            url = url_for(".lot", procurement_id=procurement_id, lot_key=lot_key)
            return done(_("The judgement is recorded."), url)
        except RuleBroken as broken:
            refuse(form, broken)
            shows_standing = broken.rule == "changed_meanwhile"
    found = _conformity(procurement_id, lot_key, offer_id)
    if shows_standing:
        form.seen.data = str(found.standing.id) if found.standing is not None else ""
    return _conformity_page(found, form, 422, shows_standing=shows_standing)


def _conformity(procurement_id: UUID, lot_key: str, offer_id: UUID) -> queries.ConformityPage:
    session = reading()
    return queries.conformity_page(session, procurement_id, lot_key, offer_id, me(session), now())


def _conformity_page(
    found: queries.ConformityPage,
    form: ConformityForm,
    status: int = 200,
    *,
    shows_standing: bool = False,
) -> Response:
    record_read(found.row.offer_id)
    return page(
        "evaluation/conformity.html",
        status=status,
        form=form,
        found=found,
        shows_standing=shows_standing,
    )
