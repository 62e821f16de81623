"""Plans of participants, closing assessments, the path of a training, portfolio reviews."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.capacity.access import sponsors_office
from portal.capacity.models import Training
from portal.enrolments.models import Enrolment
from portal.enrolments.people import require_working_with, teaches
from portal.enrolments.plans.models import (
    ClosingAssessment,
    PersonalPlan,
    PlanStep,
    PlanStepChange,
    PortfolioReview,
    TrainingPath,
)
from portal.enrolments.plans.rules import (
    ASSESSED_FROM,
    PLANNED_FROM,
    ServiceLine,
    Side,
    Stage,
    StepState,
    moved,
    require_not_ahead,
    require_state,
    require_text,
)
from portal.evaluation.rules import require_reason
from portal.organisations.models import Person
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.training_forms.queries import form_of


def save_plan(
    session: Session,
    *,
    enrolment: Enrolment,
    name: str,
    job_search_from: date | None,
    by: Person,
    at: datetime,
) -> PersonalPlan:
    """What the plan is called, and from which day on the provider's staff look for a workplace.

    Raises ``wrong_state`` before the selection, ``name_missing``.
    """
    chain = enrolment.training.contract.procurement_id
    with acting(session, "save_plan", chain=chain, by=by.id, at=at) as facts:
        require_working_with(by, enrolment)
        require_state(enrolment.state, PLANNED_FROM)
        if not name.strip():
            raise RuleBroken("name_missing", field="name")
        plan = _plan_of(session, enrolment, by, at)
        plan.name, plan.job_search_from = name.strip(), job_search_from
        facts.note(
            plan=plan.id,
            job_search_from=None if job_search_from is None else job_search_from.isoformat(),
        )
    return plan


def add_step(
    session: Session, *, enrolment: Enrolment, due: date, text: str, by: Person, at: datetime
) -> PlanStep:
    """Add a dated step; the plan is begun with the first.

    Raises ``wrong_state`` before the selection, ``text_missing``.
    """
    chain = enrolment.training.contract.procurement_id
    with acting(session, "add_step", chain=chain, by=by.id, at=at) as facts:
        require_working_with(by, enrolment)
        require_state(enrolment.state, PLANNED_FROM)
        said = require_text(text)
        plan = _plan_of(session, enrolment, by, at)
        step = PlanStep(n=len(plan.steps) + 1, due=due, text=said, state=StepState.OPEN, changes=[])
        plan.steps.append(step)
        _note(step, "added", "", by, at)
        facts.note(plan=plan.id, step=step.id, due=due.isoformat())
    return step


def change_step(
    session: Session,
    *,
    enrolment: Enrolment,
    step: PlanStep,
    due: date,
    text: str,
    reason: str = "",
    by: Person,
    at: datetime,
) -> None:
    """Change what an open step says, or its day. What it said before stays in its history.

    Raises ``wrong_state``, ``text_missing``, ``nothing_changed``.
    """
    chain = enrolment.training.contract.procurement_id
    with acting(session, "change_step", chain=chain, by=by.id, at=at) as facts:
        require_working_with(by, enrolment)
        step.state = moved(step.state, "change_step")
        said = require_text(text)
        if (step.due, step.text) == (due, said):
            raise RuleBroken("nothing_changed")
        step.due, step.text = due, said
        _note(step, "changed", reason, by, at)
        facts.note(step=step.id, due=due.isoformat())


def finish_step(
    session: Session, *, enrolment: Enrolment, step: PlanStep, by: Person, at: datetime
) -> None:
    """A step is done. Raises ``wrong_state``."""
    chain = enrolment.training.contract.procurement_id
    with acting(session, "finish_step", chain=chain, by=by.id, at=at) as facts:
        require_working_with(by, enrolment)
        step.state = moved(step.state, "finish_step")
        _note(step, "done", "", by, at)
        facts.note(step=step.id)


def withdraw_step(
    session: Session,
    *,
    enrolment: Enrolment,
    step: PlanStep,
    reason: str,
    by: Person,
    at: datetime,
) -> None:
    """A step is no longer to be taken. Raises ``wrong_state``, ``reason_missing``."""
    chain = enrolment.training.contract.procurement_id
    with acting(session, "withdraw_step", chain=chain, by=by.id, at=at) as facts:
        require_working_with(by, enrolment)
        state = moved(step.state, "withdraw_step")
        require_reason(reason)
        step.state = state
        _note(step, "withdrawn", reason, by, at)
        facts.note(step=step.id)


def assess_closing(
    session: Session,
    *,
    enrolment: Enrolment,
    side: str,
    day: date,
    text: str,
    by: Person,
    at: datetime,
) -> ClosingAssessment:
    """Write down what one of the three sides says at the end; an earlier version is kept.

    Raises ``wrong_state`` for somebody who has not started, ``text_missing``, ``day_ahead``.
    """
    chain = enrolment.training.contract.procurement_id
    with acting(session, "assess_closing", chain=chain, by=by.id, at=at) as facts:
        require_working_with(by, enrolment)
        require_state(enrolment.state, ASSESSED_FROM)
        said = require_text(text)
        require_not_ahead(day, day_in_helsinki(at))
        standing = session.scalar(
            select(ClosingAssessment).where(
                ClosingAssessment.enrolment_id == enrolment.id,
                ClosingAssessment.side == Side(side),
                ClosingAssessment.replaced_at.is_(None),
            )
        )
        if standing is not None:
            standing.replaced_at = at
            session.flush()
        written = ClosingAssessment(
            enrolment_id=enrolment.id, side=Side(side), day=day, text=said, by_id=by.id, at=at
        )
        session.add(written)
        facts.note(enrolment=enrolment.id, side=side, assessment=written.id)
    return written


def set_training_path(
    session: Session,
    *,
    training: Training,
    stage: str,
    service_line: str,
    by: Person,
    at: datetime,
) -> None:
    """Say where the training stands on the path to work, and on which service line."""
    chain = training.contract.procurement_id
    with acting(session, "set_training_path", chain=chain, by=by.id, at=at) as facts:
        sponsors_office(session, by, training)
        path = session.get(TrainingPath, training.id)
        if path is None:
            path = TrainingPath(training_id=training.id)
            session.add(path)
        path.stage, path.service_line = Stage(stage), ServiceLine(service_line)
        path.by_id, path.at = by.id, at
        facts.note(training=training.id, stage=stage, service_line=service_line)


def review_portfolio(
    session: Session, *, training: Training, day: date, note: str = "", by: Person, at: datetime
) -> None:
    """The portfolio of a coaching training has been looked at together.

    Raises ``wrong_state`` for a form of training without such reviews, ``day_ahead``.
    """
    chain = training.contract.procurement_id
    with acting(session, "review_portfolio", chain=chain, by=by.id, at=at) as facts:
        if not teaches(by, training):
            sponsors_office(session, by, training)
        if form_of(session, training.form).portfolio_review_months is None:
            raise RuleBroken("wrong_state")
        require_not_ahead(day, day_in_helsinki(at))
        session.add(
            PortfolioReview(training_id=training.id, day=day, note=note.strip(), by_id=by.id, at=at)
        )
        facts.note(training=training.id, day=day.isoformat())


def _plan_of(session: Session, enrolment: Enrolment, by: Person, at: datetime) -> PersonalPlan:
    """The plan, begun if there is none."""
    plan = session.scalar(select(PersonalPlan).where(PersonalPlan.enrolment_id == enrolment.id))
    if plan is None:
        plan = PersonalPlan(
            enrolment_id=enrolment.id,
            name=form_of(session, enrolment.training.form).plan_called(day_in_helsinki(at)),
            begun_by_id=by.id,
            begun_at=at,
            steps=[],
        )
        session.add(plan)
    plan.changed_at = at
    return plan


def _note(step: PlanStep, kind: str, reason: str, by: Person, at: datetime) -> None:
    step.changes.append(
        PlanStepChange(
            n=len(step.changes) + 1,
            kind=kind,
            due=step.due,
            text=step.text,
            reason=reason.strip(),
            by_id=by.id,
            at=at,
        )
    )
