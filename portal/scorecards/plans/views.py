"""The pages of improvement plans."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.organisations.models import Person
from portal.scorecards.plans import queries, usecases
from portal.scorecards.plans.forms import (
    PlanForm,
    ReportForm,
    ReviewForm,
    StepForm,
    about_text,
    step_form,
)
from portal.scorecards.plans.queries import OriginPage
from portal.scorecards.plans.rules import Side
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.web.acting import acted
from portal.web.pages import page
from portal.web.unit import me, now, reading, services

bp = Blueprint("improvement", __name__)

FROM_SCORECARD = "/scorecards/<uuid:scorecard_id>/improvement-plan"
FROM_CONTRACT = "/contracts/<uuid:contract_id>/improvement-plan"
PLAN = "/improvement-plans/<uuid:plan_id>"
STEP = "/improvement-steps/<uuid:step_id>"

Find = Callable[[Session, UUID, Person], OriginPage]


@bp.get("/improvement-plans")
def index() -> ResponseReturnValue:
    """The plans that the reader is a party of."""
    return _list(None)


@bp.get("/providers/<uuid:provider_id>/improvement-plans")
def of_provider(provider_id: UUID) -> ResponseReturnValue:
    """The plans of one provider."""
    return _list(provider_id)


def _list(provider_id: UUID | None) -> Response:
    session = reading()
    n = request.args.get("page", 1, type=int)
    found = queries.plans_page(session, me(session), n, _today(), provider_id)
    return page("improvement/index.html", found=found)


@bp.get(FROM_SCORECARD)
def ask_from_scorecard(scorecard_id: UUID) -> ResponseReturnValue:
    """The form for a plan from a scorecard."""
    return _origin_page(queries.scorecard_origin, scorecard_id, PlanForm(formdata=None))


@bp.post(FROM_SCORECARD)
def from_scorecard(scorecard_id: UUID) -> ResponseReturnValue:
    """Draw up a plan from a scorecard."""
    return _draw_up(queries.scorecard_origin, scorecard_id)


@bp.get(FROM_CONTRACT)
def ask_from_contract(contract_id: UUID) -> ResponseReturnValue:
    """The form for a plan from a contract."""
    return _origin_page(queries.contract_origin, contract_id, PlanForm(formdata=None))


@bp.post(FROM_CONTRACT)
def from_contract(contract_id: UUID) -> ResponseReturnValue:
    """Draw up a plan from a contract."""
    return _draw_up(queries.contract_origin, contract_id)


def _draw_up(find: Find, key: UUID) -> ResponseReturnValue:
    form = PlanForm()

    def act(session: Session, by: Person) -> str:
        origin = find(session, key, by).origin
        plan = usecases.draw_up_plan(session, origin=origin, aim=form.aim.data, by=by, at=now())
        return url_for(".show", plan_id=plan.id)

    answer = acted(form, act, _("The plan is drawn up. Add its steps."))
    return answer or _origin_page(find, key, form, 422)


def _origin_page(find: Find, key: UUID, form: PlanForm, status: int = 200) -> Response:
    session = reading()
    found = find(session, key, me(session))
    refusal = services().refusal_text(RuleBroken(found.rule)) if found.rule else None
    return page("improvement/new.html", status=status, found=found, form=form, refusal=refusal)


@bp.get(PLAN)
def show(plan_id: UUID) -> ResponseReturnValue:
    """A plan with its steps."""
    return _plan_page(plan_id, None)


@bp.post(PLAN)
def add(plan_id: UUID) -> ResponseReturnValue:
    """Add a step."""
    session = reading()
    form = step_form(queries.plan_page(session, plan_id, me(session), _today()))

    def act(session: Session, by: Person) -> str:
        found = queries.plan_page(session, plan_id, by, _today())
        side, person_id = form.chosen()
        named = next((one for one in found.people if one.id == person_id), None)
        usecases.add_improvement(
            session,
            plan=found.plan,
            what=form.what.data,
            side=side or (Side.PROVIDER if named is None else named.side),
            responsible=None if person_id is None else session.get_one(Person, person_id),
            role=form.role.data or "",
            due=form.data["due"],
            about=form.about.data,
            by=by,
            at=now(),
        )
        return url_for(".show", plan_id=plan_id)

    answer = acted(form, act, _("The step is added."))
    return answer or _plan_page(plan_id, form, 422)


def _plan_page(plan_id: UUID, form: StepForm | None, status: int = 200) -> Response:
    session = reading()
    found = queries.plan_page(session, plan_id, me(session), _today())
    form = form or step_form(found, formdata=None)
    return page(
        "improvement/show.html", status=status, found=found, form=form, about_text=about_text
    )


@bp.get(STEP)
def step(step_id: UUID) -> ResponseReturnValue:
    """A step and what has been said of it."""
    return _step_page(step_id)


@bp.post(f"{STEP}/report")
def report(step_id: UUID) -> ResponseReturnValue:
    """Say what became of a step."""
    form = ReportForm()

    def act(session: Session, by: Person) -> str:
        found = queries.step_of(session, step_id, by)
        usecases.report_step(
            session,
            step=found,
            done=form.outcome.data == "done",
            note=form.note.data or "",
            by=by,
            at=now(),
        )
        return url_for(".show", plan_id=found.plan_id)

    answer = acted(form, act, _("The step is reported. The other party reviews it."))
    return answer or _step_page(step_id, 422, reporting=form)


@bp.post(f"{STEP}/review")
def review(step_id: UUID) -> ResponseReturnValue:
    """Review what the other side has reported."""
    form = ReviewForm()

    def act(session: Session, by: Person) -> str:
        found = queries.step_of(session, step_id, by)
        usecases.review_step(
            session,
            step=found,
            agreed=form.outcome.data == "agree",
            note=form.note.data,
            day=form.data["day"],
            due=form.data["due"],
            by=by,
            at=now(),
        )
        return url_for(".show", plan_id=found.plan_id)

    answer = acted(form, act, _("The step is reviewed."))
    return answer or _step_page(step_id, 422, reviewing=form)


def _step_page(
    step_id: UUID,
    status: int = 200,
    reporting: ReportForm | None = None,
    reviewing: ReviewForm | None = None,
) -> Response:
    session = reading()
    found = queries.step_page(session, step_id, me(session), _today())
    return page(
        "improvement/step.html",
        status=status,
        found=found,
        about_text=about_text,
        reporting=reporting or ReportForm(formdata=None),
        reviewing=reviewing or ReviewForm(formdata=None, data={"day": _today()}),
    )


def _today() -> date:
    return day_in_helsinki(now())
