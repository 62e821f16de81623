"""The pages of plans, of a training's path and of coaching portfolios."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.enrolments.people import enrolment_seen
from portal.enrolments.plans import queries, usecases
from portal.enrolments.plans.forms import (
    SERVICE_LINES,
    SIDES,
    STAGES,
    ChangeStepForm,
    ClosingForm,
    PathForm,
    PlanForm,
    ReviewForm,
    StepForm,
    WithdrawStepForm,
)
from portal.organisations.models import Person
from portal.shared.clock import day_in_helsinki
from portal.web.acting import acted
from portal.web.filters import add_status_texts
from portal.web.forms import ButtonForm, PortalForm
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, transaction

bp = Blueprint("plans", __name__)

PLAN = "/participants/<uuid:enrolment_id>/plan"
STEP = f"{PLAN}/steps/<uuid:step_id>"

add_status_texts(
    {
        **{f"side_{side}": text for side, text in SIDES.items()},
        **{f"stage_{stage}": text for stage, text in STAGES.items()},
        **{f"line_{line}": text for line, text in SERVICE_LINES.items()},
        "step_added": _l("Added"),
        "step_changed": _l("Changed"),
        "step_done": _l("Done"),
        "step_withdrawn": _l("No longer to be taken"),
    }
)


@bp.get(PLAN)
def show(enrolment_id: UUID) -> ResponseReturnValue:
    """The plan: what comes next, what was, and how the end was assessed."""
    return _page(enrolment_id)


@bp.post(PLAN)
def save(enrolment_id: UUID) -> ResponseReturnValue:
    """What the plan is called, and when the provider begins to look for a workplace."""
    form = PlanForm()

    def act(session: Session, by: Person) -> str:
        usecases.save_plan(
            session,
            enrolment=enrolment_seen(session, enrolment_id, by),
            name=form.name.data,
            job_search_from=form.data["job_search_from"],
            by=by,
            at=now(),
        )
        return _home(enrolment_id)

    answer = acted(form, act, _("The plan is saved."))
    return answer or _page(enrolment_id, 422, plan=form)


@bp.post(f"{PLAN}/steps")
def add_step(enrolment_id: UUID) -> ResponseReturnValue:
    """Add a step."""
    form = StepForm(prefix="step")

    def act(session: Session, by: Person) -> str:
        usecases.add_step(
            session,
            enrolment=enrolment_seen(session, enrolment_id, by),
            due=form.data["due"],
            text=form.text.data,
            by=by,
            at=now(),
        )
        return _home(enrolment_id)

    answer = acted(form, act, _("The step is in the plan."))
    return answer or _page(enrolment_id, 422, step=form)


@bp.get(f"{STEP}/change")
def edit_step(enrolment_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """A step as it stands."""
    return _step_page("plans/change.html", enrolment_id, step_id)


@bp.post(f"{STEP}/change")
def change_step(enrolment_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Change a step."""
    form = ChangeStepForm()

    def act(session: Session, by: Person) -> str:
        enrolment = enrolment_seen(session, enrolment_id, by)
        usecases.change_step(
            session,
            enrolment=enrolment,
            step=queries.step_of(session, enrolment, step_id),
            due=form.data["due"],
            text=form.text.data,
            reason=form.reason.data or "",
            by=by,
            at=now(),
        )
        return _home(enrolment_id)

    answer = acted(form, act, _("The step is changed."))
    return answer or _step_page("plans/change.html", enrolment_id, step_id, form, 422)


@bp.post(f"{STEP}/done")
def finish_step(enrolment_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """A step is done."""
    with transaction() as session:
        by = me(session)
        enrolment = enrolment_seen(session, enrolment_id, by)
        usecases.finish_step(
            session,
            enrolment=enrolment,
            step=queries.step_of(session, enrolment, step_id),
            by=by,
            at=now(),
        )
    return done(_("The step is done."), _home(enrolment_id))


@bp.get(f"{STEP}/withdraw")
def ask_withdrawal(enrolment_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Whether it is meant."""
    form = WithdrawStepForm(formdata=None)
    return _step_page("plans/withdraw.html", enrolment_id, step_id, form)


@bp.post(f"{STEP}/withdraw")
def withdraw_step(enrolment_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """A step is no longer to be taken."""
    form = WithdrawStepForm()

    def act(session: Session, by: Person) -> str:
        enrolment = enrolment_seen(session, enrolment_id, by)
        usecases.withdraw_step(
            session,
            enrolment=enrolment,
            step=queries.step_of(session, enrolment, step_id),
            reason=form.reason.data,
            by=by,
            at=now(),
        )
        return _home(enrolment_id)

    answer = acted(form, act, _("The step is no longer to be taken."))
    return answer or _step_page("plans/withdraw.html", enrolment_id, step_id, form, 422)


def _step_page(
    template: str,
    enrolment_id: UUID,
    step_id: UUID,
    form: PortalForm | None = None,
    status: int = 200,
) -> Response:
    session = reading()
    enrolment = enrolment_seen(session, enrolment_id, me(session))
    step = queries.step_of(session, enrolment, step_id)
    form = form or ChangeStepForm(formdata=None, data={"due": step.due, "text": step.text})
    return page(template, status=status, enrolment=enrolment, step=step, form=form)


@bp.post(f"{PLAN}/assessment")
def assess(enrolment_id: UUID) -> ResponseReturnValue:
    """Write down what one side says at the end."""
    form = ClosingForm(prefix="closing")

    def act(session: Session, by: Person) -> str:
        usecases.assess_closing(
            session,
            enrolment=enrolment_seen(session, enrolment_id, by),
            side=form.side.data,
            day=form.data["day"],
            text=form.text.data,
            by=by,
            at=now(),
        )
        return _home(enrolment_id)

    answer = acted(form, act, _("The assessment is written down."))
    return answer or _page(enrolment_id, 422, closing=form)


def _page(
    enrolment_id: UUID,
    status: int = 200,
    plan: PlanForm | None = None,
    step: StepForm | None = None,
    closing: ClosingForm | None = None,
) -> Response:
    session, today = reading(), day_in_helsinki(now())
    found = queries.plan_page(session, enrolment_id, me(session), today)
    written = {
        "name": found.plan_name,
        "job_search_from": found.plan.job_search_from if found.plan else None,
    }
    return page(
        "plans/show.html",
        status=status,
        found=found,
        plan=plan or PlanForm(formdata=None, data=written),
        step=step or StepForm(formdata=None, prefix="step"),
        closing=closing or ClosingForm(formdata=None, prefix="closing", data={"day": today}),
        button_form=ButtonForm(formdata=None),
    )


@bp.get("/trainings/<uuid:training_id>/path")
def path(training_id: UUID) -> ResponseReturnValue:
    """Where the training stands on the path to work."""
    return _path_page(training_id)


@bp.post("/trainings/<uuid:training_id>/path")
def set_path(training_id: UUID) -> ResponseReturnValue:
    """Say where it stands."""
    form = PathForm()

    def act(session: Session, by: Person) -> str:
        usecases.set_training_path(
            session,
            training=queries.training_followed(session, training_id, by),
            stage=form.stage.data,
            service_line=form.service_line.data,
            by=by,
            at=now(),
        )
        return url_for(".path", training_id=training_id)

    answer = acted(form, act, _("The training's place on the path is saved."))
    return answer or _path_page(training_id, form, 422)


def _path_page(training_id: UUID, form: PathForm | None = None, status: int = 200) -> Response:
    session = reading()
    training = queries.training_followed(session, training_id, me(session))
    stands = queries.path_of(session, training)
    given = {} if stands is None else {"stage": stands.stage, "service_line": stands.service_line}
    form = form or PathForm(formdata=None, data=given)
    return page("plans/path.html", status=status, training=training, form=form)


@bp.get("/portfolios")
def portfolios() -> ResponseReturnValue:
    """The coaching portfolios, those that have waited longest first."""
    session = reading()
    found = queries.portfolios_page(
        session,
        me(session),
        request.args.get("page", 1, type=int),
        day_in_helsinki(now()),
    )
    return page("plans/portfolios.html", found=found)


@bp.get("/portfolios/<uuid:training_id>")
def portfolio(training_id: UUID) -> ResponseReturnValue:
    """One portfolio with its reviews."""
    return _portfolio_page(training_id)


@bp.post("/portfolios/<uuid:training_id>")
def review(training_id: UUID) -> ResponseReturnValue:
    """Record a review."""
    form = ReviewForm()

    def act(session: Session, by: Person) -> str:
        usecases.review_portfolio(
            session,
            training=queries.training_followed(session, training_id, by),
            day=form.data["day"],
            note=form.note.data or "",
            by=by,
            at=now(),
        )
        return url_for(".portfolio", training_id=training_id)

    answer = acted(form, act, _("The review is recorded."))
    return answer or _portfolio_page(training_id, form, 422)


def _portfolio_page(
    training_id: UUID, form: ReviewForm | None = None, status: int = 200
) -> Response:
    session = reading()
    found = queries.portfolio_page(session, training_id, me(session))
    form = form or ReviewForm(formdata=None, data={"day": day_in_helsinki(now())})
    return page("plans/portfolio.html", status=status, found=found, form=form)


def _home(enrolment_id: UUID) -> str:
    return url_for(".show", enrolment_id=enrolment_id)
