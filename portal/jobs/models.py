"""Tables of the work that follows an act."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
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
