"""The page of a procurement's bundles."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.reports.bundles.queries import bundle_page
from portal.reports.bundles.usecases import begin_bundle
from portal.web.acting import acted
from portal.web.forms import ButtonForm
from portal.web.pages import page
from portal.web.unit import me, now, reading

bp = Blueprint("bundles", __name__)

BUNDLES = "/procurements/<uuid:procurement_id>/bundles"


@bp.get(BUNDLES)
def index(procurement_id: UUID) -> ResponseReturnValue:
    """What a bundle holds, the button that makes one, and those made before."""
    return _index(procurement_id, ButtonForm(formdata=None))


@bp.post(f"{BUNDLES}/begin")
def begin(procurement_id: UUID) -> ResponseReturnValue:
    """Have it made in the background, to be found under the reader's work."""
    form = ButtonForm()
    answer = acted(
        form,
        lambda session, by: url_for(
            "underway.show", work_id=begin_bundle(session, procurement_id, by, now()).id
        ),
        _("The work has begun. You may leave this page: what comes of it waits for you here."),
    )
    return _index(procurement_id, form, 422) if answer is None else answer


def _index(procurement_id: UUID, form: ButtonForm, status: int = 200) -> Response:
    session = reading()
    n = request.args.get("page", 1, type=int)
    found = bundle_page(session, procurement_id, me(session), n)
    return page("bundles/index.html", status=status, found=found, form=form)
