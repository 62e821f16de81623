"""Tables of meetings, agreed practices and visits."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.database import Base, Keyed
from portal.enrolments.models import Enrolment
from portal.organisations.models import Person


class Meeting(Keyed, Base):
    """A meeting on a contract, one of its trainings or a participant: planned, held, or cancelled.

    ``sequence`` counts the changes of the plan, for the calendars of those invited; ``changed_at``
    is the latest. A verification visit tells ``progress``, ``quality`` and ``effectiveness``.
    ``gap`` is how many euros for one unit the offer was from the second place, where that is known.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'held', 'cancelled')", name="state"),
        CheckConstraint(
            "kind IN ('start_up', 'interim', 'verification', 'closing', 'tripartite',"
            " 'joint_review')",
            name="kind",
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
    changed_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="", server_default="")
    progress: Mapped[str] = mapped_column(default="", server_default="")
    quality: Mapped[str] = mapped_column(default="", server_default="")
    effectiveness: Mapped[str] = mapped_column(default="", server_default="")
    gap: Mapped[Decimal | None]

    contract: Mapped[Contract] = relationship(lazy="joined")
    training: Mapped[Training | None] = relationship(lazy="select")
    enrolment: Mapped[Enrolment | None] = relationship(lazy="select")
    called_by: Mapped[Person] = relationship(foreign_keys=[called_by_id], lazy="joined")
    held_by: Mapped[Person | None] = relationship(foreign_keys=[held_by_id], lazy="joined")
    attendances: Mapped[list[Attendance]] = relationship(
        lazy="selectin", cascade="all, delete-orphan"
    )
    lines: Mapped[list[AgendaLine]] = relationship(
        lazy="selectin", order_by="AgendaLine.position", cascade="all, delete-orphan"
    )
    practices: Mapped[list[Practice]] = relationship(
        lazy="select", order_by="Practice.position", back_populates="meeting"
    )
    approvals: Mapped[list[MinutesApproval]] = relationship(
        lazy="selectin", order_by="MinutesApproval.approved_at"
    )


class Attendance(Keyed, Base):
    """Somebody invited to a meeting, and whether they were present."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    present: Mapped[bool | None]
    person: Mapped[Person] = relationship(lazy="joined")


class AgendaLine(Keyed, Base):
    """A clause or a promise gone through in a meeting, and how it was left.

    ``points`` are those that the promise's criterion earned of at most ``points_most``; ``gap`` is
    the gap to the second place without them, in euros for one unit. A line left open is gone
    through again in a later meeting, whose line is ``carried_from`` it.
    """

    __tablename__ = "agenda_line"
    __table_args__ = (
        UniqueConstraint("meeting_id", "position"),
        UniqueConstraint("carried_from_id"),
        CheckConstraint("kind IN ('clause', 'promise')", name="kind"),
        CheckConstraint("outcome IN ('agreed', 'nothing_to_agree', 'open')", name="outcome"),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str]
    clause_key: Mapped[str | None]
    clause_version: Mapped[int | None]
    criterion: Mapped[str | None]
    text: Mapped[str] = mapped_column(default="")
    points: Mapped[Decimal | None]
    points_most: Mapped[Decimal | None]
    gap: Mapped[Decimal | None]
    outcome: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    practice_id: Mapped[UUID | None] = mapped_column(ForeignKey("practice.id"))
    carried_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_line.id"))

    owner: Mapped[Person | None] = relationship(lazy="joined")
    practice: Mapped[Practice | None] = relationship(lazy="joined")


class MinutesApproval(Keyed, Base):
    """One side's approval of the very bytes of a meeting's minutes.

    The buyer's side is its officers and the course sponsors of offices that use the contract.
    """

    __tablename__ = "minutes_approval"
    __table_args__ = (
        UniqueConstraint("meeting_id", "side"),
        CheckConstraint("side IN ('buyer', 'provider')", name="side"),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    side: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime]
    sha256: Mapped[str]
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
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    text: Mapped[str]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    due: Mapped[date]
    status: Mapped[str] = mapped_column(default="open")
    agreed_at: Mapped[datetime]

    owner: Mapped[Person] = relationship(lazy="joined")
    meeting: Mapped[Meeting] = relationship(lazy="select", back_populates="practices")
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
