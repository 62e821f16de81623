"""The pages of personal data."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.organisations.models import Organisation, Person
from portal.privacy import usecases
from portal.privacy.access import answered_for
from portal.privacy.files import NAME, as_json, export_zip
from portal.privacy.forms import CorrectionForm, HoldForm, RetentionForm, retention_form
from portal.privacy.queries import holding, known, overview
from portal.privacy.queries.readings import Readings, readings_of
from portal.privacy.rules import Held
from portal.shared.canonical import sha256
from portal.shared.clock import day_in_helsinki
from portal.web.acting import acted
from portal.web.filters import add_status_texts
from portal.web.forms import ButtonForm, PortalForm
from portal.web.language import current_language
from portal.web.pages import page
from portal.web.unit import me, now, reading, record_read, services, transaction

bp = Blueprint("privacy", __name__, url_prefix="/personal-data")

PARTICIPANT = "/participants/<uuid:enrolment_id>"
HOLD_ON = "/holds/<any(participant, training, contract, procurement):held>/<uuid:held_id>"

add_status_texts(
    {
        "held_participant": _l("A participant"),
        "held_training": _l("A training"),
        "held_contract": _l("A contract"),
        "held_procurement": _l("A procurement"),
        "room_enrolments": _l("The participant's page, or a list of the training"),
        "room_plans": _l("The personal plan"),
        "room_guidance": _l("After-guidance"),
        "room_workplaces": _l("The workplace"),
        "room_visits": _l("A visit to the workplace"),
        "room_workdays": _l("The record of workdays"),
        "room_meetings": _l("A meeting about the participant"),
        "room_feedback": _l("Feedback"),
        "room_privacy": _l("What is known about the participant"),
        "room_waiting": _l("The list of what waits"),
        "room_other": _l("Another page"),
    }
)
ROOMS = frozenset(
    {
        "enrolments",
        "plans",
        "guidance",
        "workplaces",
        "visits",
        "workdays",
        "meetings",
        "feedback",
        "privacy",
        "waiting",
    }
)


@bp.get("")
def index() -> ResponseReturnValue:
    """How long data is kept, what is due when, what is held, what has gone."""
    session = reading()
    n = request.args.get("page", 1, type=int)
    found = overview.overview_page(session, me(session), day_in_helsinki(now()), n)
    return page("privacy/index.html", found=found)


@bp.get("/retention/<uuid:organisation_id>")
def ask_retention(organisation_id: UUID) -> ResponseReturnValue:
    """The periods of one organisation."""
    session = reading()
    controller = overview.controller_of(session, organisation_id, me(session))
    return _retention_page(retention_form(controller, empty=True))


@bp.post("/retention/<uuid:organisation_id>")
def set_retention(organisation_id: UUID) -> ResponseReturnValue:
    """Set them."""
    session = reading()
    form = retention_form(overview.controller_of(session, organisation_id, me(session)))

    def act(session: Session, by: Person) -> str:
        usecases.set_retention(
            session,
            organisation=session.get_one(Organisation, organisation_id),
            months=form.months(),
            by=by,
            at=now(),
        )
        return url_for(".index")

    return acted(form, act, _("The periods are in force.")) or _retention_page(form, 422)


def _retention_page(form: RetentionForm, status: int = 200) -> Response:
    return page("privacy/retention.html", status=status, form=form)


@bp.get("/holds")
def holds() -> ResponseReturnValue:
    """What stays although its period has ended."""
    return _holds_page(ButtonForm(formdata=None))


def _holds_page(form: PortalForm, status: int = 200) -> Response:
    session = reading()
    n = request.args.get("page", 1, type=int)
    found = holding.holds_page(session, me(session), day_in_helsinki(now()), n)
    for row in found.rows:
        if row.hold.kind == Held.PARTICIPANT and row.words != "–":
            record_read(row.hold.subject)
    return page("privacy/holds.html", status=status, found=found, form=form)


@bp.get(HOLD_ON)
def ask_hold(held: str, held_id: UUID) -> ResponseReturnValue:
    """An empty hold."""
    return _hold_page(held, held_id, HoldForm(formdata=None))


@bp.post(HOLD_ON)
def place_hold(held: str, held_id: UUID) -> ResponseReturnValue:
    """Hold it."""
    form = HoldForm()

    def act(session: Session, by: Person) -> str:
        subject = holding.subject_of(session, held, held_id, by)
        usecases.place_hold(
            session,
            kind=subject.kind,
            subject=subject.key,
            organisation_id=subject.organisation_id,
            reason=form.reason.data,
            until=form.until.data,
            by=by,
            at=now(),
        )
        return url_for(".holds")

    return acted(form, act, _("The data is held.")) or _hold_page(held, held_id, form, 422)


def _hold_page(held: str, held_id: UUID, form: HoldForm, status: int = 200) -> Response:
    session = reading()
    subject = holding.subject_of(session, held, held_id, me(session))
    if subject.kind == Held.PARTICIPANT:
        record_read(held_id)
    return page("privacy/hold.html", status=status, subject=subject, form=form)


@bp.post("/holds/<uuid:hold_id>/release")
def release_hold(hold_id: UUID) -> ResponseReturnValue:
    """Let go."""
    form = ButtonForm()

    def act(session: Session, by: Person) -> str:
        hold = holding.hold_of(session, hold_id, by)
        usecases.release_hold(session, hold=hold, by=by, at=now())
        return url_for(".holds")

    return acted(form, act, _("The hold is released.")) or _holds_page(form, 422)


@bp.get(PARTICIPANT)
def participant(enrolment_id: UUID) -> ResponseReturnValue:
    """What is known about a participant, and who has read it."""
    return _participant_page(enrolment_id, ButtonForm(formdata=None))


def _participant_page(enrolment_id: UUID, form: PortalForm, status: int = 200) -> Response:
    session = reading()
    enrolment = answered_for(session, enrolment_id, me(session))
    keys = known.keys_of_person(session, enrolment)
    record_read(enrolment_id)
    found = known.known_about_participant(session, keys)
    read = _readings(session, keys, request.args.get("page", 1, type=int))
    return page(
        "privacy/participant.html",
        status=status,
        enrolment=enrolment,
        found=[one for one in found if one.rows],
        read=read,
        rooms=ROOMS,
        form=form,
    )


def _readings(session: Session, keys: list[UUID], n: int | None = None) -> Readings:
    with services().reads_database.reading() as reads:
        return readings_of(reads, session, keys, n)


@bp.post(f"{PARTICIPANT}/export")
def export(enrolment_id: UUID) -> ResponseReturnValue:
    """Everything that is known about a participant, as one file to hand over."""
    form = ButtonForm()
    if not form.validate():
        return _participant_page(enrolment_id, form, 422)
    session = reading()
    enrolment = answered_for(session, enrolment_id, me(session))
    keys = known.keys_of_person(session, enrolment)
    record_read(enrolment_id)
    content = _zip(
        known.known_about_participant(session, keys),
        _readings(session, keys),
        known.documents_about(session, keys),
        of_account=False,
    )
    with transaction() as writing:
        by = me(writing)
        usecases.export_participant(
            writing,
            enrolment=answered_for(writing, enrolment_id, by),
            sha256=sha256(content),
            by=by,
            at=now(),
        )
    return _handed_over(content)


@bp.post("/mine/export")
def export_own() -> ResponseReturnValue:
    """Everything that is known about the reader's own account."""
    form = ButtonForm()
    if not form.validate():
        return own(form, 422)
    session = reading()
    person = me(session)
    content = _zip(known.known_about_account(session, person), None, [], of_account=True)
    with transaction() as writing:
        usecases.export_own_account(writing, sha256=sha256(content), by=me(writing), at=now())
    return _handed_over(content)


@bp.get("/mine")
def mine() -> ResponseReturnValue:
    """What is known about the reader's own account."""
    return own(ButtonForm(formdata=None))


def own(form: PortalForm, status: int = 200) -> Response:
    """The page of one's own data."""
    session = reading()
    found = known.known_about_account(session, me(session))
    return page(
        "privacy/mine.html", status=status, found=[one for one in found if one.rows], form=form
    )


def _zip(
    found: list[known.KnownTable],
    read: Readings | None,
    documents: list[bytes],
    *,
    of_account: bool,
) -> bytes:
    at, language = now(), current_language()
    readings = read.rows if read else []
    told = render_template(
        "privacy/export.html",
        found=[one for one in found if one.rows],
        readings_of_you=readings,
        rooms=ROOMS,
        of_account=of_account,
        at=at,
        language=language,
    )
    return export_zip(as_json(found, readings, at, language), told, documents)


def _handed_over(content: bytes) -> Response:
    return send_file(
        BytesIO(content),
        mimetype="application/zip",
        as_attachment=True,
        download_name=NAME,
        max_age=0,
    )


@bp.get(f"{PARTICIPANT}/correct")
def ask_correction(enrolment_id: UUID) -> ResponseReturnValue:
    """The form with what stands there now."""
    session = reading()
    enrolment = answered_for(session, enrolment_id, me(session))
    return _correction_page(enrolment_id, CorrectionForm(formdata=None, obj=enrolment))


@bp.post(f"{PARTICIPANT}/correct")
def correct(enrolment_id: UUID) -> ResponseReturnValue:
    """Put it right."""
    form = CorrectionForm()

    def act(session: Session, by: Person) -> str:
        usecases.correct_participant(
            session,
            enrolment=answered_for(session, enrolment_id, by),
            name=form.name.data,
            external_key=form.external_key.data or "",
            birth_year=form.birth_year.data,
            sex=form.sex.data,
            education=form.education.data,
            referral_source=form.referral_source.data or None,
            by=by,
            at=now(),
        )
        return url_for(".participant", enrolment_id=enrolment_id)

    answer = acted(form, act, _("The data is corrected. What was wrong is not kept."))
    return answer or _correction_page(enrolment_id, form, 422)


def _correction_page(enrolment_id: UUID, form: CorrectionForm, status: int = 200) -> Response:
    session = reading()
    enrolment = answered_for(session, enrolment_id, me(session))
    record_read(enrolment_id)
    return page("privacy/correct.html", status=status, enrolment=enrolment, form=form)
