"""Tables of groups that several offices fill together."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.capacity.models import CallOff
from portal.database import Base


class SeatOffer(Base):
    """A call-off under the minimum that waits for a neighbour until a day."""

    __tablename__ = "seat_offer"

    call_off_id: Mapped[UUID] = mapped_column(ForeignKey("call_off.id"), primary_key=True)
    closes_on: Mapped[date] = mapped_column(index=True)
    opened_at: Mapped[datetime]

    call_off: Mapped[CallOff] = relationship(lazy="joined")


class JoinedCallOff(Base):
    """A call-off that has joined the group of another. Each draws on its own contract's ledger."""

    __tablename__ = "joined_call_off"

    call_off_id: Mapped[UUID] = mapped_column(ForeignKey("call_off.id"), primary_key=True)
    host_id: Mapped[UUID] = mapped_column(ForeignKey("call_off.id"), index=True)
    joined_at: Mapped[datetime]

    call_off: Mapped[CallOff] = relationship(foreign_keys=[call_off_id], lazy="joined")
