"""Application, interview, decision; transfer to another training."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.enrolments import usecases
from portal.enrolments.forms import (
    ApplicationForm,
    DecisionForm,
    InterviewForm,
    TransferForm,
    not_ahead,
    with_people,
)
from portal.enrolments.queries.people import (
    enrolment_of,
    enrolments_of,
    may_take_part,
    participant_page,
    people_named,
    trainings_to_transfer_to,
    undecided,
)
from portal.enrolments.queries.trainings import training_of, training_page
from portal.enrolments.rules import Outcome
from portal.enrolments.views.blueprint import PARTICIPANT, TRAINING, bp, today
from portal.organisations.models import Person
from portal.shared.errors import RuleBroken
from portal.web.acting import acted
from portal.web.pages import page
from portal.web.unit import me, now, reading


@bp.get(f"{TRAINING}/applications/new")
def new_application(training_id: UUID) -> ResponseReturnValue:
    """An empty application."""
    return _application_page(training_id, ApplicationForm(formdata=None))


@bp.post(f"{TRAINING}/applications/new")
def apply(training_id: UUID) -> ResponseReturnValue:
    """Refer a person to the training; the next application can be written at once."""
    form = ApplicationForm()

    def act(session: Session, by: Person) -> str:
        typed: dict[str, Any] = form.data
        usecases.apply(
            session,
            training=training_of(session, training_id, by),
            name=typed["name"],
            birth_year=typed["birth_year"],
            sex=typed["sex"],
            education=typed["education"],
            status=typed["status"],
            external_key=typed["external_key"] or str(form.once.key()),
            referral_source=typed["referral_source"],
            by=by,
            at=now(),
        )
        here = "another" in request.form
        return url_for(".new_application" if here else ".training", training_id=training_id)

    answer = acted(form, act, _("The person has been referred to the training."))
    return answer or _application_page(training_id, form, 422)


def _application_page(training_id: UUID, form: ApplicationForm, status: int = 200) -> Response:
    session = reading()
    found = training_page(session, training_id, me(session), 1, today())
    return page("enrolments/apply.html", status=status, found=found, form=form)


@bp.get(f"{PARTICIPANT}/interview")
def ask_interview(enrolment_id: UUID) -> ResponseReturnValue:
    """An empty interview."""
    return _interview_page(enrolment_id, _interview_form(enrolment_id, empty=True))


@bp.post(f"{PARTICIPANT}/interview")
def interview(enrolment_id: UUID) -> ResponseReturnValue:
    """Record an interview."""
    form = _interview_form(enrolment_id)

    def act(session: Session, by: Person) -> str:
        usecases.interview(
            session,
            enrolment=enrolment_of(session, enrolment_id, by),
            note=form.note.data or "",
            with_=people_named(session, form.with_.data or ()),
            by=by,
            at=now(),
            **form.judged(),
        )
        return url_for(".participant", enrolment_id=enrolment_id)

    answer = acted(form, act, _("The interview is recorded."))
    return answer or _interview_page(enrolment_id, form, 422)


def _interview_form(enrolment_id: UUID, *, empty: bool = False) -> InterviewForm:
    session = reading()
    by = me(session)
    enrolment = enrolment_of(session, enrolment_id, by)
    form = InterviewForm(formdata=None) if empty else InterviewForm()
    with_people(form.with_, may_take_part(session, enrolment.training, by))
    return form


def _interview_page(enrolment_id: UUID, form: InterviewForm, status: int = 200) -> Response:
    session = reading()
    found = participant_page(session, enrolment_id, me(session), today())
    if status == 200 and "interview" not in found.acts:
        raise RuleBroken("wrong_state")
    return page("enrolments/interview.html", status=status, found=found, form=form)


@bp.get(f"{TRAINING}/decisions")
def ask_decision(training_id: UUID) -> ResponseReturnValue:
    """Who is decided on, and how."""
    form = _decision_form(training_id, empty=True)
    chosen = request.args.get("chosen")
    form.enrolments.data = [chosen] if chosen in dict(form.enrolments.choices) else []
    return _decision_page(training_id, form)


@bp.post(f"{TRAINING}/decisions")
def decide(training_id: UUID) -> ResponseReturnValue:
    """Select people, or do not and say why, or guide them to something else first."""
    form = _decision_form(training_id)

    def act(session: Session, by: Person) -> str:
        training = training_of(session, training_id, by)
        people = enrolments_of(session, training, form.enrolments.data, by)
        with_ = people_named(session, form.with_.data or ())
        if form.outcome.data == Outcome.SELECTED:
            usecases.select(
                session, training=training, enrolments=people, with_=with_, by=by, at=now()
            )
        else:
            instead = form.instead.data if form.outcome.data == Outcome.INSTEAD else None
            usecases.reject(
                session,
                training=training,
                enrolments=people,
                reason=form.reason.data or "",
                instead=instead,
                with_=with_,
                by=by,
                at=now(),
            )
        return url_for(".training", training_id=training_id)

    answer = acted(form, act, _("The decision is recorded."))
    return answer or _decision_page(training_id, form, 422)


def _decision_form(training_id: UUID, *, empty: bool = False) -> DecisionForm:
    session = reading()
    by = me(session)
    training = training_of(session, training_id, by)
    form = DecisionForm(formdata=None) if empty else DecisionForm()
    with_people(form.enrolments, undecided(session, training, by))
    with_people(form.with_, may_take_part(session, training, by))
    return form


def _decision_page(training_id: UUID, form: DecisionForm, status: int = 200) -> Response:
    session = reading()
    found = training_page(session, training_id, me(session), 1, today())
    return page("enrolments/decide.html", status=status, found=found, form=form)


@bp.get(f"{PARTICIPANT}/transfer")
def ask_transfer(enrolment_id: UUID) -> ResponseReturnValue:
    """To which training, and why."""
    form = _transfer_form(enrolment_id, empty=True)
    form.on.data = today()
    return _transfer_page(enrolment_id, form)


@bp.post(f"{PARTICIPANT}/transfer")
def transfer(enrolment_id: UUID) -> ResponseReturnValue:
    """Move the person to another training, with the way so far kept here."""
    form = _transfer_form(enrolment_id)

    def act(session: Session, by: Person) -> str:
        begun = usecases.transfer(
            session,
            enrolment=enrolment_of(session, enrolment_id, by),
            to=training_of(session, UUID(form.to.data), by),
            reason=form.reason.data,
            on=form.on.data,
            by=by,
            at=now(),
        )
        return url_for(".participant", enrolment_id=begun.id)

    answer = acted(form, act, _("The person has been transferred. This is the new enrolment."))
    return answer or _transfer_page(enrolment_id, form, 422)


def _transfer_form(enrolment_id: UUID, *, empty: bool = False) -> TransferForm:
    session = reading()
    by = me(session)
    enrolment = enrolment_of(session, enrolment_id, by)
    form = TransferForm(formdata=None) if empty else TransferForm()
    form.on.validators = [*form.on.validators, not_ahead(today())]
    with_people(form.to, trainings_to_transfer_to(session, enrolment, by))
    return form


def _transfer_page(enrolment_id: UUID, form: TransferForm, status: int = 200) -> Response:
    session = reading()
    found = participant_page(session, enrolment_id, me(session), today())
    return page("enrolments/transfer.html", status=status, found=found, form=form)
