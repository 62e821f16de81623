"""Tables of workplaces and of who is placed there. Nothing here is about health or benefits."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.contracts.models import Contract
from portal.database import Base, Keyed
from portal.enrolments.models import Enrolment
from portal.organisations.models import Organisation, Person


class Workplace(Keyed, Base):
    """A place of work for one person at a time (työpaikka), with a named workplace instructor.

    It is found for an office, a contract and a field of training, before any training is called
    off; ``training_id`` is set once somebody of a training is placed there.
    """

    __tablename__ = "workplace"
    __table_args__ = (
        CheckConstraint("state IN ('found', 'confirmed', 'ended')", name="state"),
        Index("ix_workplace_free", "office_id", "contract_id", "field", "state"),
    )

    office_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    field: Mapped[str]
    training_id: Mapped[UUID | None] = mapped_column(ForeignKey("training.id"), index=True)
    name: Mapped[str]
    business_id: Mapped[str | None]
    address: Mapped[str] = mapped_column(default="")
    instructor: Mapped[str]
    state: Mapped[str] = mapped_column(default="found")
    found_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    found_at: Mapped[datetime]
    confirmed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    confirmed_on: Mapped[date | None]
    confirmed_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(default="")

    contract: Mapped[Contract] = relationship(lazy="joined")
    office: Mapped[Organisation] = relationship(lazy="joined")
    found_by: Mapped[Person] = relationship(foreign_keys=[found_by_id], lazy="joined")
    confirmed_by: Mapped[Person | None] = relationship(
        foreign_keys=[confirmed_by_id], lazy="joined"
    )
    placements: Mapped[list[Placement]] = relationship(
        lazy="selectin", order_by="Placement.starts", back_populates="workplace"
    )


class Placement(Keyed, Base):
    """Somebody at a workplace from a day, to a day where it is known.

    Of a wage-subsidy decision only its own number is kept.
    """

    __tablename__ = "placement"

    workplace_id: Mapped[UUID] = mapped_column(ForeignKey("workplace.id"), index=True)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    starts: Mapped[date]
    ends: Mapped[date | None]
    subsidy_decision: Mapped[str] = mapped_column(default="")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    workplace: Mapped[Workplace] = relationship(back_populates="placements", lazy="joined")
    enrolment: Mapped[Enrolment] = relationship(lazy="joined")
