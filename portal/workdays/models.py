"""Tables of the monthly records of workdays."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.database import Base, Keyed
from portal.enrolments.models import Enrolment
from portal.organisations.models import Person

_STANDING = text("state IN ('recorded', 'disputed', 'accepted') AND corrects_id IS NULL")


class WorkdayRecord(Keyed, Base):
    """A training's record of one month, ``YYYY-MM``; one stands at a time, and corrections of it.

    A later record replaces one that is not accepted. What is accepted is corrected by a record of
    differences that names it in ``corrects_id``.
    """

    __tablename__ = "workday_record"
    __table_args__ = (
        UniqueConstraint("training_id", "period", "n"),
        CheckConstraint("state IN ('recorded', 'disputed', 'accepted', 'replaced')", name="state"),
        Index(
            "uq_workday_record_standing",
            "training_id",
            "period",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )

    training_id: Mapped[UUID] = mapped_column(ForeignKey("training.id"), index=True)
    period: Mapped[str]
    n: Mapped[int]
    state: Mapped[str] = mapped_column(default="recorded")
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("workday_record.id"))
    reason: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    settled_reason: Mapped[str] = mapped_column(default="")

    training: Mapped[Training] = relationship(lazy="joined")
    recorded_by: Mapped[Person] = relationship(foreign_keys=[recorded_by_id], lazy="joined")
    lines: Mapped[list[WorkdayLine]] = relationship(lazy="selectin", cascade="all, delete-orphan")


class WorkdayLine(Keyed, Base):
    """One person's days (or hours) in a record; of a correction, the difference."""

    __tablename__ = "workday_line"
    __table_args__ = (UniqueConstraint("record_id", "enrolment_id"),)

    record_id: Mapped[UUID] = mapped_column(ForeignKey("workday_record.id"))
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    days: Mapped[Decimal]
    absent: Mapped[Decimal | None]
    enrolment: Mapped[Enrolment] = relationship(lazy="joined")


class PriceRevisionApplied(Keyed, Base):
    """The offered price revised by the contract's clause, from one day on. Rows are only added.

    The index's values are those that the officer entered; ``price_after`` is in euros without
    value added tax, in cents, as the amendment states it.
    """

    __tablename__ = "price_revision_applied"
    __table_args__ = (UniqueConstraint("contract_id", "since"),)

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    since: Mapped[date]
    index_before: Mapped[Decimal]
    index_now: Mapped[Decimal]
    price_before: Mapped[Decimal]
    price_after: Mapped[Decimal]
    revised_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    revised_at: Mapped[datetime]
    revised_by: Mapped[Person] = relationship(lazy="joined")


class InvoiceBasis(Keyed, Base):
    """The basis of one month's invoice as it was issued, the ``n``-th of the month.

    ``content`` has the lines as plain values; what is accepted later changes no issued basis, a
    later one takes its place. Sums are in euros.
    """

    __tablename__ = "invoice_basis"
    __table_args__ = (UniqueConstraint("contract_id", "period", "n"),)

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    period: Mapped[str]
    n: Mapped[int]
    quantity: Mapped[Decimal]
    amount: Mapped[Decimal]
    content: Mapped[dict[str, Any]]
    issued_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime]

    contract: Mapped[Contract] = relationship(lazy="joined")
    issued_by: Mapped[Person] = relationship(lazy="joined")
