"""Tables of scorecards."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Keyed
from portal.organisations.models import Organisation, Person

_STANDING = text("replaced_at IS NULL")


class Scorecard(Keyed, Base):
    """A provider's results of a period (tuloskortti), drawn up by a buyer.

    ``figures`` are fixed when it is drawn up: by indicator the numerator and the denominator.
    ``form`` is the form of training that it is limited to; without one it is of all.
    ``criteria_set`` is the follow-up set, as ``key@version``.
    """

    __tablename__ = "scorecard"
    __table_args__ = (
        UniqueConstraint("provider_id", "n"),
        CheckConstraint("state IN ('draft', 'settled')", name="state"),
        CheckConstraint("first_day <= last_day", name="period"),
    )

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    buyer_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    n: Mapped[int]
    form: Mapped[str | None]
    first_day: Mapped[date]
    last_day: Mapped[date]
    criteria_set: Mapped[str]
    figures: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="draft")
    drawn_up_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    drawn_up_at: Mapped[datetime]
    answer_by: Mapped[date]
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]

    provider: Mapped[Organisation] = relationship(foreign_keys=[provider_id], lazy="joined")
    buyer: Mapped[Organisation] = relationship(foreign_keys=[buyer_id], lazy="joined")
    drawn_up_by: Mapped[Person] = relationship(foreign_keys=[drawn_up_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id])
    assessments: Mapped[list[ScorecardAssessment]] = relationship(
        lazy="selectin", order_by="ScorecardAssessment.at"
    )


class ScorecardAssessment(Keyed, Base):
    """One person's points for one criterion of the follow-up set, with the reason.

    ``view`` is the provider's own or the referrers'. ``indicator`` and ``evidence`` name what the
    points rest on: an indicator of the scorecard, an address or words. A later assessment by the
    same person replaces the earlier, which stays.
    """

    __tablename__ = "scorecard_assessment"
    __table_args__ = (
        Index(
            "uq_scorecard_assessment_standing",
            "scorecard_id",
            "criterion",
            "person_id",
            "view",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
        CheckConstraint("view IN ('own', 'referrers')", name="view"),
    )

    scorecard_id: Mapped[UUID] = mapped_column(ForeignKey("scorecard.id"), index=True)
    view: Mapped[str]
    criterion: Mapped[str]
    criterion_version: Mapped[int]
    points: Mapped[int]
    reason: Mapped[str]
    evidence: Mapped[str] = mapped_column(default="")
    indicator: Mapped[str] = mapped_column(default="", server_default="")
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(lazy="joined")
