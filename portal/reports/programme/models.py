"""The table of the indicator reports that were made and kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Keyed
from portal.indicators.rules import Period
from portal.organisations.models import Person


class IndicatorReport(Keyed, Base):
    """A procurement's indicator table as it was on the day it was made; its PDF is a document.

    ``content`` is what the document says: the period, the contracts as they were called then, and
    the figures by the keys of cases/FORMAT.md. It is never changed.
    """

    __tablename__ = "indicator_report"
    __table_args__ = (UniqueConstraint("procurement_id", "n"),)

    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"))
    n: Mapped[int]
    content: Mapped[dict[str, Any]]
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

    made_by: Mapped[Person] = relationship(lazy="joined")

    @property
    def period(self) -> Period:
        """The period that the figures are of."""
        first, last = (
            None if text is None else date.fromisoformat(text)
            for text in (self.content["first"], self.content["last"])
        )
        return Period(first, last)
