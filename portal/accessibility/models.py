"""The table of what people say about accessibility."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Keyed


class AccessibilityMessage(Keyed, Base):
    """One message about accessibility, by anybody, and its answer.

    ``page`` is where the sender met the barrier, in the sender's words; ``email`` is empty where
    the sender gave none. The sender reads the answer by a link whose hash is kept. ``place_hash``
    is from where it came, to count how many come from there.
    """

    __tablename__ = "accessibility_message"
    __table_args__ = (
        Index("ix_accessibility_message_open", "answered_at", "due_on"),
        Index("ix_accessibility_message_received", "received_at"),
    )

    token_hash: Mapped[str] = mapped_column(unique=True)
    place_hash: Mapped[str]
    text: Mapped[str]
    page: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    language: Mapped[str]
    received_at: Mapped[datetime]
    due_on: Mapped[date]
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
