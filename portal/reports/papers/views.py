"""The page of a procurement's documents."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.organisations.models import Person
from portal.reports.papers.queries import papers_page, sealed_copy_of
from portal.reports.papers.usecases import seal_document
from portal.web.acting import acted
from portal.web.forms import ButtonForm
from portal.web.pages import page
from portal.web.unit import me, now, reading, record_read

bp = Blueprint("papers", __name__)

PAPERS = "/procurements/<uuid:procurement_id>/documents"
ONE = f"{PAPERS}/<uuid:document_id>"


@bp.get(PAPERS)
def index(procurement_id: UUID) -> ResponseReturnValue:
    """Every document that the reader may see, and its sealed copy."""
    return _index(procurement_id, ButtonForm(formdata=None))


@bp.post(f"{ONE}/seal")
def seal(procurement_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Have a copy sealed with the authority's certificate."""
    form = ButtonForm()

    def asked(session: Session, by: Person) -> str:
        seal_document(session, procurement_id, document_id, by=by, at=now())
        return url_for(".index", procurement_id=procurement_id)

    answer = acted(form, asked, _("The copy is being sealed. Look at this page again in a moment."))
    return _index(procurement_id, form, 422) if answer is None else answer


@bp.get(f"{ONE}/sealed")
def sealed(procurement_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """The sealed copy as a file."""
    content = sealed_copy_of(reading(), procurement_id, document_id, me(reading()))
    record_read(document_id)
    return send_file(
        BytesIO(content),
        mimetype="application/pdf",
        as_attachment=True,
        download_name="sealed.pdf",
        max_age=0,
    )


def _index(procurement_id: UUID, form: ButtonForm, status: int = 200) -> Response:
    n = request.args.get("page", 1, type=int)
    found = papers_page(reading(), procurement_id, me(reading()), n)
    return page("papers/index.html", status=status, found=found, form=form)
