"""Tables of the encrypted storage."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Keyed


class Envelope(Base):
    """The key of one procurement's things that the portal may read, itself encrypted."""

    __tablename__ = "envelope"

    owner: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped_key: Mapped[bytes]


class OwnKey(Base):
    """The key under which a provider reads its own offer in one procurement, itself encrypted."""

    __tablename__ = "own_key"

    owner: Mapped[UUID] = mapped_column(primary_key=True)
    holder: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped_key: Mapped[bytes]


class SealedBlob(Keyed, Base):
    """One encrypted content. Its size and hash are of the ciphertext.

    What belongs to an offer has a ``holder`` and a data key of its own, closed once for each who
    may read it: ``for_openers``, ``for_holder`` and, from the opening on, ``for_portal``. All else
    is under the key of its owner.
    """

    __tablename__ = "sealed_blob"

    owner: Mapped[UUID] = mapped_column(ForeignKey("envelope.owner"))
    nonce: Mapped[bytes]
    ciphertext: Mapped[bytes] = mapped_column(deferred=True)
    object_sha256: Mapped[str | None]
    created_at: Mapped[datetime]
    holder: Mapped[UUID | None]
    purpose: Mapped[str | None]
    for_openers: Mapped[bytes | None]
    for_holder: Mapped[bytes | None]
    for_portal: Mapped[bytes | None]


class SealingKey(Base):
    """What the offers of one procurement are sealed to. Its private part is in no one's hands."""

    __tablename__ = "sealing_key"

    owner: Mapped[UUID] = mapped_column(primary_key=True)
    public_key: Mapped[bytes]
    made_at: Mapped[datetime]


class SealingPart(Base):
    """The private part once more: closed for the inner opener, and that again for the outer."""

    __tablename__ = "sealing_part"

    owner: Mapped[UUID] = mapped_column(ForeignKey("sealing_key.owner"), primary_key=True)
    outer_id: Mapped[UUID] = mapped_column(ForeignKey("opener_key.id"), primary_key=True)
    inner_id: Mapped[UUID] = mapped_column(ForeignKey("opener_key.id"), primary_key=True)
    sealed: Mapped[bytes]


class PeeledPart(Base):
    """What the first opener has left for the second, for as long as that one may follow."""

    __tablename__ = "peeled_part"

    owner: Mapped[UUID] = mapped_column(ForeignKey("sealing_key.owner"), primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    inner_id: Mapped[UUID] = mapped_column(ForeignKey("opener_key.id"), primary_key=True)
    sealed: Mapped[bytes]
    until: Mapped[datetime]
