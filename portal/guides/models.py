"""How far somebody has come in the tour."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class TourSeen(Base):
    """How many steps of the first tour a person has seen; who skips it has seen them all."""

    __tablename__ = "tour_seen"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    steps: Mapped[int]
    seen_at: Mapped[datetime]
