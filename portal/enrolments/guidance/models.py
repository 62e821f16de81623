"""The table of what is agreed on a person's after-guidance; its lines stand with the enrolments."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Keyed
from portal.organisations.models import Person


class GuidanceAgreement(Keyed, Base):
    """How the responsible official and the trainer agree to use the hours. Rows are only added."""

    __tablename__ = "guidance_agreement"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    text: Mapped[str]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    by: Mapped[Person] = relationship(lazy="joined")
