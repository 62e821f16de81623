"""The pages of visits to workplaces."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.meetings.visits import queries, usecases
from portal.meetings.visits.forms import (
    MadeForm,
    PlanForm,
    RecordForm,
    plan_form,
    record_form,
)
from portal.meetings.visits.rules import Stop
from portal.organisations.models import Person
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound, RuleBroken
from portal.web.acting import acted
from portal.web.forms import ButtonForm, refuse
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, transaction

bp = Blueprint("visits", __name__, url_prefix="/visits")


@bp.get("")
def index() -> ResponseReturnValue:
    """One's own coming routes, and the visits made."""
    session = reading()
    found = queries.visits_page(session, me(session), request.args.get("page", 1, type=int))
    return page("visits/index.html", found=found)


@bp.get("/routes/<day>")
def route(day: str) -> ResponseReturnValue:
    """A day's route, in its order, for the pocket too."""
    session = reading()
    found = queries.route_page(session, me(session), _day(day))
    return page("visits/route.html", found=found, form=ButtonForm(formdata=None))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise NotFound from fault


@bp.get("/trainings/<uuid:training_id>")
def plan(training_id: UUID) -> ResponseReturnValue:
    """Plan visits in a training, or record one that was made."""
    return _plan_page(training_id)


@bp.post("/trainings/<uuid:training_id>/plan")
def save_plan(training_id: UUID) -> ResponseReturnValue:
    """Add stops to a day's route."""
    session = reading()
    found = queries.plan_page(session, training_id, me(session), _today())
    form = plan_form(found)
    if form.validate():
        ticked = form.places.data or [] if "places" in form else []
        stops = found.stops(ticked)
        if form.other.data:
            stops.append(Stop(form.other.data))
        try:
            with transaction() as session:
                by = me(session)
                usecases.plan_visits(
                    session,
                    training=queries.plan_page(session, training_id, by, _today()).training,
                    day=form.data["day"],
                    stops=stops,
                    by=by,
                    at=now(),
                )
            return done(_("The visits are on the route."), _route_url(form.data["day"]))
        except RuleBroken as broken:
            refuse(form, broken)
    return _plan_page(training_id, 422, planned=form)


@bp.post("/trainings/<uuid:training_id>/made")
def record(training_id: UUID) -> ResponseReturnValue:
    """Record a visit that was made without a plan."""
    session = reading()
    form = record_form(queries.plan_page(session, training_id, me(session), _today()))
    if form.validate():
        ticked = form.participants.data or [] if "participants" in form else []
        try:
            with transaction() as session:
                by = me(session)
                found = queries.plan_page(session, training_id, by, _today())
                usecases.visit(
                    session,
                    training=found.training,
                    day=form.data["day"],
                    workplace=form.workplace.data,
                    enrolments=queries.people_chosen(session, found, ticked),
                    note=form.note.data or "",
                    possibilities=form.possibilities.data or "",
                    by=by,
                    at=now(),
                )
            return done(_("The visit is recorded."), url_for(".index"))
        except RuleBroken as broken:
            refuse(form, broken)
    return _plan_page(training_id, 422, made=form)


def _plan_page(
    training_id: UUID,
    status: int = 200,
    planned: PlanForm | None = None,
    made: RecordForm | None = None,
) -> Response:
    session, today = reading(), _today()
    found = queries.plan_page(session, training_id, me(session), today)
    empty = {"formdata": None, "data": {"day": today}}
    return page(
        "visits/plan.html",
        status=status,
        found=found,
        planned=planned or plan_form(found, **empty),
        made=made or record_form(found, **empty),
    )


@bp.post("/<uuid:visit_id>/move")
def move(visit_id: UUID) -> ResponseReturnValue:
    """Put a stop earlier or later."""
    with transaction() as session:
        by = me(session)
        planned = queries.own_visit(session, visit_id, by)
        day = planned.day
        usecases.move_visit(
            session, planned=planned, up=request.form.get("to") != "later", by=by, at=now()
        )
    return done(_("The order of the route is changed."), _route_url(day))


@bp.post("/<uuid:visit_id>/cancel")
def cancel(visit_id: UUID) -> ResponseReturnValue:
    """Leave a stop out."""
    with transaction() as session:
        by = me(session)
        usecases.cancel_visit(
            session, planned=queries.own_visit(session, visit_id, by), by=by, at=now()
        )
    return done(_("The stop is left out of the route."), url_for(".index"))


@bp.get("/<uuid:visit_id>/made")
def ask_made(visit_id: UUID) -> ResponseReturnValue:
    """What was seen at a planned stop."""
    return _made_page(visit_id)


@bp.post("/<uuid:visit_id>/made")
def make(visit_id: UUID) -> ResponseReturnValue:
    """A planned visit has been made."""
    form = MadeForm()

    def act(session: Session, by: Person) -> str:
        usecases.make_visit(
            session,
            planned=queries.own_visit(session, visit_id, by),
            day=form.data["day"],
            note=form.note.data or "",
            possibilities=form.possibilities.data or "",
            by=by,
            at=now(),
        )
        return _route_url(form.data["day"])

    answer = acted(form, act, _("The visit is recorded."))
    return answer or _made_page(visit_id, form, 422)


def _made_page(visit_id: UUID, form: MadeForm | None = None, status: int = 200) -> Response:
    session = reading()
    planned = queries.own_visit(session, visit_id, me(session))
    form = form or MadeForm(formdata=None, data={"day": planned.day})
    return page("visits/made.html", status=status, planned=planned, form=form)


def _route_url(day: date) -> str:
    return url_for(".route", day=day.isoformat())


def _today() -> date:
    return day_in_helsinki(now())
