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
from portal.procurement.models import Lot


class InterestDeclaration(Keyed, Base):
    """What a person who handles offers says of their ties to the providers; kept for good."""

    __tablename__ = "interest_declaration"
    __table_args__ = (Index("ix_interest_declaration_who", "procurement_id", "person_id"),)

    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
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


def _one_standing(name: str, *columns: str) -> Index:
    """At most one row stands at a time; what it has replaced is kept beside it."""
    standing = text("replaced_at IS NULL")
    return Index(name, *columns, unique=True, sqlite_where=standing, postgresql_where=standing)


class SuitabilityJudgement(Keyed, Base):
    """Whether a provider may take part: yes or no, with the reason. A later one replaces it."""

    __tablename__ = "suitability_judgement"
    __table_args__ = (_one_standing("uq_suitability_standing", "offer_id"),)

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    suitable: Mapped[bool]
    reason: Mapped[str]
    judged_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    judged_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    judged_by: Mapped[Person] = relationship(lazy="raise")


class ConformityJudgement(Keyed, Base):
    """Whether an offer is for a lot what the call asks for. An offer not judged conforms.

    ``ground`` is ``content``, or ``low_price`` for an unusually low price that its bidder has not
    satisfactorily explained.
    """

    __tablename__ = "conformity_judgement"
    __table_args__ = (
        _one_standing("uq_conformity_standing", "lot_id", "offer_id"),
        CheckConstraint("ground IN ('content', 'low_price')", name="ground"),
    )

    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    conforms: Mapped[bool]
    ground: Mapped[str]
    reason: Mapped[str]
    judged_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    judged_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    judged_by: Mapped[Person] = relationship(lazy="raise")


class Clarification(Keyed, Base):
    """A question to one bidder in writing, and its answer; it never changes the offer.

    Without a lot it is about the whole offer.
    """

    __tablename__ = "clarification"
    __table_args__ = (
        Index("ix_clarification_offer_id", "offer_id"),
        CheckConstraint("kind IN ('content', 'low_price')", name="kind"),
        CheckConstraint("state IN ('asked', 'answered')", name="state"),
        CheckConstraint("kind = 'content' OR lot_id IS NOT NULL", name="price_of_a_lot"),
    )

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    lot_id: Mapped[UUID | None] = mapped_column(ForeignKey("lot.id"))
    kind: Mapped[str]
    state: Mapped[str]
    text: Mapped[str]
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    due: Mapped[datetime]
    answer: Mapped[str | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    offer: Mapped[Offer] = relationship(lazy="joined")
    lot: Mapped[Lot | None] = relationship(lazy="joined")
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id], lazy="joined")
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id], lazy="joined")


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
    """A version of the panel's points for one offer in one lot; as in Assessment.

    Agreeing anew adds a version, and the ones before it are kept as they were.
    """

    __tablename__ = "joint_score"
    __table_args__ = (
        _one_standing("uq_joint_score_standing", "lot_id", "offer_id"),
        UniqueConstraint("lot_id", "offer_id", "n"),
    )

    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    n: Mapped[int]
    points: Mapped[dict[str, Any]]
    agreed_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    agreed_by: Mapped[Person] = relationship(lazy="raise")


class JointDraft(Keyed, Base):
    """What the panel's officers are writing for one offer in one lot, before it is agreed.

    Its revision also counts the agreements, so whoever writes on an older page is told.
    """

    __tablename__ = "joint_draft"
    __table_args__ = (UniqueConstraint("lot_id", "offer_id"),)

    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    points: Mapped[dict[str, Any]]
    saved_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column()
    saved_by: Mapped[Person] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": revision}


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


class Discontinuation(Keyed, Base):
    """A lot in which nothing is bought after all, with the reason. At most one of a lot stands.

    ``carried`` says that it stood in a decision which a correction has made void: it stands on,
    and may be replaced.
    """

    __tablename__ = "discontinuation"
    __table_args__ = (
        Index(
            "uq_discontinuation_standing",
            "lot_id",
            unique=True,
            sqlite_where=text("voided_at IS NULL"),
            postgresql_where=text("voided_at IS NULL"),
        ),
    )

    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    reason: Mapped[str]
    carried: Mapped[bool] = mapped_column(default=False)
    discontinued_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    discontinued_at: Mapped[datetime]
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("award_decision.id"))
    voided_at: Mapped[datetime | None]


class AwardDecision(Keyed, Base):
    """A decision issued to all bidders, with its standstill.

    A later decision of the same procurement is on the lots that a correction or an appeal has
    made open again. ``legal`` is the sections of law and the instructions for appeal as they were
    given (`portal.legal.decision.legal_text`); None of decisions made before these were kept.
    """

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
    legal: Mapped[dict[str, Any] | None]
    voided_at: Mapped[datetime | None]
    issued_by: Mapped[Person] = relationship(lazy="joined")


class Correction(Keyed, Base):
    """Why a decision was made void by the buyer itself, and by whom."""

    __tablename__ = "correction"

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("award_decision.id"), unique=True)
    reason: Mapped[str]
    corrected_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    corrected_at: Mapped[datetime]
    corrected_by: Mapped[Person] = relationship(lazy="joined")


class BidderLetter(Keyed, Base):
    """One bidder's letter with a decision; the standstill runs from its receipt."""

    __tablename__ = "bidder_letter"
    __table_args__ = (UniqueConstraint("decision_id", "offer_id"),)

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("award_decision.id"))
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    received_on: Mapped[date]
    decision: Mapped[AwardDecision] = relationship(lazy="joined")
    offer: Mapped[Offer] = relationship(lazy="joined")


class Remedy(Keyed, Base):
    """A line of the register: a request for correction to the buyer, or an appeal to the court.

    While an appeal is pending, no contract of its lot may be approved.
    """

    __tablename__ = "remedy"
    __table_args__ = (
        CheckConstraint("kind IN ('correction_request', 'appeal')", name="kind"),
        Index("ix_remedy_lot_id_state", "lot_id", "state"),
    )

    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"), index=True)
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("award_decision.id"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")
    party: Mapped[str] = mapped_column(default="")
    reference: Mapped[str] = mapped_column(default="")
    received_on: Mapped[date]
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    settled_reason: Mapped[str | None]
    files: Mapped[list[RemedyFile]] = relationship(
        lazy="selectin", order_by="RemedyFile.added_at, RemedyFile.id"
    )


class RemedyFile(Keyed, Base):
    """A document of a request or an appeal; its bytes are in the sealed storage."""

    __tablename__ = "remedy_file"

    remedy_id: Mapped[UUID] = mapped_column(ForeignKey("remedy.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    blob_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_blob.id"))
    added_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
