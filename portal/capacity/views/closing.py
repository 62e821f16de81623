"""Closing a training."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.capacity import usecases
from portal.capacity.forms import CloseForm
from portal.capacity.queries.shown import closing_page, training_to_close
from portal.capacity.views.blueprint import TRAINING, bp
from portal.shared.errors import RuleBroken
from portal.web.forms import refuse
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, transaction


@bp.get(f"{TRAINING}/close")
def ask_close(training_id: UUID) -> ResponseReturnValue:
    """What closing does."""
    return _page(training_id, CloseForm(formdata=None))


@bp.post(f"{TRAINING}/close")
def close(training_id: UUID) -> ResponseReturnValue:
    """Close the training; what it did not use can be called off again."""
    form = CloseForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                training = training_to_close(session, training_id, by)
                contract_id = training.contract_id
                usecases.close_training(session, training=training, by=by, at=now())
            message = _("The training is closed. What it did not use can be called off again.")
            return done(message, url_for(".use", contract_id=contract_id))
        except RuleBroken as broken:
            refuse(form, broken)
    return _page(training_id, form, 422)


def _page(training_id: UUID, form: CloseForm, status: int = 200) -> Response:
    session = reading()
    found = closing_page(session, training_id, me(session))
    return page("capacity/close.html", status=status, found=found, form=form)
