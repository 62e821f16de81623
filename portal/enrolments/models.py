"""Tables of the people in trainings. Nothing here asks for health or benefits."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.capacity.models import CallOff, Training
from portal.database import Base, Keyed
from portal.organisations.models import Organisation, Person


class Enrolment(Keyed, Base):
    """A participant in one training: an external key, a display name, and one state.

    ``office_id`` is the office that referred the person and whose sponsor sees them; the key is
    that office's own. Statuses are those of `rules.Status`.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        # By office: one office cannot try out whom another has referred.
        UniqueConstraint("training_id", "office_id", "external_key"),
        CheckConstraint(
            "state IN ('applied', 'interviewed', 'selected', 'rejected', 'started', 'completed',"
            " 'left_early', 'interrupted', 'transferred')",
            name="state",
        ),
        # All that people are counted by, so that their rows are not read for it.
        Index("ix_enrolment_state_training_id_office_id", "state", "training_id", "office_id"),
    )

    training_id: Mapped[UUID] = mapped_column(ForeignKey("training.id"), index=True)
    office_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    call_off_id: Mapped[UUID | None] = mapped_column(ForeignKey("call_off.id"), index=True)
    sponsor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    external_key: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    birth_year: Mapped[int]
    sex: Mapped[str]
    education: Mapped[str]
    referral_source: Mapped[str | None]
    status_at_start: Mapped[str]
    state: Mapped[str] = mapped_column(default="applied")
    applied_at: Mapped[datetime]
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None] = mapped_column(index=True)
    status_at_end: Mapped[str | None]
    left_to: Mapped[str | None]
    end_reason: Mapped[str] = mapped_column(default="")
    units: Mapped[int | None]
    qualifications: Mapped[int | None]
    transferred_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolment.id"))

    training: Mapped[Training] = relationship(lazy="joined")
    call_off: Mapped[CallOff | None] = relationship(lazy="select")
    office: Mapped[Organisation] = relationship(lazy="joined")
    sponsor: Mapped[Person] = relationship(foreign_keys=[sponsor_id], lazy="joined")
    interviews: Mapped[list[Interview]] = relationship(lazy="selectin", order_by="Interview.at")
    decisions: Mapped[list[SelectionDecision]] = relationship(
        lazy="selectin", order_by="SelectionDecision.at"
    )
    follow_ups: Mapped[list[FollowUp]] = relationship(lazy="selectin", order_by="FollowUp.at")
    guidance: Mapped[list[AfterGuidance]] = relationship(
        lazy="selectin", order_by="AfterGuidance.recorded_at"
    )


class Interview(Keyed, Base):
    """An interview with its three judgements, 0 to 3; ``with_`` are the others who took part."""

    __tablename__ = "interview"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    need: Mapped[int]
    urgency: Mapped[int]
    suitability: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    with_ids: Mapped[list[str]] = mapped_column(default=list)


class SelectionDecision(Keyed, Base):
    """Selected, not selected, or something else first: each with who decided, and why."""

    __tablename__ = "selection_decision"
    __table_args__ = (
        CheckConstraint("outcome IN ('selected', 'rejected', 'instead')", name="outcome"),
    )

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    instead: Mapped[str] = mapped_column(default="")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    with_ids: Mapped[list[str]] = mapped_column(default=list)
    at: Mapped[datetime]


class FollowUp(Keyed, Base):
    """The status so many months after the end; the latest of a month's rows counts."""

    __tablename__ = "follow_up"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    months: Mapped[int]
    status: Mapped[str]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class AfterGuidance(Keyed, Base):
    """After-guidance offered, accepted or used by a person on a day.

    A line that takes another back names it in ``corrects_id`` and holds the opposite hours.
    """

    __tablename__ = "after_guidance"
    __table_args__ = (CheckConstraint("state IN ('offered', 'accepted', 'used')", name="state"),)

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    day: Mapped[date]
    state: Mapped[str]
    hours: Mapped[Decimal | None]
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("after_guidance.id"))
    reason: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class BackgroundReport(Keyed, Base):
    """Counts of sensitive groups, for a training of five or more and never for a person."""

    __tablename__ = "background_report"

    training_id: Mapped[UUID] = mapped_column(ForeignKey("training.id"), index=True)
    immigrants: Mapped[int]
    minorities: Mapped[int]
    disabled: Mapped[int]
    other_disadvantaged: Mapped[int]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
