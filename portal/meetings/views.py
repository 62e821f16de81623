"""The pages of the meetings: planning, holding, minutes, practices."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.contracts.usecases import waive_start_up
from portal.documents import store
from portal.jobs.mail import CALENDAR_FILE, chosen_language
from portal.meetings import queries, usecases
from portal.meetings.calendar import CANCEL, PUBLISH, entry_text
from portal.meetings.forms import (
    KIND_WORDS,
    OUTCOME_WORDS,
    REVIEW_WORDS,
    HoldForm,
    PlanForm,
    ReasonForm,
    about_form,
    hold_form,
    plan_form,
)
from portal.meetings.guests import sponsors_by_email
from portal.meetings.queries import Preparation
from portal.meetings.rules import MeetingState
from portal.organisations.models import Person
from portal.shared.errors import NotFound, RuleBroken
from portal.web.acting import acted
from portal.web.forms import ButtonForm, refuse
from portal.web.pages import done, not_found_unless, onwards, page
from portal.web.unit import me, now, reading, record_read, transaction

bp = Blueprint("meetings", __name__)

CONTRACT = "/contracts/<uuid:contract_id>"
MEETING = "/meetings/<uuid:meeting_id>"


@bp.context_processor
def _words() -> dict[str, Any]:
    return {
        "kind_words": KIND_WORDS,
        "outcome_words": OUTCOME_WORDS,
        "review_words": REVIEW_WORDS,
    }


@bp.get(f"{CONTRACT}/meetings")
def index(contract_id: UUID) -> ResponseReturnValue:
    """The meetings of a contract."""
    session = reading()
    n = request.args.get("page", 1, type=int)
    found = queries.meetings_page(session, contract_id, me(session), n, now())
    return page("meetings/index.html", found=found)


@bp.get(f"{CONTRACT}/practices")
def practices(contract_id: UUID) -> ResponseReturnValue:
    """The practices agreed on a contract."""
    session = reading()
    everything = request.args.get("state") == "all"
    n = request.args.get("page", 1, type=int)
    found = queries.practices_page(session, contract_id, me(session), everything, n, now())
    return page("meetings/practices.html", found=found)


@bp.get(MEETING)
def show(meeting_id: UUID) -> ResponseReturnValue:
    """One meeting."""
    return _meeting_page(meeting_id, ButtonForm(formdata=None))


def _meeting_page(meeting_id: UUID, form: ButtonForm, status: int = 200) -> Response:
    session = reading()
    found = queries.meeting_page(session, meeting_id, me(session), now())
    if found.meeting.enrolment_id is not None:
        record_read(found.meeting.enrolment_id)
    return page("meetings/show.html", status=status, found=found, form=form)


def _about(session: Session, **of: Any) -> queries.About:
    """What the address says that the meeting is about. Raises NotFound."""
    return queries.about_of(
        session,
        me(session),
        kind=request.args.get("kind"),
        training_id=_asked("training"),
        participant_id=_asked("participant"),
        **of,
    )


def _asked(name: str) -> UUID | None:
    given = request.args.get(name)
    try:
        return UUID(given) if given else None
    except ValueError as fault:
        raise NotFound from fault


def _ready(session: Session, **of: Any) -> Preparation:
    return queries.preparation(session, _about(session, **of), me(session), now())


@bp.get(f"{CONTRACT}/meetings/new")
def new(contract_id: UUID) -> ResponseReturnValue:
    """What is to be planned: first what it is about, then when and with whom."""
    ready = _ready(reading(), contract_id=contract_id)
    return _form_page("plan", ready, plan_form(ready) if ready.about.kind else None)


@bp.post(f"{CONTRACT}/meetings/new")
def plan(contract_id: UUID) -> ResponseReturnValue:
    """Plan the meeting, and invite."""
    form = plan_form(_ready(reading(), contract_id=contract_id))
    if form.validate():
        try:
            with transaction() as session:
                about = _about(session, contract_id=contract_id)
                meeting = usecases.plan_meeting(
                    session,
                    contract=about.contract,
                    kind=not_found_unless(about.kind),
                    training=about.training,
                    enrolment=about.enrolment,
                    **form.plan(),
                    invited=_people(session, about, form, form.invited.data),
                    by=me(session),
                    at=now(),
                )
                key = meeting.id
            return done(
                _("The meeting has been planned, and those invited have been written to."),
                url_for(".show", meeting_id=key),
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _form_page("plan", _ready(reading(), contract_id=contract_id), form, 422)


@bp.get(f"{MEETING}/move")
def ask_move(meeting_id: UUID) -> ResponseReturnValue:
    """The plan, to be changed."""
    ready = _ready(reading(), meeting_id=meeting_id)
    return _form_page("move", ready, plan_form(ready))


@bp.post(f"{MEETING}/move")
def move(meeting_id: UUID) -> ResponseReturnValue:
    """Change the plan, and tell the guests."""
    form = plan_form(_ready(reading(), meeting_id=meeting_id))
    if form.validate():
        try:
            with transaction() as session:
                about = _about(session, meeting_id=meeting_id)
                usecases.move_meeting(
                    session,
                    meeting=not_found_unless(about.planned),
                    **form.plan(),
                    invited=_people(session, about, form, form.invited.data),
                    by=me(session),
                    at=now(),
                )
            return done(
                _("The plan has been changed, and those it concerns have been written to."),
                url_for(".show", meeting_id=meeting_id),
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _form_page("move", _ready(reading(), meeting_id=meeting_id), form, 422)


@bp.get(f"{MEETING}/cancel")
def ask_cancel(meeting_id: UUID) -> ResponseReturnValue:
    """What cancelling does, and why it is done."""
    return _cancel_page(meeting_id, ReasonForm(formdata=None))


@bp.post(f"{MEETING}/cancel")
def cancel(meeting_id: UUID) -> ResponseReturnValue:
    """Give the meeting up."""
    form = ReasonForm()

    def act(session: Session, by: Person) -> str:
        usecases.cancel_meeting(
            session,
            meeting=queries.meeting_of(session, meeting_id, by),
            reason=form.reason.data,
            by=by,
            at=now(),
        )
        return url_for(".show", meeting_id=meeting_id)

    return acted(
        form, act, _("The meeting has been cancelled, and those invited have been written to.")
    ) or _cancel_page(meeting_id, form, 422)


def _cancel_page(meeting_id: UUID, form: ReasonForm, status: int = 200) -> Response:
    session = reading()
    found = queries.meeting_page(session, meeting_id, me(session), now())
    return page("meetings/cancel.html", status=status, found=found, form=form)


@bp.get(f"{CONTRACT}/meetings/record")
def ask_record(contract_id: UUID) -> ResponseReturnValue:
    """What was held without a plan: first what it was about, then what it came to."""
    ready = _ready(reading(), contract_id=contract_id)
    return _form_page("record", ready, hold_form(ready) if ready.about.kind else None)


@bp.post(f"{CONTRACT}/meetings/record")
def record(contract_id: UUID) -> ResponseReturnValue:
    """Record a meeting that nobody planned."""
    return _hold("record", contract_id=contract_id)


@bp.get(f"{MEETING}/hold")
def ask_hold(meeting_id: UUID) -> ResponseReturnValue:
    """What the planned meeting came to."""
    ready = _ready(reading(), meeting_id=meeting_id)
    return _form_page("hold", ready, hold_form(ready))


@bp.post(f"{MEETING}/hold")
def hold(meeting_id: UUID) -> ResponseReturnValue:
    """Record that the planned meeting has been held."""
    return _hold("hold", meeting_id=meeting_id)


def _hold(act: str, **of: UUID) -> ResponseReturnValue:
    form = hold_form(_ready(reading(), **of))
    if form.validate():
        try:
            with transaction() as session:
                about = _about(session, **of)
                meeting = usecases.hold_meeting(
                    session,
                    contract=about.contract,
                    kind=not_found_unless(about.kind),
                    training=about.training,
                    enrolment=about.enrolment,
                    planned=about.planned,
                    present=_people(session, about, form, form.present.data),
                    lines=form.lines(),
                    reviews=form.reviews(),
                    practices=form.practices(),
                    notes=form.notes.data or "",
                    **_visited(form),
                    by=me(session),
                    at=now(),
                )
                key = meeting.id
            return done(
                _("The meeting has been recorded. Its minutes wait for both sides to approve."),
                url_for(".show", meeting_id=key),
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _form_page(act, _ready(reading(), **of), form, 422)


def _visited(form: HoldForm) -> dict[str, str]:
    names = ("progress", "quality", "effectiveness")
    return {name: form[name].data or "" for name in names if name in form}


def _people(
    session: Session, about: queries.About, form: PlanForm | HoldForm, chosen: list[str]
) -> list[Person]:
    """Those ticked, all of whom the form offered, and the sponsors named by e-mail address."""
    people = [session.get_one(Person, UUID(key)) for key in chosen]
    emails = form.emails()
    if emails:
        found, unknown = sponsors_by_email(session, about.contract, emails)
        if unknown:
            raise RuleBroken("guest_unknown", field="others", emails=", ".join(unknown))
        people += [one for one in found if one not in people]
    return people


def _form_page(
    act: str, ready: Preparation, form: PlanForm | HoldForm | None, status: int = 200
) -> Response:
    planned = ready.about.planned
    return page(
        "meetings/plan.html" if act in ("plan", "move") else "meetings/hold.html",
        status=status,
        act=act,
        ready=ready,
        about=ready.about,
        choice=None if planned else about_form(ready.about),
        form=form,
        url=request.full_path.rstrip("?"),
    )


@bp.post(f"{MEETING}/approve")
def approve(meeting_id: UUID) -> ResponseReturnValue:
    """Approve the minutes for one's own side."""
    form = ButtonForm()

    def act(session: Session, by: Person) -> str:
        meeting = queries.meeting_of(session, meeting_id, by)
        usecases.approve_minutes(session, meeting=meeting, by=by, at=now())
        return url_for(".show", meeting_id=meeting_id)

    answer = acted(form, act, _("You have approved the minutes."))
    return answer or _meeting_page(meeting_id, form, 422)


@bp.get(f"{MEETING}/minutes.pdf")
def minutes(meeting_id: UUID) -> ResponseReturnValue:
    """The minutes: the very bytes that are approved."""
    session = reading()
    meeting = queries.meeting_of(session, meeting_id, me(session))
    stored = not_found_unless(queries.minutes_of(session, meeting))
    record_read(meeting.id, *([meeting.enrolment_id] if meeting.enrolment_id else []))
    return send_file(
        BytesIO(store.content(session, stored)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"minutes-{meeting.contract.reference.replace('/', '-')}.pdf",
        max_age=0,
    )


@bp.get(f"{MEETING}/{CALENDAR_FILE}")
def calendar(meeting_id: UUID) -> ResponseReturnValue:
    """The meeting for the reader's own calendar."""
    session = reading()
    reader = me(session)
    meeting = queries.meeting_of(session, meeting_id, reader)
    method = CANCEL if meeting.state == MeetingState.CANCELLED else PUBLISH
    entry = usecases.entry_for(session, meeting, reader)
    return send_file(
        BytesIO(entry_text(entry, method, chosen_language(reader)).encode()),
        mimetype="text/calendar",
        as_attachment=True,
        download_name=CALENDAR_FILE,
        max_age=0,
    )


@bp.get(f"{CONTRACT}/start-up-waiver")
def ask_waiver(contract_id: UUID) -> ResponseReturnValue:
    """What waiving does, and why it is done."""
    return _waiver_page(contract_id, ReasonForm(formdata=None))


@bp.post(f"{CONTRACT}/start-up-waiver")
def waive(contract_id: UUID) -> ResponseReturnValue:
    """Let places be called off without a start-up meeting."""
    form = ReasonForm()

    def act(session: Session, by: Person) -> str:
        waive_start_up(
            session,
            contract=queries.contract_met_on(session, contract_id, by),
            reason=form.reason.data,
            by=by,
            at=now(),
        )
        return url_for(".index", contract_id=contract_id)

    return acted(
        form, act, _("The start-up meeting has been waived. Places can be called off.")
    ) or _waiver_page(contract_id, form, 422)


def _waiver_page(contract_id: UUID, form: ReasonForm, status: int = 200) -> ResponseReturnValue:
    session = reading()
    found = queries.meetings_page(session, contract_id, me(session), 1, now())
    if not found.may_waive and status == 200:
        return onwards(url_for(".index", contract_id=contract_id))
    return page("meetings/waive.html", status=status, found=found, form=form)
