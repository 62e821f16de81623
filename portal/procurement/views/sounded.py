"""Beginning a procurement from a sounding."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.procurement import usecases
from portal.procurement.forms.sounded import FromSoundingForm
from portal.procurement.rules import ProcurementKind
from portal.procurement.views.blueprint import bp
from portal.shared.errors import RuleBroken
from portal.soundings.queries.soundings import sounders_sounding
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, transaction


@bp.get("/new-from-sounding/<uuid:sounding_id>")
def new_from_sounding(sounding_id: UUID) -> ResponseReturnValue:
    """What is taken over, and what is still asked."""
    return _new_page(sounding_id, FromSoundingForm(formdata=None))


@bp.post("/new-from-sounding/<uuid:sounding_id>")
def draft_from_sounding(sounding_id: UUID) -> ResponseReturnValue:
    """Begin the procurement."""
    form = FromSoundingForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                procurement = usecases.draft_from_sounding(
                    session,
                    sounding=sounders_sounding(session, sounding_id, by),
                    reference=form.reference.data,
                    kind=ProcurementKind(form.kind.data),
                    by=by,
                    at=now(),
                )
                procurement_id = procurement.id
            return done(
                _("The draft is saved. Go on with its other parts."),
                url_for(".show", procurement_id=procurement_id),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _new_page(sounding_id, form, 422)


def _new_page(sounding_id: UUID, form: FromSoundingForm, status: int = 200) -> Response:
    session = reading()
    sounding = sounders_sounding(session, sounding_id, me(session))
    return page("procurement/from_sounding.html", status=status, sounding=sounding, form=form)
