"""Documents as they were made, kept sealed with their hash."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Keyed


class StoredDocument(Keyed, Base):
    """One PDF: its kind, what it is about, in which language, its bytes (sealed) and their hash."""

    __tablename__ = "stored_document"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "language"),
        Index("ix_stored_document_sha256", "sha256"),
    )

    kind: Mapped[str]
    subject: Mapped[UUID]
    language: Mapped[str]
    owner: Mapped[UUID]
    blob_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_blob.id"))
    sha256: Mapped[str]
    pages: Mapped[int]
    made_at: Mapped[datetime]
