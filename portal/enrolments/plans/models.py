"""Tables of plans, assessments, paths, portfolio reviews. Nothing is of health or benefits."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.capacity.models import Training
from portal.database import Base, Keyed
from portal.organisations.models import Person

_STANDING = text("replaced_at IS NULL")


class PersonalPlan(Keyed, Base):
    """A participant's plan; what it is called (HOKS, HOPS) is data.

    From ``job_search_from`` on the provider's staff look for the workplace.
    """

    __tablename__ = "personal_plan"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    name: Mapped[str]
    job_search_from: Mapped[date | None]
    begun_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    begun_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    steps: Mapped[list[PlanStep]] = relationship(
        lazy="selectin", order_by="PlanStep.due, PlanStep.n", back_populates="plan"
    )


class PlanStep(Keyed, Base):
    """One dated step of a plan as it stands; how it came so is in its changes."""

    __tablename__ = "plan_step"
    __table_args__ = (
        UniqueConstraint("plan_id", "n"),
        CheckConstraint("state IN ('open', 'done', 'withdrawn')", name="state"),
    )

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("personal_plan.id"))
    n: Mapped[int]
    due: Mapped[date]
    text: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")

    plan: Mapped[PersonalPlan] = relationship(back_populates="steps", lazy="joined")
    changes: Mapped[list[PlanStepChange]] = relationship(
        lazy="selectin", order_by="PlanStepChange.n"
    )


class PlanStepChange(Keyed, Base):
    """What was done to a step, and what it said after that. Rows are only added."""

    __tablename__ = "plan_step_change"
    __table_args__ = (
        UniqueConstraint("step_id", "n"),
        CheckConstraint("kind IN ('added', 'changed', 'done', 'withdrawn')", name="kind"),
    )

    step_id: Mapped[UUID] = mapped_column(ForeignKey("plan_step.id"))
    n: Mapped[int]
    kind: Mapped[str]
    due: Mapped[date]
    text: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    by: Mapped[Person] = relationship(lazy="joined")


class ClosingAssessment(Keyed, Base):
    """What one of the three sides says at the end; a later version replaces the one that stands."""

    __tablename__ = "closing_assessment"
    __table_args__ = (
        CheckConstraint("side IN ('learner', 'school', 'employer')", name="side"),
        Index(
            "uq_closing_assessment_standing",
            "enrolment_id",
            "side",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    side: Mapped[str]
    day: Mapped[date]
    text: Mapped[str]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    by: Mapped[Person] = relationship(lazy="joined")


class TrainingPath(Base):
    """Where a training stands on the path to work, and on which service line."""

    __tablename__ = "training_path"

    training_id: Mapped[UUID] = mapped_column(ForeignKey("training.id"), primary_key=True)
    stage: Mapped[str]
    service_line: Mapped[str]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class PortfolioReview(Keyed, Base):
    """A coaching training's portfolio, looked at together on a day. Rows are only added."""

    __tablename__ = "portfolio_review"

    training_id: Mapped[UUID] = mapped_column(ForeignKey("training.id"), index=True)
    day: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    training: Mapped[Training] = relationship(lazy="joined")
    by: Mapped[Person] = relationship(lazy="joined")
