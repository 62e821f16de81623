"""Who may open the offers of a draft call."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.procurement import usecases
from portal.procurement.forms.acts import OpenersForm, openers_form
from portal.procurement.queries.drafting import officers_procurement
from portal.procurement.queries.openers import OpenersPage, openers_named, openers_page
from portal.procurement.views.blueprint import bp
from portal.shared.errors import RuleBroken
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, transaction


@bp.get("/<uuid:procurement_id>/openers")
def openers(procurement_id: UUID) -> ResponseReturnValue:
    """The buyer's openers, who of them has a key, and who is named."""
    found = _found(procurement_id)
    return _openers_page(found, openers_form(found))


@bp.post("/<uuid:procurement_id>/openers")
def save_openers(procurement_id: UUID) -> ResponseReturnValue:
    """Name the openers."""
    found = _found(procurement_id)
    form = openers_form(found)
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.name_openers(
                    session,
                    procurement=officers_procurement(session, procurement_id, by),
                    openers=openers_named(session, [UUID(key) for key in form.openers.data or ()]),
                    by=by,
                    at=now(),
                )
            return done(
                _("The openers are named."), url_for(".openers", procurement_id=procurement_id)
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _openers_page(found, form, 422)


def _found(procurement_id: UUID) -> OpenersPage:
    session = reading()
    return openers_page(session, procurement_id, me(session), now())


def _openers_page(found: OpenersPage, form: OpenersForm, status: int = 200) -> Response:
    return page("procurement/openers.html", status=status, found=found, form=form)
