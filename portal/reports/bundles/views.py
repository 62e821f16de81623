"""The page of a procurement's bundles."""

from __future__ import annotations

from tempfile import TemporaryFile
from uuid import UUID

from flask import Blueprint, Response, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.reports.bundles.queries import bundle_page, pack
from portal.reports.bundles.rules import safe_name
from portal.reports.bundles.usecases import begin_bundle, make_bundle
from portal.shared.errors import RuleBroken
from portal.web.acting import acted
from portal.web.forms import ButtonForm, refuse
from portal.web.pages import page
from portal.web.unit import me, now, reading, record_read, services, transaction

bp = Blueprint("bundles", __name__)

BUNDLES = "/procurements/<uuid:procurement_id>/bundles"


@bp.get(BUNDLES)
def index(procurement_id: UUID) -> ResponseReturnValue:
    """What a bundle holds, the button that makes one, and those made before."""
    return _index(procurement_id, ButtonForm(formdata=None))


@bp.post(BUNDLES)
def make(procurement_id: UUID) -> ResponseReturnValue:
    """Make a bundle, note it on the record, and hand it over as a file to keep."""
    form = ButtonForm()
    if not form.validate():
        return _index(procurement_id, form, 422)
    # Packed by a session of its own that sees one state, and let go of before anything is
    # written: whoever writes meanwhile does not wait for the packing.
    file = TemporaryFile()  # noqa: SIM115  # the answer closes it
    try:
        with services().database.snapshot() as session:
            made = pack(session, procurement_id, me(session), file)
        with transaction() as session:
            make_bundle(session, procurement_id=procurement_id, made=made, by=me(session), at=now())
    except RuleBroken as broken:
        file.close()
        refuse(form, broken)
        return _index(procurement_id, form, 422)
    except BaseException:
        file.close()
        raise
    record_read(procurement_id)
    found = bundle_page(reading(), procurement_id, me(reading()))
    file.seek(0)
    return send_file(
        file,
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"{safe_name(found.procurement.reference)}.zip",
        max_age=0,
    )


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
