"""Sealed copies asked for, made once by a worker, and kept beside the document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import Settings, settings_of
from portal.documents import store
from portal.documents.models import SealedCopy, StoredDocument
from portal.jobs.models import Job
from portal.jobs.queue import Task, enqueue
from portal.shared.canonical import sha256
from portal.shared.errors import RuleBroken
from portal.storage.vault import vault_of

JOB = "seal_document"


def once_of(document_id: UUID) -> str:
    """The name of its job."""
    return f"seal:{document_id}"


def request(session: Session, stored: StoredDocument, at: datetime) -> None:
    """Ask for a sealed copy in the caller's transaction; while it is made, asking changes nothing.

    What has failed for good is tried anew. Raises ``no_seal_certificate``, ``already_sealed``.
    """
    if settings_of(session).seal_certificate is None:
        raise RuleBroken("no_seal_certificate")
    if session.scalar(select(SealedCopy.id).where(SealedCopy.document_id == stored.id)):
        raise RuleBroken("already_sealed")
    job = session.scalar(select(Job).where(Job.once == once_of(stored.id)))
    if job is not None and job.state == "failed":
        job.once = f"{job.once}:{job.id}"
        session.flush()
    arguments = {"document": str(stored.id)}
    enqueue(session, JOB, arguments, at=at, once=once_of(stored.id))


@dataclass(frozen=True)
class _Sealed:
    pdf: bytes
    by: str
    stamped: bool


def _prepare(session: Session, arguments: dict[str, Any], at: datetime) -> _Sealed | None:
    # What seals is loaded by the worker that seals, not by every server.
    from portal.documents.pades import sealed

    stored = session.get(StoredDocument, UUID(arguments["document"]))
    if stored is None:
        return None
    sealer = sealer_of(settings_of(session))
    pdf = sealed(store.content(session, stored), sealer)
    return _Sealed(pdf, sealer.name, sealer.stamper is not None)


def sealer_of(settings: Settings) -> Any:
    """The installation's `pades.Sealer`. Raises NoSeal where its file cannot be used."""
    from portal.documents.pades import sealer_from

    assert settings.seal_certificate is not None
    return sealer_from(
        settings.seal_certificate,
        settings.seal_passphrase,
        settings.seal_timestamp_url,
        settings.timestamp_seconds,
    )


def _finish(
    session: Session, arguments: dict[str, Any], made: _Sealed | None, at: datetime
) -> None:
    """Keep it, once: what was removed or sealed meanwhile is not kept."""
    document_id = UUID(arguments["document"])
    stored = session.get(StoredDocument, document_id)
    known = session.scalar(select(SealedCopy.id).where(SealedCopy.document_id == document_id))
    if made is None or stored is None or known is not None:
        return
    session.add(
        SealedCopy(
            document_id=document_id,
            blob_id=vault_of(session).seal(session, made.pdf, owner=stored.owner, at=at),
            sha256=sha256(made.pdf),
            sealed_by=made.by,
            stamped=made.stamped,
            sealed_at=at,
        )
    )
    session.flush()


TASK = Task(prepare=_prepare, finish=_finish)
