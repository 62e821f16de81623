"""What has been sent to whom on which day."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class DigestSent(Base):
    """A person's digest of a day: at most one."""

    __tablename__ = "digest_sent"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    things: Mapped[int]
    sent_at: Mapped[datetime]
