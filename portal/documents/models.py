"""Documents as they were made, kept encrypted with their hash, and their copies with a seal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Keyed


class StoredDocument(Keyed, Base):
    """One PDF: its kind, what it is about, in which language, its bytes (sealed) and their hash.

    ``content_sha256`` is the hash that its pages bear (`documents.content`); None for those made
    before they bore one.
    """

    __tablename__ = "stored_document"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "language"),
        Index("ix_stored_document_sha256", "sha256"),
        Index("ix_stored_document_content_sha256", "content_sha256"),
    )

    kind: Mapped[str]
    subject: Mapped[UUID]
    language: Mapped[str]
    owner: Mapped[UUID]
    blob_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_blob.id"))
    sha256: Mapped[str]
    pages: Mapped[int]
    made_at: Mapped[datetime]
    content_sha256: Mapped[str | None]


class SealedCopy(Keyed, Base):
    """A document with the authority's seal added: who sealed it, when, stamped or not, its bytes.

    Its bytes are others than the document's, which stays beside it as it was made.
    """

    __tablename__ = "sealed_copy"
    __table_args__ = (Index("ix_sealed_copy_sha256", "sha256"),)

    document_id: Mapped[UUID] = mapped_column(ForeignKey("stored_document.id"), unique=True)
    blob_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_blob.id"))
    sha256: Mapped[str]
    sealed_by: Mapped[str]
    stamped: Mapped[bool]
    sealed_at: Mapped[datetime]


class RemovedDocument(Keyed, Base):
    """What is left of a document that was removed with the personal data in it.

    Its kind, subject, language, hash and times, so that an approval of those bytes still says of
    what it was; not a word of its content.
    """

    __tablename__ = "removed_document"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "language"),
        Index("ix_removed_document_sha256", "sha256"),
    )

    kind: Mapped[str]
    subject: Mapped[UUID]
    language: Mapped[str]
    sha256: Mapped[str]
    pages: Mapped[int]
    made_at: Mapped[datetime]
    removed_at: Mapped[datetime]
