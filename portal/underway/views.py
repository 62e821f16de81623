"""The pages of one's own long work; it is asked for again for as long as it goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.jobs import work as jobs
from portal.jobs.models import Work
from portal.jobs.work import WorkState
from portal.organisations.models import Person
from portal.refusals import refusal_text
from portal.shared.errors import RuleBroken
from portal.underway.queries import own_work, work_page
from portal.web.acting import acted
from portal.web.filters import add_status_texts
from portal.web.forms import ButtonForm, refuse
from portal.web.pages import page
from portal.web.unit import me, now, reading, record_read, transaction

bp = Blueprint("underway", __name__, url_prefix="/work")

WORK = "/<uuid:work_id>"

add_status_texts(
    {
        f"work_{WorkState.UNDER_WAY}": _l("Under way"),
        f"work_{WorkState.READY}": _l("Ready"),
        f"work_{WorkState.FAILED}": _l("Failed"),
        f"work_{WorkState.CANCELLED}": _l("Cancelled"),
        "work_of_archive_bundle": _l("Archive bundle"),
        "work_of_audit_entries": _l("Entries of the audit record as a file"),
        "work_of_decision_draft": _l("Draft of the award decision"),
        "work_of_award_documents": _l("Documents of the award decision"),
    }
)

# Where what is followed is to be found.
_PLACES = {"award_documents": ("evaluation.decision", "procurement_id")}


@bp.get("")
def index() -> ResponseReturnValue:
    """All of the reader's work."""
    session = reading()
    return _page("underway/index.html", work_page(session, me(session)), ButtonForm(formdata=None))


@bp.get(WORK)
def show(work_id: UUID) -> ResponseReturnValue:
    """One piece of work."""
    return _show(work_id, ButtonForm(formdata=None))


@bp.post(f"{WORK}/cancel")
def cancel(work_id: UUID) -> ResponseReturnValue:
    """Call it off."""
    return _do(
        work_id,
        lambda session, work: jobs.cancel(session, work, now()),
        _("The work has been cancelled."),
    )


@bp.post(f"{WORK}/remove")
def remove(work_id: UUID) -> ResponseReturnValue:
    """Take it off the list, with its file."""
    return _do(work_id, jobs.remove, _("It has been removed from your work."))


@bp.post(f"{WORK}/file")
def fetch(work_id: UUID) -> ResponseReturnValue:
    """The file that came of it, for who began it and still may have it."""
    form = ButtonForm()
    if not form.validate():
        return _show(work_id, form, 422)
    try:
        with transaction() as session:
            found = own_work(session, me(session), work_id)
            if found.state != WorkState.READY or found.name is None:
                raise RuleBroken("wrong_state")
            jobs.KINDS[found.kind].allow(session, found)
            found.fetched_at = now()
            name, media_type, subject = found.name, found.media_type, found.subject
    except RuleBroken as broken:
        refuse(form, broken)
        return _show(work_id, form, 422)
    if subject is not None:
        record_read(subject)
    session = reading()
    response = Response(jobs.pieces(session, own_work(session, me(session), work_id)))
    response.mimetype = media_type or "application/octet-stream"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _do(work_id: UUID, what: Callable[[Session, Work], None], message: str) -> ResponseReturnValue:
    form = ButtonForm()

    def act(session: Session, by: Person) -> str:
        what(session, own_work(session, by, work_id))
        return url_for(".index")

    answer = acted(form, act, message)
    return _show(work_id, form, 422) if answer is None else answer


def _show(work_id: UUID, form: ButtonForm, status: int = 200) -> Response:
    session = reading()
    return _page("underway/show.html", work_page(session, me(session), work_id), form, status)


def _page(template: str, found: object, form: ButtonForm, status: int = 200) -> Response:
    return page(
        template,
        status=status,
        found=found,
        form=form,
        here=request.path if request.method == "GET" else url_for(".index"),
        place_of=_place_of,
        rule_text=lambda rule: refusal_text(RuleBroken(rule)),
    )


def _place_of(kind: str, subject: UUID | None) -> str | None:
    if kind not in _PLACES or subject is None:
        return None
    endpoint, name = _PLACES[kind]
    key: dict[str, Any] = {name: subject}
    return url_for(endpoint, **key)
