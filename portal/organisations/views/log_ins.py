"""The reader's own log-ins."""

from __future__ import annotations

from uuid import UUID

from flask import session as browser_session
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.organisations import queries, usecases
from portal.organisations.views.blueprint import bp
from portal.web.forms import ButtonForm
from portal.web.pages import done, page
from portal.web.unit import TOKEN, me, now, reading, transaction


@bp.get("/account/log-ins")
def log_ins() -> ResponseReturnValue:
    """When and roughly where the reader has logged in."""
    return _log_ins()


@bp.post("/account/log-ins/<uuid:log_in_id>/end")
def end_log_in(log_in_id: UUID) -> ResponseReturnValue:
    """End one of them."""
    if not ButtonForm().validate():
        return _log_ins(422)
    with transaction() as session:
        usecases.end_log_in(session, key=log_in_id, by=me(session), at=now())
    return done(_("The log-in is ended."), url_for(".log_ins"))


def _log_ins(status: int = 200) -> ResponseReturnValue:
    return page(
        "organisations/log_ins.html",
        status=status,
        form=ButtonForm(formdata=None),
        **queries.log_ins_page(reading(), me(reading()), browser_session[TOKEN], now()),
    )
