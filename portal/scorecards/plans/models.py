"""Tables of improvement plans."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.contracts.models import Contract
from portal.database import Base, Keyed
from portal.organisations.models import Organisation, Person
from portal.scorecards.models import Scorecard


class ImprovementPlan(Keyed, Base):
    """What a provider and a buyer have agreed to mend, drawn up from a scorecard or a contract.

    The buyer is that of the contract or the scorecard, so that a contract which passes to another
    buyer takes its plans along.
    """

    __tablename__ = "improvement_plan"
    __table_args__ = (
        UniqueConstraint("provider_id", "n"),
        CheckConstraint("(scorecard_id IS NULL) <> (contract_id IS NULL)", name="origin"),
    )

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    n: Mapped[int]
    scorecard_id: Mapped[UUID | None] = mapped_column(ForeignKey("scorecard.id"), index=True)
    contract_id: Mapped[UUID | None] = mapped_column(ForeignKey("contract.id"), index=True)
    aim: Mapped[str]
    drawn_up_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    drawn_up_at: Mapped[datetime]

    provider: Mapped[Organisation] = relationship(lazy="joined")
    scorecard: Mapped[Scorecard | None] = relationship(lazy="joined")
    contract: Mapped[Contract | None] = relationship(lazy="joined")
    drawn_up_by: Mapped[Person] = relationship()
    steps: Mapped[list[ImprovementStep]] = relationship(
        lazy="selectin", order_by="ImprovementStep.n", back_populates="plan"
    )

    @property
    def buyer(self) -> Organisation:
        """The party that buys, as it is today."""
        origin = self.contract or self.scorecard
        assert origin is not None
        return origin.buyer


class ImprovementStep(Keyed, Base):
    """One step: ``side`` takes care of it, by a person or by whoever has the ``role``.

    ``about`` names the figure that it is to move: ``indicator:KEY`` or ``criterion:KEY``.
    ``closed_at`` is when the other side agreed to what was reported.
    """

    __tablename__ = "improvement_step"
    __table_args__ = (
        UniqueConstraint("plan_id", "n"),
        CheckConstraint("state IN ('planned', 'done', 'not_done')", name="state"),
        CheckConstraint("side IN ('buyer', 'provider')", name="side"),
    )

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("improvement_plan.id"))
    n: Mapped[int]
    what: Mapped[str]
    side: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    due: Mapped[date]
    about: Mapped[str]
    state: Mapped[str] = mapped_column(default="planned")
    added_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    plan: Mapped[ImprovementPlan] = relationship(back_populates="steps")
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id], lazy="joined")
    added_by: Mapped[Person] = relationship(foreign_keys=[added_by_id])


class StepMark(Keyed, Base):
    """What was said of a step: a report of its side, or the other side's review. Only added.

    ``day`` is the day that it was reviewed on, or reported; ``due`` a new last day given with a
    step returned.
    """

    __tablename__ = "improvement_step_mark"
    __table_args__ = (
        UniqueConstraint("step_id", "n"),
        CheckConstraint(
            "kind IN ('report_done', 'report_not_done', 'agree', 'return')", name="kind"
        ),
    )

    step_id: Mapped[UUID] = mapped_column(ForeignKey("improvement_step.id"))
    n: Mapped[int]
    kind: Mapped[str]
    side: Mapped[str]
    note: Mapped[str]
    day: Mapped[date]
    due: Mapped[date | None]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    by: Mapped[Person] = relationship(lazy="joined")


class LateStepNote(Keyed, Base):
    """That the buyer's officers have been told of a step that is late.

    The unique key is what lets it be told once, however often and late the command runs; a new
    last day may be told of anew.
    """

    __tablename__ = "improvement_step_late_note"
    __table_args__ = (UniqueConstraint("step_id", "due"),)

    step_id: Mapped[UUID] = mapped_column(ForeignKey("improvement_step.id"))
    due: Mapped[date]
    noted_at: Mapped[datetime]
