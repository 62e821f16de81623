"""The sponsors and coaches of a training."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.capacity import usecases as capacity
from portal.capacity.access import sponsors_office
from portal.enrolments.forms import CoachForm, SponsorForm, with_people
from portal.enrolments.queries.people import coaches_to_name, people_named, sponsors_to_name
from portal.enrolments.queries.trainings import training_of, training_page
from portal.enrolments.views.blueprint import TRAINING, bp, today
from portal.organisations.models import Person
from portal.shared.errors import NotFound, RuleBroken
from portal.web.acting import acted
from portal.web.forms import ButtonForm
from portal.web.pages import page
from portal.web.unit import me, now, reading


@bp.get(f"{TRAINING}/staff")
def staff(training_id: UUID) -> ResponseReturnValue:
    """Who sponsors and coaches, and forms to name more."""
    return _staff_page(training_id, CoachForm(formdata=None), SponsorForm(formdata=None))


@bp.post(f"{TRAINING}/coaches")
def name_coach(training_id: UUID) -> ResponseReturnValue:
    """Name a coach."""
    form = _coach_form(training_id)
    answer = acted(
        form,
        lambda session, by: _named(session, training_id, form, by),
        _("The coach is named, and sees this training."),
    )
    return answer or _staff_page(training_id, form, SponsorForm(formdata=None), 422)


def _named(session: Session, training_id: UUID, form: CoachForm, by: Person) -> str:
    training = training_of(session, training_id, by)
    (person,) = people_named(session, [form.coach.data])
    capacity.name_coach(session, training=training, person=person, by=by, at=now())
    return url_for(".staff", training_id=training_id)


@bp.post(f"{TRAINING}/coaches/<uuid:person_id>/remove")
def remove_coach(training_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Take a coach off the training."""
    form = ButtonForm()

    def act(session: Session, by: Person) -> str:
        training = training_of(session, training_id, by)
        coach = next((one for one in training.coaches if one.person_id == person_id), None)
        if coach is None:
            raise NotFound
        capacity.remove_coach(session, training=training, person=coach.person, by=by, at=now())
        return url_for(".staff", training_id=training_id)

    answer = acted(form, act, _("The coach no longer sees this training."))
    return answer or _staff_page(
        training_id, CoachForm(formdata=None), SponsorForm(formdata=None), 422, form
    )


@bp.post(f"{TRAINING}/sponsors")
def name_sponsor(training_id: UUID) -> ResponseReturnValue:
    """Name a course sponsor of an office of the training."""
    form = _sponsor_form(training_id)

    def act(session: Session, by: Person) -> str:
        training = training_of(session, training_id, by)
        (person,) = people_named(session, [form.sponsor.data])
        capacity.name_sponsor(
            session,
            training=training,
            person=person,
            office=sponsors_office(session, person, training),
            by=by,
            at=now(),
        )
        return url_for(".staff", training_id=training_id)

    answer = acted(form, act, _("The course sponsor is named, and sees this training."))
    return answer or _staff_page(training_id, CoachForm(formdata=None), form, 422)


def _coach_form(training_id: UUID) -> CoachForm:
    session, form = reading(), CoachForm()
    training = training_of(session, training_id, me(session))
    with_people(form.coach, coaches_to_name(session, training))
    return form


def _sponsor_form(training_id: UUID) -> SponsorForm:
    session, form = reading(), SponsorForm()
    training = training_of(session, training_id, me(session))
    with_people(form.sponsor, sponsors_to_name(session, training))
    return form


def _staff_page(
    training_id: UUID,
    coach: CoachForm,
    sponsor: SponsorForm,
    status: int = 200,
    button: ButtonForm | None = None,
) -> Response:
    session = reading()
    found = training_page(session, training_id, me(session), 1, today())
    if "name_coach" not in found.acts:
        raise RuleBroken("not_permitted")
    with_people(coach.coach, coaches_to_name(session, found.training))
    with_people(sponsor.sponsor, sponsors_to_name(session, found.training))
    return page(
        "enrolments/staff.html",
        status=status,
        found=found,
        coach=coach,
        sponsor=sponsor,
        button=button or ButtonForm(formdata=None),
    )
