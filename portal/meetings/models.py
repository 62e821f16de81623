"""Tables of meetings, agreed practices and visits."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.database import Base, Keyed
from portal.organisations.models import Person


class Meeting(Keyed, Base):
    """A meeting on a contract or one of its trainings: planned, held, or cancelled."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'held', 'cancelled')", name="state"),
        CheckConstraint(
            "kind IN ('start_up', 'interim', 'verification', 'closing', 'tripartite')", name="kind"
        ),
    )

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    training_id: Mapped[UUID | None] = mapped_column(ForeignKey("training.id"), index=True)
    enrolment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    kind: Mapped[str]
    state: Mapped[str]
    begins: Mapped[datetime]
    ends: Mapped[datetime | None]
    place: Mapped[str] = mapped_column(default="")
    called_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    held_at: Mapped[datetime | None]
    held_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    sequence: Mapped[int] = mapped_column(default=0)
    notes: Mapped[str] = mapped_column(default="")

    contract: Mapped[Contract] = relationship(lazy="joined")
    attendances: Mapped[list[Attendance]] = relationship(
        lazy="selectin", cascade="all, delete-orphan"
    )


class Attendance(Keyed, Base):
    """Somebody invited to a meeting, and whether they were present."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    present: Mapped[bool | None]
    person: Mapped[Person] = relationship(lazy="joined")


class Practice(Keyed, Base):
    """A practice agreed at a meeting, with its owner and due day.

    ``status`` is that of the latest review, ``open`` until there is one.
    """

    __tablename__ = "practice"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'kept', 'partly', 'not_kept')", name="status"),
    )

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    text: Mapped[str]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    due: Mapped[date]
    status: Mapped[str] = mapped_column(default="open")
    agreed_at: Mapped[datetime]

    owner: Mapped[Person] = relationship(lazy="joined")
    reviews: Mapped[list[PracticeReview]] = relationship(
        lazy="selectin", order_by="PracticeReview.at"
    )


class PracticeReview(Keyed, Base):
    """A practice looked at again in a meeting. Rows are only added."""

    __tablename__ = "practice_review"
    __table_args__ = (UniqueConstraint("practice_id", "meeting_id"),)

    practice_id: Mapped[UUID] = mapped_column(ForeignKey("practice.id"))
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    status: Mapped[str]
    note: Mapped[str]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class WorkplaceVisit(Keyed, Base):
    """A visit to a workplace, planned or made (työpaikkakäynti).

    ``position`` is its place on the day's route of whoever visits; ``office_id`` the office whose
    sponsors read of it, empty where it is of several.
    """

    __tablename__ = "workplace_visit"

    training_id: Mapped[UUID] = mapped_column(ForeignKey("training.id"), index=True)
    office_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    day: Mapped[date] = mapped_column(index=True)
    position: Mapped[int] = mapped_column(default=0)
    workplace: Mapped[str]
    participant_ids: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(default="")
    possibilities: Mapped[str] = mapped_column(default="")
    made: Mapped[bool]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]

    training: Mapped[Training] = relationship(lazy="joined")
