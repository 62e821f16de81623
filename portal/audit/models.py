"""Tables of the audit record. Nobody is named here: people and things stand as their keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.audit.guard import guard
from portal.database import Base, Keyed


class AuditChain(Base):
    """The head of one chain: a procurement's, that of the accounts, or that of the reads.

    The database lets it grow only.
    """

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
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[UUID | None]
    act: Mapped[str]
    outcome: Mapped[str]
    rule: Mapped[str | None]
    facts: Mapped[dict[str, Any]]
    previous: Mapped[str]
    hash: Mapped[str]


class ReadEntry(Keyed, Base):
    """One reading of something sealed or of a person; its table may live in another database.

    ``subject`` is the key of what was read: one row for each person and each thing.
    """

    __tablename__ = "read_entry"

    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[UUID | None]
    page: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)


class ReadLink(Base):
    """The place of one reading in the chain of reads, given to it after the page was answered."""

    __tablename__ = "read_link"

    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    read_id: Mapped[UUID] = mapped_column(ForeignKey("read_entry.id"), unique=True)
    previous: Mapped[str]
    hash: Mapped[str]


class AuditHead(Base):
    """The heads of all chains at one moment, signed: what the record is held against later.

    ``content`` is the signed text, ``faults`` how many breaks the record had when it was made.
    """

    __tablename__ = "audit_head"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    content: Mapped[str]
    signature: Mapped[str]
    key: Mapped[str]
    faults: Mapped[int]


class AuditStamp(Keyed, Base):
    """One try to have a head stamped: the service's answer, or why there is none."""

    __tablename__ = "audit_stamp"

    number: Mapped[int] = mapped_column(ForeignKey("audit_head.number"), index=True)
    at: Mapped[datetime]
    token: Mapped[bytes | None]
    fault: Mapped[str | None]


READS_TABLES = [Base.metadata.tables[name] for name in ("audit_chain", "read_entry", "read_link")]
"""What a database of reads holds when it is not the portal's own."""

_GUARDED = (AuditEntry, ReadEntry, ReadLink, AuditHead, AuditStamp)
guard(*_GUARDED, growing=AuditChain)


def privileges(role: str) -> list[str]:
    """For PostgreSQL: what the owner of the tables grants to the role that the portal runs as.

    All that the portal does elsewhere, and on the record reading and adding only.
    """
    quoted = '"' + role.replace('"', '""') + '"'
    only_added = ", ".join(model.__tablename__ for model in _GUARDED)
    return [
        f"GRANT USAGE ON SCHEMA public TO {quoted};",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted};",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted};",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {only_added} FROM {quoted};",
        f"REVOKE DELETE, TRUNCATE ON {AuditChain.__tablename__} FROM {quoted};",
    ]
