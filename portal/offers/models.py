"""Tables of the offers. Until the opening their content is in the sealed storage only."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Keyed
from portal.offers.rules import OpeningStage
from portal.organisations.models import Organisation, Person


class Offer(Keyed, Base):
    """One provider's offer in one procurement (OCDS bid): its draft and its submitted versions.

    ``confirmed_amendment`` is the last amendment of the call that the offer was submitted or
    confirmed under. An amendment touches no offer: what is behind it simply does not count.
    """

    __tablename__ = "offer"
    __table_args__ = (UniqueConstraint("procurement_id", "provider_id"),)

    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"), index=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = mapped_column(default="draft")
    draft_blob_id: Mapped[UUID | None] = mapped_column(ForeignKey("sealed_blob.id"))
    draft_saved_at: Mapped[datetime | None]
    current_version_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("offer_version.id", use_alter=True)
    )
    confirmed_amendment: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column()

    provider: Mapped[Organisation] = relationship(lazy="joined")
    current_version: Mapped[OfferVersion | None] = relationship(
        lazy="joined", foreign_keys=[current_version_id], post_update=True
    )

    __mapper_args__ = {"version_id_col": revision}


class OfferVersion(Keyed, Base):
    """What was submitted at one moment, with the hash that its receipt states."""

    __tablename__ = "offer_version"
    __table_args__ = (UniqueConstraint("offer_id", "n"), UniqueConstraint("reference"))

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    n: Mapped[int]
    reference: Mapped[str]
    submitted_at: Mapped[datetime]
    submitted_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    sha256: Mapped[str]
    blob_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_blob.id"))


class Opening(Keyed, Base):
    """An opening of all offers of a procurement, asked for by one opener and done by another.

    ``stage`` is ``offers``, or ``prices`` where these stay sealed until quality has been scored.
    """

    __tablename__ = "opening"
    __table_args__ = (
        UniqueConstraint("procurement_id", "stage"),
        CheckConstraint("second_id IS NULL OR second_id <> first_id", name="two_openers"),
        CheckConstraint("stage IN ('offers', 'prices')", name="stage"),
    )

    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"))
    stage: Mapped[str] = mapped_column(default=OpeningStage.OFFERS)
    first_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    first_at: Mapped[datetime]
    second_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime | None]
    first: Mapped[Person] = relationship(foreign_keys=[first_id], lazy="joined")
    second: Mapped[Person | None] = relationship(foreign_keys=[second_id], lazy="joined")


class Resealing(Base):
    """A sealing anew of a procurement's key, begun by one opener and done with another.

    ``keys`` are the openers' keys that it is to go to. A later one takes the place of the earlier.
    """

    __tablename__ = "resealing"

    procurement_id: Mapped[UUID] = mapped_column(ForeignKey("procurement.id"), primary_key=True)
    first_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    first_at: Mapped[datetime]
    keys: Mapped[list[str]]
    done_at: Mapped[datetime | None]


class DraftReminder(Base):
    """That a draft's writers have been told, so long before that deadline, that it is a draft."""

    __tablename__ = "draft_reminder"

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"), primary_key=True)
    due: Mapped[datetime] = mapped_column(primary_key=True)
    hours: Mapped[int] = mapped_column(primary_key=True)
    noted_at: Mapped[datetime]


class LotOffer(Keyed, Base):
    """An opened offer's price for one lot; exists from the opening on.

    In a procurement of two envelopes the price is None until the prices have been opened too.
    """

    __tablename__ = "lot_offer"
    __table_args__ = (UniqueConstraint("offer_id", "lot_id"),)

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    price: Mapped[Decimal | None]
    coordination_fee: Mapped[Decimal | None]
    offer: Mapped[Offer] = relationship(lazy="joined")


class ProviderPaper(Keyed, Base):
    """A paper that a provider keeps to use in its offers; an offer takes a copy of its file."""

    __tablename__ = "provider_paper"

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str]
    title: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    blob_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_blob.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    uploaded_by: Mapped[Person] = relationship(lazy="joined")


class OpenedContent(Base):
    """The rest of an opened offer: answers, promises, secrets, partners, declarations, files."""

    __tablename__ = "opened_content"

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"), primary_key=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("offer_version.id"))
    content: Mapped[dict[str, Any]]
