"""Tables of needs, soundings and the market's answers."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Keyed
from portal.organisations.models import Organisation
from portal.soundings.rules import NeedState, SoundingState

STANDING = text("replaced_at IS NULL")


class Need(Keyed, Base):
    """Whom an employment office would send to training. Counts and words, never a person."""

    __tablename__ = "need"
    __table_args__ = (
        CheckConstraint("people > 0", name="people"),
        Index("ix_need_state_office", "state", "office_id"),
    )

    office_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = mapped_column(default=NeedState.OPEN)
    target_group: Mapped[str]
    people: Mapped[int]
    region: Mapped[str]
    field: Mapped[str]
    wanted_from: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column()

    office: Mapped[Organisation] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": revision}


class Sounding(Keyed, Base):
    """A call as a buyer plans it, put before the market for comment."""

    __tablename__ = "sounding"
    __table_args__ = (Index("ix_sounding_state_due", "state", "comments_due"),)

    buyer_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = mapped_column(default=SoundingState.DRAFT)
    title: Mapped[dict[str, str]]
    description: Mapped[dict[str, str]] = mapped_column(default=dict)
    capacity: Mapped[dict[str, str]] = mapped_column(default=dict)
    questions: Mapped[dict[str, str]] = mapped_column(default=dict)
    comments_due: Mapped[datetime | None]
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    published_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column()

    buyer: Mapped[Organisation] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": revision}


class SoundedNeed(Base):
    """A need that a sounding builds on."""

    __tablename__ = "sounded_need"

    sounding_id: Mapped[UUID] = mapped_column(ForeignKey("sounding.id"), primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), primary_key=True, index=True)


class SoundingAnswer(Keyed, Base):
    """A provider's answer. A later one of the same provider replaces it; both are kept."""

    __tablename__ = "sounding_answer"
    __table_args__ = (
        CheckConstraint("would_bid OR reason <> ''", name="reason"),
        Index(
            "uq_sounding_answer_standing",
            "sounding_id",
            "provider_id",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )

    sounding_id: Mapped[UUID] = mapped_column(ForeignKey("sounding.id"), index=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    would_bid: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")
    comment: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
