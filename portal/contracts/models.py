"""Tables of the contract."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Keyed
from portal.evaluation.models import Award
from portal.organisations.models import Organisation, Person

_STANDING = text("state NOT IN ('refused', 'void')")


class Contract(Keyed, Base):
    """The contract of one lot with one provider, in force from the second approval.

    ``made_from`` is what it was concluded from and does not change with the portal: the versions
    of its clauses with their hashes, the parameters, the parties' names, the portal's address and
    the version of the document's form. At most one contract of an award stands at a time.
    ``ends_on`` moves with every further period. ``started_up_at`` is when its start-up meeting was
    held, or waived with the reason in ``start_up_waiver``.
    """

    __tablename__ = "contract"
    __table_args__ = (
        UniqueConstraint("buyer_id", "reference"),
        Index(
            "uq_contract_standing",
            "award_id",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )

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
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    started_up_at: Mapped[datetime | None]
    start_up_waiver: Mapped[str | None]
    start_up_waived_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    made_from: Mapped[dict[str, Any]]

    award: Mapped[Award] = relationship(lazy="joined")
    buyer: Mapped[Organisation] = relationship(foreign_keys=[buyer_id], lazy="joined")
    provider: Mapped[Organisation] = relationship(foreign_keys=[provider_id], lazy="joined")
    # Read when asked for: a contract is looked up by every act under it, for its parties and dates.
    approvals: Mapped[list[Approval]] = relationship(order_by="Approval.approved_at")
    moves: Mapped[list[ContractMove]] = relationship(
        order_by="ContractMove.n", cascade="all, delete-orphan"
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


class ContractMove(Keyed, Base):
    """A contract put on hold, released, refused or made void, and why. Rows are only added.

    ``side`` and ``person_id`` are empty where the contract became void with its decision.
    """

    __tablename__ = "contract_move"
    __table_args__ = (
        UniqueConstraint("contract_id", "n"),
        CheckConstraint(
            "act IN ('hold_contract', 'release_contract', 'refuse_contract', 'void_contracts')",
            name="act",
        ),
        CheckConstraint("side IN ('buyer', 'provider')", name="side"),
    )

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    n: Mapped[int]
    act: Mapped[str]
    side: Mapped[str | None]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
    at: Mapped[datetime]
    person: Mapped[Person | None] = relationship(lazy="joined")
