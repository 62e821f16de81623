"""Tables of the contract."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Keyed
from portal.evaluation.models import Award
from portal.organisations.models import Organisation, Person


class Contract(Keyed, Base):
    """The contract of one lot with one provider, in force from the second approval."""

    __tablename__ = "contract"
    __table_args__ = (UniqueConstraint("award_id"), UniqueConstraint("buyer_id", "reference"))

    reference: Mapped[str]
    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"), index=True)
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    award_id: Mapped[UUID] = mapped_column(ForeignKey("award.id"))
    buyer_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    language: Mapped[str] = mapped_column(default="fi")
    state: Mapped[str] = mapped_column(default="awaiting_approval")
    concluded_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    concluded_at: Mapped[datetime]
    in_force_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]

    award: Mapped[Award] = relationship(lazy="joined")
    buyer: Mapped[Organisation] = relationship(foreign_keys=[buyer_id], lazy="joined")
    provider: Mapped[Organisation] = relationship(foreign_keys=[provider_id], lazy="joined")
    approvals: Mapped[list[Approval]] = relationship(
        lazy="selectin", order_by="Approval.approved_at"
    )


class Approval(Keyed, Base):
    """One side's approval of the very bytes whose hash it states."""

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("contract_id", "side"),
        CheckConstraint("side IN ('buyer', 'provider')", name="side"),
    )

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    side: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime]
    sha256: Mapped[str]
    person: Mapped[Person] = relationship(lazy="joined")
