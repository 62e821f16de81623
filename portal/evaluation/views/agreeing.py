"""The panel's joint score of an offer, saved as it is written and agreed as a whole."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.evaluation import queries, usecases
from portal.evaluation.forms import PointsForm, points_form
from portal.evaluation.views.blueprint import LOT, bp, refuse
from portal.evaluation.views.writing import Place, act_on_offer, autosaved, written
from portal.shared.errors import RuleBroken
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, record_read

JOINT = f"{LOT}/joint/<uuid:offer_id>"


@bp.get(JOINT)
def joint(procurement_id: UUID, lot_key: str, offer_id: UUID) -> ResponseReturnValue:
    """Every assessor's points with their reasons, and the joint score."""
    found = _found(procurement_id, lot_key, offer_id)
    return _page(found, points_form(found.asked, found.joint_points, found.joint_revision))


@bp.post(JOINT)
def agree(procurement_id: UUID, lot_key: str, offer_id: UUID) -> ResponseReturnValue:
    """Keep the draft, or record what the panel has agreed where that button was used."""
    found = _found(procurement_id, lot_key, offer_id)
    form = _typed(found)
    drafting = request.form.get("next") != "agree"
    right = form.validate()
    if right if drafting else (form.complete() and right):
        act = usecases.save_joint if drafting else usecases.agree
        try:
            act_on_offer(act, (procurement_id, lot_key, offer_id), **written(form))
        except RuleBroken as broken:
            refuse(form, broken)
            if broken.rule == "changed_meanwhile":
                found = _found(procurement_id, lot_key, offer_id)
                # What stands is now before the reader's eyes, so recording again may replace it.
                form.revision.data = str(found.joint_revision)
                return _page(found, form, 422, shows_standing=True)
        else:
            if drafting:
                told = _("The joint score is saved as a draft. It has not been agreed.")
                return done(told, request.path)
            url = url_for(".lot", procurement_id=procurement_id, lot_key=lot_key)
            return done(_("The joint score is recorded."), url)
    return _page(_found(procurement_id, lot_key, offer_id), form, 422)


@bp.post(f"{JOINT}/autosave")
def autosave_joint(procurement_id: UUID, lot_key: str, offer_id: UUID) -> ResponseReturnValue:
    """Keep the draft while it is being written; the page swaps its save state and revision."""
    place = (procurement_id, lot_key, offer_id)
    form = _typed(_found(*place))

    def save() -> int:
        act_on_offer(usecases.save_joint, place, **written(form))
        return _found(*place).joint_revision

    return autosaved(form, save, partial(_page_at, place))


def _page_at(place: Place, form: PointsForm, status: int, **how: Any) -> Response:
    return _page(_found(*place), form, status, **how)


def _found(procurement_id: UUID, lot_key: str, offer_id: UUID) -> queries.ScoringPage:
    session = reading()
    return queries.joint_page(session, procurement_id, lot_key, offer_id, me(session))


def _typed(found: queries.ScoringPage) -> PointsForm:
    return points_form(found.asked, {}, found.joint_revision, request.form)


def _page(
    found: queries.ScoringPage,
    form: PointsForm,
    status: int = 200,
    *,
    save_state: str = "",
    shows_standing: bool = False,
) -> Response:
    record_read(found.offer_id)
    return page(
        "evaluation/joint.html",
        status=status,
        found=found,
        form=form,
        save_state=save_state,
        shows_standing=shows_standing,
        at=now(),
    )
