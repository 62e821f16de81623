"""One's own assessment of an offer, alone until it is handed in."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.evaluation import queries, usecases
from portal.evaluation.forms import AbstainForm, PointsForm, points_form
from portal.evaluation.views.blueprint import LOT, bp, refuse
from portal.evaluation.views.writing import Place, act_on_offer, autosaved, written
from portal.shared.errors import RuleBroken
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, record_read

ASSESSMENT = f"{LOT}/assessments/<uuid:offer_id>"


@bp.get(ASSESSMENT)
def assessment(procurement_id: UUID, lot_key: str, offer_id: UUID) -> ResponseReturnValue:
    """The offer's answers with the points to choose from."""
    found = _found(procurement_id, lot_key, offer_id)
    return _page(found, points_form(found.asked, found.own_points, found.revision))


@bp.post(ASSESSMENT)
def save_assessment(procurement_id: UUID, lot_key: str, offer_id: UUID) -> ResponseReturnValue:
    """Keep the assessment as a draft, or hand it in where that button was used."""
    form = _typed((procurement_id, lot_key, offer_id))
    handing_in = request.form.get("next") == "hand_in"
    right = form.validate()
    if (form.complete() and right) if handing_in else right:
        act = usecases.assess if handing_in else usecases.save_assessment
        try:
            act_on_offer(act, (procurement_id, lot_key, offer_id), **written(form))
            return done(_told(handing_in), _url(procurement_id, lot_key, offer_id))
        except RuleBroken as broken:
            refuse(form, broken)
            if broken.rule == "changed_meanwhile":
                found = _found(procurement_id, lot_key, offer_id)
                # What stands is now before the reader's eyes, so saving again may replace it.
                form.revision.data = str(found.revision)
                return _page(found, form, 422, shows_standing=True)
    return _page(_found(procurement_id, lot_key, offer_id), form, 422)


def _told(handing_in: bool) -> str:
    if handing_in:
        return str(_("Your assessment is handed in."))
    return str(_("The assessment is saved as a draft. It has not been handed in."))


@bp.post(f"{ASSESSMENT}/autosave")
def autosave_assessment(procurement_id: UUID, lot_key: str, offer_id: UUID) -> ResponseReturnValue:
    """Keep the draft while it is being written; the page swaps its save state and revision."""
    place = (procurement_id, lot_key, offer_id)
    form = _typed(place)

    def save() -> int:
        act_on_offer(usecases.save_assessment, place, **written(form))
        return _found(*place).revision

    return autosaved(form, save, partial(_page_at, place))


def _page_at(place: Place, form: PointsForm, status: int, **how: Any) -> Response:
    return _page(_found(*place), form, status, **how)


@bp.post(f"{ASSESSMENT}/abstain")
def abstain(procurement_id: UUID, lot_key: str, offer_id: UUID) -> ResponseReturnValue:
    """Give no points, and say why."""
    form = AbstainForm()
    shows_standing = False
    if form.validate():
        try:
            act_on_offer(
                usecases.assess,
                (procurement_id, lot_key, offer_id),
                points=None,
                abstain=form.abstain.data,
                revision=form.seen_revision(),
            )
            told = _("You have abstained from this offer.")
            return done(told, _url(procurement_id, lot_key, offer_id))
        except RuleBroken as broken:
            refuse(form, broken)
            shows_standing = broken.rule == "changed_meanwhile"
    found = _found(procurement_id, lot_key, offer_id)
    if shows_standing:
        # What stands is now before the reader's eyes, so abstaining again may discard it.
        form.revision.data = str(found.revision)
    kept = points_form(found.asked, found.own_points, found.revision)
    return _page(found, kept, 422, abstain_form=form, shows_standing=shows_standing)


def _found(procurement_id: UUID, lot_key: str, offer_id: UUID) -> queries.ScoringPage:
    session = reading()
    return queries.assessment_page(session, procurement_id, lot_key, offer_id, me(session))


def _typed(place: Place) -> PointsForm:
    session = reading()
    return points_form(queries.assessment_asked(session, *place, me(session)), {}, 0, request.form)


def _url(procurement_id: UUID, lot_key: str, offer_id: UUID) -> str:
    return url_for(".assessment", procurement_id=procurement_id, lot_key=lot_key, offer_id=offer_id)


def _page(
    found: queries.ScoringPage,
    form: PointsForm,
    status: int = 200,
    *,
    abstain_form: AbstainForm | None = None,
    save_state: str = "",
    shows_standing: bool = False,
) -> Response:
    record_read(found.offer_id)
    return page(
        "evaluation/assessment.html",
        status=status,
        found=found,
        form=form,
        abstain_form=abstain_form or AbstainForm(formdata=None, data={"revision": found.revision}),
        save_state=save_state,
        shows_standing=shows_standing,
        at=now(),
    )
