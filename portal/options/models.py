"""Tables of what changes a contract in force."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.contracts.models import Contract
from portal.database import Base, Keyed
from portal.organisations.models import Organisation, Person
from portal.procurement.models import OptionClause


class OptionExercise(Keyed, Base):
    """An option used, the ``n``-th time; ``evidence`` is what its page showed then."""

    __tablename__ = "option_exercise"
    __table_args__ = (UniqueConstraint("contract_id", "option_id", "n"),)

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    option_id: Mapped[UUID] = mapped_column(ForeignKey("option_clause.id"))
    n: Mapped[int]
    amount: Mapped[Decimal]
    reason: Mapped[str]
    evidence: Mapped[dict[str, Any]]
    ends_before: Mapped[date | None]
    ends_after: Mapped[date | None]
    exercised_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    exercised_at: Mapped[datetime]

    contract: Mapped[Contract] = relationship(lazy="joined")
    option: Mapped[OptionClause] = relationship(lazy="joined")
    exercised_by: Mapped[Person] = relationship(lazy="joined")


class NoticeReminder(Keyed, Base):
    """The reminder so many days before an option's last day of notice, sent or overtaken.

    The unique key is what lets each be sent once, however often and late the command runs.
    """

    __tablename__ = "notice_reminder"
    __table_args__ = (UniqueConstraint("contract_id", "option_id", "days"),)

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    option_id: Mapped[UUID] = mapped_column(ForeignKey("option_clause.id"))
    days: Mapped[int]
    noted_at: Mapped[datetime]


class ContractChange(Keyed, Base):
    """A change of the contract by a ground of law, in effect from the provider's consent.

    ``value`` is what it adds to the contract in euros without value added tax; below zero where it
    takes away. ``against_ceiling`` and ``ceiling`` are the running total with this change, and
    what it was held against, in euros.
    """

    __tablename__ = "contract_change"
    __table_args__ = (
        UniqueConstraint("contract_id", "n"),
        CheckConstraint("state IN ('proposed', 'in_effect', 'refused')", name="state"),
    )

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    n: Mapped[int]
    ground: Mapped[str]
    text: Mapped[str]
    reason: Mapped[str]
    value: Mapped[Decimal]
    state: Mapped[str] = mapped_column(default="proposed")
    original_value: Mapped[Decimal]
    against_ceiling: Mapped[Decimal]
    ceiling: Mapped[Decimal]
    proposed_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    settled_reason: Mapped[str] = mapped_column(default="")

    contract: Mapped[Contract] = relationship(lazy="joined")
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id], lazy="joined")
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id], lazy="joined")


class ContractPassing(Keyed, Base):
    """A contract passed from one buyer to another. Rows are only added."""

    __tablename__ = "contract_passing"
    __table_args__ = (UniqueConstraint("contract_id", "n"),)

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    n: Mapped[int]
    from_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    to_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    reason: Mapped[str]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    from_buyer: Mapped[Organisation] = relationship(foreign_keys=[from_id], lazy="joined")
    to_buyer: Mapped[Organisation] = relationship(foreign_keys=[to_id], lazy="joined")
    by: Mapped[Person] = relationship(lazy="joined")


class Handover(Keyed, Base):
    """What one contract's provider leaves to the provider of the next; its pack is a document."""

    __tablename__ = "handover"
    __table_args__ = (UniqueConstraint("contract_id", "to_contract_id"),)

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    to_contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    contract: Mapped[Contract] = relationship(foreign_keys=[contract_id], lazy="joined")
    to_contract: Mapped[Contract] = relationship(foreign_keys=[to_contract_id], lazy="joined")
    by: Mapped[Person] = relationship(lazy="joined")
