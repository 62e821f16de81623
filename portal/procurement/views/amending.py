"""Amending a published call."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.procurement import usecases
from portal.procurement.forms.amend import AmendForm, amend_form, lot_titles
from portal.procurement.queries.amending import amend_page
from portal.procurement.views.blueprint import bp
from portal.shared.errors import RuleBroken
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, transaction


@bp.get("/<uuid:procurement_id>/amend")
def ask_amendment(procurement_id: UUID) -> ResponseReturnValue:
    """What may be changed, as it stands."""
    return _amend_page(procurement_id)


@bp.post("/<uuid:procurement_id>/amend")
def amend(procurement_id: UUID) -> ResponseReturnValue:
    """Amend the call; every submitted offer is to be confirmed again."""
    session = reading()
    found = amend_page(session, procurement_id, me(session), now())
    form = amend_form(found.call, found.revision)
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.amend(
                    session,
                    procurement=amend_page(session, procurement_id, by, now()).procurement,
                    changes=form.changes(),
                    reason=form.reason.data,
                    by=by,
                    at=now(),
                    revision=form.revision.data,
                )
            return done(
                _("The call has been amended. Every provider with an offer has been told."),
                url_for(".show", procurement_id=procurement_id, _anchor="amendments"),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _amend_page(procurement_id, form, 422)


def _amend_page(procurement_id: UUID, form: AmendForm | None = None, status: int = 200) -> Response:
    session = reading()
    found = amend_page(session, procurement_id, me(session), now())
    return page(
        "procurement/amend.html",
        status=status,
        found=found,
        form=form or amend_form(found.call, found.revision),
        titles=lot_titles(found.call),
    )
