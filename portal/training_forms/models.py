"""The table of an office's own additions to the qualification units."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Keyed
from portal.organisations.models import Organisation


class QualificationUnit(Keyed, Base):
    """A unit that an organisation has added to a field; withdrawn, it is no longer offered."""

    __tablename__ = "qualification_unit"
    __table_args__ = (Index("ix_qualification_unit_field", "field", "withdrawn_at"),)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    field: Mapped[str]
    name: Mapped[dict[str, str]]
    example: Mapped[dict[str, str]] = mapped_column(default=dict)
    added_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="joined")
