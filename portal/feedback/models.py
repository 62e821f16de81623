"""Tables of feedback and proposals."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.capacity.models import Training
from portal.database import Base, Keyed
from portal.enrolments.models import Enrolment
from portal.organisations.models import Organisation, Person


class Feedback(Keyed, Base):
    """One giver's answer about a training; a later answer replaces the earlier.

    Exactly one of the three givers is set: a participant, a course sponsor, an employer.
    ``points`` is the overall mark. ``changed`` is what changed for the participant, in their own
    words; ``assessor`` is who answered for the employer.
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
    changed: Mapped[str] = mapped_column(default="")
    assessor: Mapped[str] = mapped_column(default="")
    given_at: Mapped[datetime]

    items: Mapped[list[FeedbackItem]] = relationship(
        lazy="select", cascade="all, delete-orphan", order_by="FeedbackItem.item"
    )


class FeedbackItem(Keyed, Base):
    """The points of one item in an answer, from 1 to 5.

    What does not concern the giver, or was left out, has no row.
    """

    __tablename__ = "feedback_item"
    __table_args__ = (
        UniqueConstraint("feedback_id", "item"),
        CheckConstraint("points BETWEEN 1 AND 5", name="points"),
    )

    feedback_id: Mapped[UUID] = mapped_column(ForeignKey("feedback.id"))
    item: Mapped[str]
    points: Mapped[int]


class Proposal(Keyed, Base):
    """What a giver of feedback proposes, and what was done about it.

    ``owner`` sees to it that it is answered by ``due``.
    """

    __tablename__ = "proposal"
    __table_args__ = (Index("ix_proposal_open", "owner_id", "answered_at"),)

    training_id: Mapped[UUID] = mapped_column(ForeignKey("training.id"), index=True)
    feedback_id: Mapped[UUID] = mapped_column(ForeignKey("feedback.id"), index=True)
    text: Mapped[str]
    made_at: Mapped[datetime]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    due: Mapped[date | None]
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    feedback: Mapped[Feedback] = relationship(lazy="joined")
    training: Mapped[Training] = relationship(lazy="select")
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id], lazy="joined")
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id], lazy="joined")


class FeedbackLink(Keyed, Base):
    """A personal link by which a participant or an employer answers without an account.

    Only the hash of its token is kept. A newer link of the same giver ends the older ones at once.
    """

    __tablename__ = "feedback_link"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN enrolment_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN employer_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_giver",
        ),
    )

    token_hash: Mapped[str] = mapped_column(unique=True)
    training_id: Mapped[UUID] = mapped_column(ForeignKey("training.id"), index=True)
    enrolment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolment.id"))
    employer_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    training: Mapped[Training] = relationship(lazy="joined")
    enrolment: Mapped[Enrolment | None] = relationship(lazy="select")
    employer: Mapped[Organisation | None] = relationship(lazy="joined")
