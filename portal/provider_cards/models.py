"""Tables of provider cards: what they say, what they are found by, and what referrers remark."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Keyed
from portal.organisations.models import Organisation, Person
from portal.provider_cards.rules import CardState, EntryKind

SIGN_BY_SIGN = String().with_variant(String(collation="C"), "postgresql")
"""Text compared sign by sign, as SQLite compares all: beginnings are then ranges of an index."""


class ProviderCard(Keyed, Base):
    """What a provider says of one of its services, and until when it is held to be true.

    Texts are by language. ``sorted_as`` is made from the title by the rule of that name.
    """

    __tablename__ = "provider_card"
    __table_args__ = (
        Index("ix_provider_card_state_confirmed_on", "state", "confirmed_on"),
        # All that the register is ordered by, so that only the cards of a page are read.
        Index("ix_provider_card_register", "state", "sorted_as", "id", "confirmed_on"),
        CheckConstraint("state IN ('card_shown', 'card_withdrawn')", name="state"),
    )

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = mapped_column(default=CardState.SHOWN)
    title: Mapped[dict[str, str]]
    description: Mapped[dict[str, str]]
    services: Mapped[dict[str, str]]
    target_groups: Mapped[dict[str, str]]
    preconditions: Mapped[dict[str, str]]
    area: Mapped[str]
    contact_name: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]
    website: Mapped[str]
    keeper_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    written_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    confirmed_on: Mapped[date]
    confirmed_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    sorted_as: Mapped[str] = mapped_column(SIGN_BY_SIGN)
    revision: Mapped[int] = mapped_column()

    provider: Mapped[Organisation] = relationship(lazy="joined")
    keeper: Mapped[Person] = relationship(lazy="select", foreign_keys=[keeper_id])
    entries: Mapped[list[CardEntry]] = relationship(
        lazy="selectin",
        cascade="all, delete-orphan",
        order_by="CardEntry.kind, CardEntry.key",
    )

    __mapper_args__ = {"version_id_col": revision}

    def keys(self, kind: EntryKind) -> list[str]:
        """What the card has chosen from that list."""
        return [entry.key for entry in self.entries if entry.kind == kind]


class CardEntry(Base):
    """An entry of a list that a card has chosen: a stage, field, form of support or region."""

    __tablename__ = "card_entry"
    __table_args__ = (Index("ix_card_entry_kind_key_card_id", "kind", "key", "card_id"),)

    card_id: Mapped[UUID] = mapped_column(ForeignKey("provider_card.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)


class CardTerm(Base):
    """A word or stem by which a card is found, and how much it counts there."""

    __tablename__ = "card_term"

    term: Mapped[str] = mapped_column(SIGN_BY_SIGN, primary_key=True)
    card_id: Mapped[UUID] = mapped_column(
        ForeignKey("provider_card.id"), primary_key=True, index=True
    )
    weight: Mapped[int]


class CardRemark(Keyed, Base):
    """What a referrer says of a service, and the provider's one answer."""

    __tablename__ = "card_remark"

    card_id: Mapped[UUID] = mapped_column(ForeignKey("provider_card.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    text: Mapped[str]
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    card: Mapped[ProviderCard] = relationship(lazy="select")
    organisation: Mapped[Organisation] = relationship(lazy="joined")
    made_by: Mapped[Person] = relationship(lazy="joined", foreign_keys=[made_by_id])
    answered_by: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=[answered_by_id])


class CardReminder(Base):
    """That a card confirmed on that day has been told to be out of date."""

    __tablename__ = "card_reminder"

    card_id: Mapped[UUID] = mapped_column(ForeignKey("provider_card.id"), primary_key=True)
    confirmed_on: Mapped[date] = mapped_column(primary_key=True)
    noted_at: Mapped[datetime]
