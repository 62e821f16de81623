"""Tables of how long data about people is kept, what holds it, and what has gone. No names."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Keyed
from portal.organisations.models import Organisation, Person


class RetentionPeriod(Base):
    """How many months a controller keeps a kind of data; without a row nothing is in force.

    ``set_by_id`` is empty where a case file or the demonstration brought it.
    """

    __tablename__ = "retention_period"
    __table_args__ = (
        CheckConstraint("kind IN ('participants', 'feedback', 'logins')", name="kind"),
        CheckConstraint("months > 0", name="months"),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    months: Mapped[int]
    set_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]


class Hold(Keyed, Base):
    """Data that stays although its period has ended: on whom or what, why, and until which day.

    Without ``until`` it lasts until it is released. ``subject`` is the key of an enrolment,
    training, contract or procurement; a hold on one stays with that one.
    """

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('participant', 'training', 'contract', 'procurement')", name="kind"
        ),
        Index("ix_hold_subject", "subject"),
    )

    kind: Mapped[str]
    subject: Mapped[UUID]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    reason: Mapped[str]
    until: Mapped[date | None]
    placed_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    placed_at: Mapped[datetime]
    released_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    placed_by: Mapped[Person] = relationship(foreign_keys=[placed_by_id], lazy="joined")
    released_by: Mapped[Person | None] = relationship(foreign_keys=[released_by_id], lazy="joined")


class AnonymisedPerson(Base):
    """A participation whose data is gone; its counts stay."""

    __tablename__ = "anonymised_person"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    at: Mapped[datetime]


class AnonymisedTraining(Base):
    """A part of a training (its participants, its feedback) of which nothing is left to do."""

    __tablename__ = "anonymised_training"

    training_id: Mapped[UUID] = mapped_column(ForeignKey("training.id"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Anonymisation(Keyed, Base):
    """What one transaction of the command did, in numbers; of a training, or of log-ins."""

    __tablename__ = "anonymisation"

    kind: Mapped[str]
    training_id: Mapped[UUID | None] = mapped_column(ForeignKey("training.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    people: Mapped[int]
    rows: Mapped[int]
    documents: Mapped[int]
