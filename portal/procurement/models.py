"""Tables of the call."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Keyed
from portal.organisations.models import Organisation, Person


class Procurement(Keyed, Base):
    """One procurement (OCDS tender), from draft to decision.

    Publishing copies everything that offers are judged by into ``frozen``, with its hash; from
    then on the frozen copy is what counts. ``amended`` counts the amendments since.
    """

    __tablename__ = "procurement"
    __table_args__ = (
        UniqueConstraint("buyer_id", "reference"),
        # A buyer's own, the latest deadline first, without reading or sorting all of them.
        Index(None, "buyer_id", "offers_due", "state", "reference", "id"),
    )

    reference: Mapped[str]
    title: Mapped[dict[str, str]]
    description: Mapped[dict[str, str]] = mapped_column(default=dict)
    kind: Mapped[str]
    regime: Mapped[str] = mapped_column(default="annex_e")
    procedure: Mapped[str] = mapped_column(default="open")
    cpv: Mapped[list[str]] = mapped_column(default=list)
    estimated_value: Mapped[Decimal | None]
    state: Mapped[str] = mapped_column(default="draft", index=True)
    buyer_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    questions_due: Mapped[datetime | None]
    offers_due: Mapped[datetime | None]
    contract_start: Mapped[date | None]
    contract_end: Mapped[date | None]
    price_weight: Mapped[Decimal | None]
    comparison: Mapped[str] = mapped_column(default="unit_price")
    scale_top: Mapped[int] = mapped_column(default=3)
    criteria_set: Mapped[str | None]
    two_envelopes: Mapped[bool] = mapped_column(default=False)
    low_price_percent: Mapped[Decimal | None]
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    frozen: Mapped[dict[str, Any] | None]
    frozen_sha256: Mapped[str | None]
    amended: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column()

    buyer: Mapped[Organisation] = relationship(lazy="joined")
    lots: Mapped[list[Lot]] = relationship(
        lazy="selectin", order_by="Lot.position", cascade="all, delete-orphan"
    )
    requirements: Mapped[list[SuitabilityRequirement]] = relationship(
        lazy="selectin",
        order_by="SuitabilityRequirement.position",
        cascade="all, delete-orphan",
    )
    criteria: Mapped[list[AwardCriterion]] = relationship(
        lazy="selectin", order_by="AwardCriterion.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}


class Lot(Keyed, Base):
    """An independent part of a procurement. Zero capacity is never unlimited."""

    __tablename__ = "lot"
    __table_args__ = (UniqueConstraint("procurement_id", "key"),)

    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"), index=True)
    key: Mapped[str]
    position: Mapped[int]
    title: Mapped[dict[str, str]]
    region: Mapped[str]
    fields: Mapped[list[str]]
    unit: Mapped[str]
    capacity_minimum: Mapped[Decimal]
    capacity_estimated: Mapped[Decimal]
    capacity_maximum: Mapped[Decimal]
    price_model: Mapped[str]
    minimum_group: Mapped[int]
    target_group: Mapped[dict[str, str]] = mapped_column(default=dict)
    target_participants: Mapped[int | None]
    target_open_market_share: Mapped[Decimal | None]
    result_bonus: Mapped[dict[str, Any] | None]
    vat_rate: Mapped[Decimal | None]
    price_revision: Mapped[dict[str, Any] | None]
    options: Mapped[list[OptionClause]] = relationship(
        lazy="selectin", order_by="OptionClause.position", cascade="all, delete-orphan"
    )
    procurement: Mapped[Procurement] = relationship(back_populates="lots", lazy="raise")


class OptionClause(Keyed, Base):
    """A right that the buyer may use later, declared in the call."""

    __tablename__ = "option_clause"
    __table_args__ = (UniqueConstraint("lot_id", "key"),)

    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    key: Mapped[str]
    position: Mapped[int]
    kind: Mapped[str]
    amount: Mapped[Decimal]
    times: Mapped[int]
    notice_by: Mapped[date]
    window_months: Mapped[int | None]
    price: Mapped[Decimal | None]
    condition: Mapped[dict[str, Any] | None]


class SuitabilityRequirement(Keyed, Base):
    """What the call asks of every provider, and by what evidence."""

    __tablename__ = "suitability_requirement"
    __table_args__ = (UniqueConstraint("procurement_id", "key"),)

    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"), index=True)
    key: Mapped[str]
    position: Mapped[int]
    title: Mapped[dict[str, str]]
    evidence: Mapped[dict[str, str]] = mapped_column(default=dict)


class AwardCriterion(Keyed, Base):
    """A criterion and its weight: one of the bank by key and version, or one of the call's own.

    ``question`` is set for the call's own only, and ``text`` where it is written out like those
    of the bank: title, guidance, and the facts of each point.
    """

    __tablename__ = "award_criterion"
    __table_args__ = (UniqueConstraint("procurement_id", "key"),)

    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"), index=True)
    position: Mapped[int]
    key: Mapped[str]
    version: Mapped[int | None]
    weight: Mapped[Decimal]
    question: Mapped[dict[str, str] | None]
    text: Mapped[dict[str, Any] | None]


class CallAmendment(Keyed, Base):
    """A change of a published call: what was frozen before it stays with its hash.

    ``differences`` tells each changed term before and after, as the pages print it.
    """

    __tablename__ = "call_amendment"
    __table_args__ = (UniqueConstraint("procurement_id", "n"),)

    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"), index=True)
    n: Mapped[int]
    reason: Mapped[str]
    differences: Mapped[list[dict[str, Any]]]
    frozen_before: Mapped[dict[str, Any]]
    sha256_before: Mapped[str]
    sha256_after: Mapped[str]
    amended_at: Mapped[datetime]
    amended_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class Question(Keyed, Base):
    """A question about the call. Who asked is known to the record, and shown to nobody."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("procurement_id", "n"),)

    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"), index=True)
    n: Mapped[int]
    text: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class Appointment(Keyed, Base):
    """An evaluator appointed to a procurement, of the buyer or of an employment office."""

    __tablename__ = "appointment"
    __table_args__ = (UniqueConstraint("procurement_id", "person_id"),)

    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    appointed_at: Mapped[datetime]
    appointed_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")


class BegunFromSounding(Base):
    """From which sounding a procurement was begun; one sounding may lead to several."""

    __tablename__ = "begun_from_sounding"

    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"), primary_key=True)
    sounding_id: Mapped[UUID] = mapped_column(ForeignKey("sounding.id"), index=True)


class NamedOpener(Base):
    """An opener whom the officer has named for a draft; where none is, all of the buyer's are."""

    __tablename__ = "named_opener"

    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
