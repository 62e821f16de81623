"""Tables of the audit record. Nobody is named here: people and things stand as their keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Keyed


class AuditChain(Base):
    """The head of one chain: a procurement's, or that of the accounts."""

    __tablename__ = "audit_chain"

    chain: Mapped[str] = mapped_column(primary_key=True)
    length: Mapped[int]
    head: Mapped[str]


class AuditEntry(Base):
    """One act done or denied. ``hash`` covers the entry and the hash before it."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("chain", "n"),
        CheckConstraint("outcome IN ('done', 'denied')", name="outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    chain: Mapped[str]
    n: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID | None]
    act: Mapped[str]
    outcome: Mapped[str]
    rule: Mapped[str | None]
    facts: Mapped[dict[str, Any]]
    previous: Mapped[str]
    hash: Mapped[str]


class ReadEntry(Keyed, Base):
    """One reading of something sealed or of a person; its table may live in another database."""

    __tablename__ = "read_entry"

    at: Mapped[datetime]
    by: Mapped[UUID | None]
    page: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
