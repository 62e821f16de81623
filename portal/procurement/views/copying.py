"""The officer's page for copying an earlier call."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.procurement import usecases
from portal.procurement.forms.acts import CopyForm
from portal.procurement.queries.drafting import officers_procurement
from portal.procurement.views.blueprint import bp
from portal.shared.errors import RuleBroken
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, transaction


@bp.get("/<uuid:procurement_id>/copy")
def ask_copy(procurement_id: UUID) -> ResponseReturnValue:
    """What a copy takes over, and a place for its reference."""
    return _copy_page(procurement_id, CopyForm(formdata=None))


@bp.post("/<uuid:procurement_id>/copy")
def copy(procurement_id: UUID) -> ResponseReturnValue:
    """Begin a draft with the terms of this call."""
    form = CopyForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                draft = usecases.copy_procurement(
                    session,
                    procurement=officers_procurement(session, procurement_id, by),
                    reference=form.reference.data,
                    by=by,
                    at=now(),
                )
                draft_id = draft.id
            return done(
                _(
                    "The draft is a copy. Set its deadlines and its contract period, and look at"
                    " the last day of notice of each option."
                ),
                url_for(".show", procurement_id=draft_id),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _copy_page(procurement_id, form, 422)


def _copy_page(procurement_id: UUID, form: CopyForm, status: int = 200) -> Response:
    session = reading()
    procurement = officers_procurement(session, procurement_id, me(session))
    return page("procurement/copy.html", status=status, procurement=procurement, form=form)
