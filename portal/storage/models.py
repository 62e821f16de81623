"""Tables of the encrypted storage."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Keyed


class Envelope(Base):
    """The key of one procurement's sealed things, itself encrypted."""

    __tablename__ = "envelope"

    owner: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped_key: Mapped[bytes]


class SealedBlob(Keyed, Base):
    """One encrypted content. Its size and hash are of the ciphertext."""

    __tablename__ = "sealed_blob"

    owner: Mapped[UUID] = mapped_column(ForeignKey("envelope.owner"))
    nonce: Mapped[bytes]
    ciphertext: Mapped[bytes] = mapped_column(deferred=True)
    created_at: Mapped[datetime]
