"""Tables of feedback and proposals."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Keyed


class Feedback(Keyed, Base):
    """One giver's answer about a training; a later answer replaces the earlier.

    Exactly one of the three givers is set: a participant, a course sponsor, an employer.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("training_id", "enrolment_id"),
        UniqueConstraint("training_id", "person_id"),
        UniqueConstraint("training_id", "employer_id"),
        CheckConstraint("points BETWEEN 1 AND 5", name="points"),
        CheckConstraint(
            "CASE WHEN enrolment_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN person_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN employer_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_giver",
        ),
    )

    training_id: Mapped[UUID] = mapped_column(ForeignKey("training.id"), index=True)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    enrolment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolment.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    employer_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    points: Mapped[int]
    text: Mapped[str] = mapped_column(default="")
    given_at: Mapped[datetime]


class Proposal(Keyed, Base):
    """What a giver of feedback proposes, and what was done about it."""

    __tablename__ = "proposal"

    training_id: Mapped[UUID] = mapped_column(ForeignKey("training.id"), index=True)
    feedback_id: Mapped[UUID] = mapped_column(ForeignKey("feedback.id"), index=True)
    text: Mapped[str]
    made_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    feedback: Mapped[Feedback] = relationship(lazy="joined")
