"""Tables from interests to the decision."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Keyed
from portal.offers.models import Offer
from portal.organisations.models import Person


class InterestDeclaration(Keyed, Base):
    """What a person who handles offers says of their ties to the providers; kept for good."""

    __tablename__ = "interest_declaration"
    __table_args__ = (Index("ix_interest_declaration_who", "procurement_id", "person_id"),)

    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    declared_at: Mapped[datetime]
    person: Mapped[Person] = relationship(lazy="joined")
    conflicts: Mapped[list[Conflict]] = relationship(lazy="selectin", cascade="all, delete-orphan")


class Conflict(Base):
    """A provider that a person is tied to."""

    __tablename__ = "conflict"

    declaration_id: Mapped[UUID] = mapped_column(
        ForeignKey("interest_declaration.id"), primary_key=True
    )
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)


class SuitabilityJudgement(Keyed, Base):
    """Whether a provider may take part: yes or no, with the reason."""

    __tablename__ = "suitability_judgement"
    __table_args__ = (UniqueConstraint("offer_id"),)

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    suitable: Mapped[bool]
    reason: Mapped[str]
    judged_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    judged_at: Mapped[datetime]


class Assessment(Keyed, Base):
    """One evaluator's points for one offer in one lot; nobody else sees it before hand-in.

    ``points`` is ``{criterion: {"points": whole number, "reason": text}}``.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("lot_id", "offer_id", "evaluator_id"),
        CheckConstraint("state IN ('draft', 'handed_in', 'abstained')", name="state"),
    )

    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("offer_version.id"))
    evaluator_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str]
    points: Mapped[dict[str, Any]]
    abstained_because: Mapped[str | None]
    saved_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column()
    evaluator: Mapped[Person] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": revision}


class JointScore(Keyed, Base):
    """The panel's points for one offer in one lot, with a reason for each; as in Assessment."""

    __tablename__ = "joint_score"
    __table_args__ = (UniqueConstraint("lot_id", "offer_id"),)

    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    points: Mapped[dict[str, Any]]
    agreed_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime]


class Award(Keyed, Base):
    """A lot awarded to an offer (OCDS award). At most one of a lot stands at a time."""

    __tablename__ = "award"
    __table_args__ = (
        Index(
            "uq_award_standing",
            "lot_id",
            unique=True,
            sqlite_where=text("voided_at IS NULL"),
            postgresql_where=text("voided_at IS NULL"),
        ),
    )

    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    reason: Mapped[str]
    draw: Mapped[list[str]]
    ranking: Mapped[list[dict[str, Any]]]
    awarded_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    awarded_at: Mapped[datetime]
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("award_decision.id"))
    voided_at: Mapped[datetime | None]
    offer: Mapped[Offer] = relationship(lazy="joined")


class AwardDecision(Keyed, Base):
    """The decision issued to all bidders, with its standstill."""

    __tablename__ = "award_decision"
    __table_args__ = (UniqueConstraint("procurement_id", "n"),)

    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"))
    n: Mapped[int]
    issued_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime]
    received_on: Mapped[date]
    standstill_days: Mapped[int]
    standstill_ends: Mapped[date]
    first_signing_day: Mapped[date]
    voided_at: Mapped[datetime | None]
    issued_by: Mapped[Person] = relationship(lazy="joined")


class BidderLetter(Keyed, Base):
    """One bidder's letter with a decision; the standstill runs from its receipt."""

    __tablename__ = "bidder_letter"
    __table_args__ = (UniqueConstraint("decision_id", "offer_id"),)

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("award_decision.id"))
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    received_on: Mapped[date]
    decision: Mapped[AwardDecision] = relationship(lazy="joined")
    offer: Mapped[Offer] = relationship(lazy="joined")
