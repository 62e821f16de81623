"""Tables of client panels."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.capacity.models import Training
from portal.database import Base, Keyed
from portal.organisations.models import Organisation, Person


class Panel(Keyed, Base):
    """A round of a client panel (asiakasraati) over several trainings of one buyer.

    What was proposed in the trainings' feedback from its first day to its last is gathered, and
    the panel adds its own. Its summary closes it.
    """

    __tablename__ = "panel"
    __table_args__ = (CheckConstraint("first_day <= last_day", name="period"),)

    buyer_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    opened_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    summary: Mapped[str] = mapped_column(default="")
    closed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]

    buyer: Mapped[Organisation] = relationship(lazy="joined")
    opened_by: Mapped[Person] = relationship(foreign_keys=[opened_by_id], lazy="joined")
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id], lazy="joined")
    trainings: Mapped[list[PanelTraining]] = relationship(
        lazy="select", cascade="all, delete-orphan"
    )


class PanelTraining(Keyed, Base):
    """A training that a round is over."""

    __tablename__ = "panel_training"
    __table_args__ = (UniqueConstraint("panel_id", "training_id"),)

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"))
    training_id: Mapped[UUID] = mapped_column(ForeignKey("training.id"), index=True)

    training: Mapped[Training] = relationship(lazy="select")


class PanelProposal(Keyed, Base):
    """What the panel itself proposes, and what was done about it."""

    __tablename__ = "panel_proposal"

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    text: Mapped[str]
    added_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    panel: Mapped[Panel] = relationship(lazy="select")
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id], lazy="joined")
