"""Tables of the work that follows an act."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Keyed


class Job(Base):
    """One piece of work, written in the transaction of the act that asks for it.

    ``once`` names work that must not be asked for twice (a reminder of one day, say).
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'done', 'failed')", name="state"),
        Index("ix_job_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    once: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    fault: Mapped[str | None]


class RoutineRun(Base):
    """When something that is run from outside last ran, and last went through whole."""

    __tablename__ = "routine_run"

    routine: Mapped[str] = mapped_column(primary_key=True)
    ran_at: Mapped[datetime]
    whole: Mapped[bool]
    whole_at: Mapped[datetime | None]


class OutgoingMail(Keyed, Base):
    """One message of the outbox: which letter, to whom, with which facts.

    The facts may hold a link that only the recipient may see; they are emptied when it is sent.
    ``about`` is the key of what it announces, where its fate is shown there. ``calendar`` is an
    iCalendar object sent with it, emptied with the facts.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (Index("ix_outgoing_mail_about", "about"),)

    recipient_id: Mapped[UUID]
    address: Mapped[str]
    language: Mapped[str]
    letter: Mapped[str]
    facts: Mapped[dict[str, Any]]
    about: Mapped[UUID | None]
    calendar: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Work(Keyed, Base):
    """A piece of long work that somebody has begun, how far it is, and what has come of it.

    ``done`` of ``total`` steps are made; without a total, nobody knows yet. ``arguments`` and
    ``fault`` hold no free text longer than it is under way. A file that came of it is kept in
    `WorkPart`, sealed, until ``kept_until``; ``size`` is in bytes.
    """

    __tablename__ = "work"
    __table_args__ = (
        CheckConstraint("state IN ('under_way', 'ready', 'failed', 'cancelled')", name="state"),
        Index("ix_work_by", "by_id", "asked_at"),
    )

    kind: Mapped[str]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    subject: Mapped[UUID | None]
    language: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="under_way")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    kept_until: Mapped[datetime | None]
    fault: Mapped[str | None]
    name: Mapped[str | None]
    media_type: Mapped[str | None]
    size: Mapped[int | None]
    sha256: Mapped[str | None]
    facts: Mapped[dict[str, Any]]
    fetched_at: Mapped[datetime | None]


class WorkPart(Base):
    """One sealed piece of the file that came of a piece of work, in their order."""

    __tablename__ = "work_part"

    work_id: Mapped[UUID] = mapped_column(ForeignKey("work.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    blob_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_blob.id"))
