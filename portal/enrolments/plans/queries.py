"""The data of a participant's plan, of a training's path, of the portfolios to review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.capacity.rules import TrainingState
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.enrolments.people import enrolment_seen, teaches
from portal.enrolments.plans.access import trainings_followed_by
from portal.enrolments.plans.models import (
    ClosingAssessment,
    PersonalPlan,
    PlanStep,
    PortfolioReview,
    TrainingPath,
)
from portal.enrolments.plans.rules import (
    ASSESSED_FROM,
    PLANNED_FROM,
    Side,
    StepState,
)
from portal.enrolments.workplaces.models import Placement
from portal.organisations.models import Person
from portal.permissions import Role, may
from portal.shared.errors import NotFound
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging
from portal.training_forms.queries import form_of, forms_of
from portal.training_forms.rules import joint_review_window, portfolio_review_due


@dataclass(frozen=True)
class Assessed:
    """One side of the closing assessment: what stands, and what stood before it."""

    side: str
    standing: ClosingAssessment | None
    earlier: list[ClosingAssessment]


@dataclass(frozen=True)
class PlanPage:
    """A participant's plan; ``next`` is the open step whose day comes first."""

    enrolment: Enrolment
    plan: PersonalPlan | None
    next: PlanStep | None
    open_steps: list[PlanStep]
    plan_name: str
    review: tuple[date, date] | None
    workplace: str
    looks_for_workplace: bool
    path: TrainingPath | None
    assessments: list[Assessed]
    today: date
    may_change: bool
    may_assess: bool
    may_set_path: bool


def plan_page(session: Session, enrolment_id: UUID, person: Person, today: date) -> PlanPage:
    """Everything on the page. Raises NotFound."""
    enrolment = enrolment_seen(session, enrolment_id, person)
    form = form_of(session, enrolment.training.form)
    plan = session.scalar(select(PersonalPlan).where(PersonalPlan.enrolment_id == enrolment_id))
    steps = plan.steps if plan is not None else []
    open_steps = [step for step in steps if step.state == StepState.OPEN]
    placed = session.scalar(
        select(Placement)
        .where(
            Placement.enrolment_id == enrolment_id,
            or_(Placement.ends.is_(None), Placement.ends >= today),
        )
        .order_by(Placement.starts)
        .limit(1)
    )
    looks_from = None if plan is None else plan.job_search_from
    works_with = teaches(person, enrolment.training) or person.holds(
        {Role.COURSE_SPONSOR}, enrolment.office_id
    )
    return PlanPage(
        enrolment=enrolment,
        plan=plan,
        plan_name=form.plan_called(today) if plan is None else plan.name,
        next=open_steps[0] if open_steps else None,
        open_steps=open_steps,
        review=joint_review_window(form, enrolment.started_on or enrolment.training.starts),
        workplace="" if placed is None else placed.workplace.name,
        looks_for_workplace=placed is None and looks_from is not None and looks_from <= today,
        path=session.get(TrainingPath, enrolment.training_id),
        assessments=_assessments(session, enrolment_id),
        today=today,
        may_change=works_with and enrolment.state in PLANNED_FROM,
        may_assess=works_with and enrolment.state in ASSESSED_FROM,
        may_set_path=may(person, "set_training_path"),
    )


def _assessments(session: Session, enrolment_id: UUID) -> list[Assessed]:
    written = list(
        session.scalars(
            select(ClosingAssessment)
            .where(ClosingAssessment.enrolment_id == enrolment_id)
            .order_by(ClosingAssessment.at.desc(), ClosingAssessment.id)
        )
    )
    return [
        Assessed(
            side=side,
            standing=next(
                (one for one in written if one.side == side and one.replaced_at is None), None
            ),
            earlier=[one for one in written if one.side == side and one.replaced_at is not None],
        )
        for side in Side
    ]


def step_of(session: Session, enrolment: Enrolment, step_id: UUID) -> PlanStep:
    """A step of this participant's plan. Raises NotFound."""
    step = session.scalar(
        select(PlanStep)
        .join(PersonalPlan, PersonalPlan.id == PlanStep.plan_id)
        .where(PlanStep.id == step_id, PersonalPlan.enrolment_id == enrolment.id)
    )
    if step is None:
        raise NotFound
    return step


def training_followed(session: Session, training_id: UUID, person: Person) -> Training:
    """A training that this person follows. Raises NotFound."""
    training = session.scalar(
        select(Training).where(Training.id == training_id, trainings_followed_by(person))
    )
    if training is None:
        raise NotFound
    return training


def path_of(session: Session, training: Training) -> TrainingPath | None:
    """Where the training stands, once somebody has said so."""
    return session.get(TrainingPath, training.id)


@dataclass(frozen=True)
class PortfolioRow:
    """A coaching training and when its portfolio is reviewed next."""

    training_id: UUID
    training: str
    starts: date
    reviewed: date | None
    due: date
    late: bool


@dataclass(frozen=True)
class PortfolioList:
    """The open coaching trainings that the reader follows."""

    rows: list[PortfolioRow]
    paging: Paging


def portfolios_page(session: Session, person: Person, n: int, today: date) -> PortfolioList:
    """Those that have waited longest since their start or latest review come first."""
    forms = {key: form for key, form in forms_of(session).items() if form.portfolio_review_months}
    wanted = (
        Training.form.in_(forms)
        & (Training.state == TrainingState.OPEN)
        & trainings_followed_by(person)
    )
    pages = paging(session.scalar(select(func.count()).select_from(Training).where(wanted)) or 0, n)
    latest = (
        select(func.max(PortfolioReview.day))
        .where(PortfolioReview.training_id == Training.id)
        .correlate(Training)
        .scalar_subquery()
    )
    query = (
        select(
            Training.id,
            Training.n,
            Training.field,
            Training.form,
            Training.starts,
            Contract.reference,
            latest.label("reviewed"),
        )
        .join(Contract, Contract.id == Training.contract_id)
        .where(wanted)
        .order_by(func.coalesce(latest, Training.starts), Training.id)
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    )
    rows = []
    for row in session.execute(query):
        reviewed = [row.reviewed] if row.reviewed else []
        due = portfolio_review_due(forms[row.form], row.starts, reviewed)
        assert due is not None
        rows.append(
            PortfolioRow(
                training_id=row.id,
                training=f"{row.reference} / {row.n}, {row.field}",
                starts=row.starts,
                reviewed=row.reviewed,
                due=due,
                late=due < today,
            )
        )
    return PortfolioList(rows, pages)


@dataclass(frozen=True)
class PortfolioPage:
    """One portfolio with its reviews."""

    training: Training
    reviews: list[PortfolioReview]
    due: date


def portfolio_page(session: Session, training_id: UUID, person: Person) -> PortfolioPage:
    """The reviews, the newest first. Raises NotFound, also for a form without such reviews."""
    training = training_followed(session, training_id, person)
    reviews = list(
        session.scalars(
            select(PortfolioReview)
            .where(PortfolioReview.training_id == training_id)
            .order_by(PortfolioReview.day.desc(), PortfolioReview.at.desc())
        )
    )
    form = form_of(session, training.form)
    due = portfolio_review_due(form, training.starts, [one.day for one in reviews])
    if due is None:
        raise NotFound
    return PortfolioPage(training, reviews, due)
