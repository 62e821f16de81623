"""The table of what can be counted of a lot's target group."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Keyed
from portal.organisations.models import Person


class TargetGroup(Keyed, Base):
    """The starting statuses that make up a lot's target group, which the call says in words.

    Rows are only added and the latest stands; one without statuses says that the target group
    cannot be counted by them. ``reason`` says how the words of the call come to these.
    """

    __tablename__ = "target_group"
    __table_args__ = (UniqueConstraint("lot_id", "n"),)

    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    n: Mapped[int]
    statuses: Mapped[list[str]] = mapped_column(default=list)
    reason: Mapped[str]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    by: Mapped[Person] = relationship(lazy="joined")
