"""One participant; the start, the end, and the status months later."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.enrolments import usecases
from portal.enrolments.forms import (
    EndForm,
    FollowUpForm,
    StartForm,
    not_ahead,
    with_months,
    with_people,
)
from portal.enrolments.queries.people import (
    enrolment_of,
    enrolments_of,
    follow_up_months_of,
    participant_page,
    ready_to_start,
)
from portal.enrolments.queries.trainings import training_of, training_page
from portal.enrolments.views.blueprint import PARTICIPANT, TRAINING, bp, today
from portal.organisations.models import Person
from portal.web.acting import acted
from portal.web.pages import page
from portal.web.unit import me, now, reading


@bp.get(PARTICIPANT)
def participant(enrolment_id: UUID) -> ResponseReturnValue:
    """One participant's whole way in the training."""
    session = reading()
    found = participant_page(session, enrolment_id, me(session), today())
    return page("enrolments/participant.html", found=found)


@bp.get(f"{TRAINING}/start")
def ask_start(training_id: UUID) -> ResponseReturnValue:
    """Who starts, on which day."""
    form = _start_form(training_id, empty=True)
    form.on.data = today()
    form.enrolments.data = [key for key, _text in form.enrolments.choices]
    return _start_page(training_id, form)


@bp.post(f"{TRAINING}/start")
def start(training_id: UUID) -> ResponseReturnValue:
    """People start."""
    form = _start_form(training_id)

    def act(session: Session, by: Person) -> str:
        training = training_of(session, training_id, by)
        usecases.start(
            session,
            training=training,
            enrolments=enrolments_of(session, training, form.enrolments.data, by),
            on=form.on.data,
            by=by,
            at=now(),
        )
        return url_for(".training", training_id=training_id)

    answer = acted(form, act, _("The start is recorded."))
    return answer or _start_page(training_id, form, 422)


def _start_form(training_id: UUID, *, empty: bool = False) -> StartForm:
    session = reading()
    by = me(session)
    training = training_of(session, training_id, by)
    form = StartForm(formdata=None) if empty else StartForm()
    form.on.validators = [*form.on.validators, not_ahead(today())]
    with_people(form.enrolments, ready_to_start(session, training, by))
    return form


def _start_page(training_id: UUID, form: StartForm, status: int = 200) -> Response:
    session = reading()
    found = training_page(session, training_id, me(session), 1, today())
    return page("enrolments/start.html", status=status, found=found, form=form)


@bp.get(f"{PARTICIPANT}/end")
def ask_end(enrolment_id: UUID) -> ResponseReturnValue:
    """How the training ended for the person."""
    form = EndForm(formdata=None)
    form.day.data = today()
    return _end_page(enrolment_id, form)


@bp.post(f"{PARTICIPANT}/end")
def end(enrolment_id: UUID) -> ResponseReturnValue:
    """Completed, left early for work or studies, or interrupted."""
    form = EndForm()
    form.day.validators = [*form.day.validators, not_ahead(today())]

    def act(session: Session, by: Person) -> str:
        _end_by(session, enrolment_id, form, by)
        return url_for(".participant", enrolment_id=enrolment_id)

    answer = acted(form, act, _("The end of the training is recorded."))
    return answer or _end_page(enrolment_id, form, 422)


def _end_by(session: Session, enrolment_id: UUID, form: EndForm, by: Person) -> None:
    """End the training by the verb of the ending that was chosen."""
    typed: dict[str, Any] = form.data
    ended: dict[str, Any] = {
        "enrolment": enrolment_of(session, enrolment_id, by),
        "day": typed["day"],
        "status": typed["status"],
        "by": by,
        "at": now(),
    }
    if form.left_to is not None:
        usecases.leave_early(session, to=form.left_to, **ended)
    elif typed["ending"] == "interrupted":
        usecases.interrupt(session, reason=typed["reason"] or "", **ended)
    else:
        units, qualifications = typed["units"] or 0, typed["qualifications"] or 0
        usecases.complete(session, units=units, qualifications=qualifications, **ended)


def _end_page(enrolment_id: UUID, form: EndForm, status: int = 200) -> Response:
    session = reading()
    found = participant_page(session, enrolment_id, me(session), today())
    return page("enrolments/end.html", status=status, found=found, form=form)


@bp.get(f"{PARTICIPANT}/follow-up")
def ask_follow_up(enrolment_id: UUID) -> ResponseReturnValue:
    """How the person stands, so many months after the end."""
    form = _follow_up_form(enrolment_id, empty=True)
    session = reading()
    found = participant_page(session, enrolment_id, me(session), today())
    form.months.data = str(found.due[0]) if found.due else None
    return _follow_up_page(enrolment_id, form)


@bp.post(f"{PARTICIPANT}/follow-up")
def follow_up(enrolment_id: UUID) -> ResponseReturnValue:
    """Record the status."""
    form = _follow_up_form(enrolment_id)

    def act(session: Session, by: Person) -> str:
        usecases.follow_up(
            session,
            enrolment=enrolment_of(session, enrolment_id, by),
            months=int(form.months.data),
            status=form.status.data,
            by=by,
            at=now(),
        )
        return url_for(".participant", enrolment_id=enrolment_id)

    answer = acted(form, act, _("The status is recorded."))
    return answer or _follow_up_page(enrolment_id, form, 422)


def _follow_up_form(enrolment_id: UUID, *, empty: bool = False) -> FollowUpForm:
    session = reading()
    enrolment = enrolment_of(session, enrolment_id, me(session))
    form = FollowUpForm(formdata=None) if empty else FollowUpForm()
    with_months(form, follow_up_months_of(session, enrolment, today()))
    return form


def _follow_up_page(enrolment_id: UUID, form: FollowUpForm, status: int = 200) -> Response:
    session = reading()
    found = participant_page(session, enrolment_id, me(session), today())
    return page("enrolments/follow_up.html", status=status, found=found, form=form)
