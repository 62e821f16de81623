"""Documents asked for, made once by a worker, and kept sealed with their hash.

The rooms register, at wiring, how the context of each of their kinds is put together. A document
is of one subject that does not change any more (a decision, a version of an offer): whoever needs
a new document has a new subject.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from portal.documents.models import RemovedDocument, SealedCopy, StoredDocument
from portal.jobs.queue import Task, enqueue
from portal.jobs.work import advance
from portal.shared.names import DEFAULT_LANGUAGE
from portal.storage.vault import vault_of

if TYPE_CHECKING:
    from portal.documents.render import Rendered

JOB = "make_document"

Builder = Callable[[Session, UUID, str], dict[str, Any]]
KINDS: dict[str, Builder] = {}


def render(kind: str, language: str, context: dict[str, Any]) -> Rendered:
    """As `portal.documents.render.render`, which is loaded by the first document only.

    WeasyPrint takes longer to load than all pages together, and most processes make no document.
    """
    from portal.documents.render import render as laid_out

    return laid_out(kind, language, context)


def register(kind: str, builder: Builder) -> None:
    """Say how the context of a kind is put together from its subject, in a language.

    Where the builder leaves ``made_at`` out, it is the time at which the document was asked for.
    """
    KINDS[kind] = builder


def request(
    session: Session,
    kind: str,
    *,
    subject: UUID,
    owner: UUID,
    language: str,
    at: datetime,
    part_of: UUID | None = None,
) -> None:
    """Ask for a document in the caller's transaction; asking again changes nothing.

    ``owner`` is the procurement with whose key it is sealed. It is one step of the work that
    ``part_of`` is the key of.
    """
    arguments = {
        "kind": kind,
        "subject": str(subject),
        "owner": str(owner),
        "language": language,
        "at": at.isoformat(),
    }
    if part_of is not None:
        arguments["part_of"] = str(part_of)
    enqueue(session, JOB, arguments, at=at, once=f"{kind}:{subject}:{language}")


@dataclass(frozen=True)
class _Asked:
    """The arguments of a job, read back."""

    kind: str
    subject: UUID
    owner: UUID
    language: str
    at: datetime


def _asked(arguments: dict[str, Any]) -> _Asked:
    return _Asked(
        arguments["kind"],
        UUID(arguments["subject"]),
        UUID(arguments["owner"]),
        arguments["language"],
        datetime.fromisoformat(arguments["at"]),
    )


def _prepare(session: Session, arguments: dict[str, Any], at: datetime) -> Rendered:
    asked = _asked(arguments)
    context = dict(KINDS[asked.kind](session, asked.subject, asked.language))
    context.setdefault("made_at", asked.at)
    return render(asked.kind, asked.language, context)


def _finish(session: Session, arguments: dict[str, Any], made: Rendered, at: datetime) -> None:
    asked = _asked(arguments)
    if _exactly(session, asked.kind, asked.subject, asked.language) is None:
        keep(
            session,
            asked.kind,
            made,
            subject=asked.subject,
            owner=asked.owner,
            language=asked.language,
            at=at,
        )
    if "part_of" in arguments:
        advance(session, UUID(arguments["part_of"]), at)


TASK = Task(prepare=_prepare, finish=_finish)


def keep(
    session: Session,
    kind: str,
    made: Rendered,
    *,
    subject: UUID,
    owner: UUID,
    language: str,
    at: datetime,
) -> StoredDocument:
    """Seal a finished PDF and note its hash, in the caller's transaction."""
    stored = StoredDocument(
        kind=kind,
        subject=subject,
        language=language,
        owner=owner,
        blob_id=vault_of(session).seal(session, made.pdf, owner=owner, at=at),
        sha256=made.sha256,
        pages=made.pages,
        made_at=at,
        content_sha256=made.content_sha256,
    )
    session.add(stored)
    session.flush()
    return stored


def find(
    session: Session, kind: str, subject: UUID, language: str | None = None
) -> StoredDocument | None:
    """The document in the language asked for, else in Finnish, else in whichever there is."""
    return find_all(session, kind, [subject], language).get(subject)


def find_all(
    session: Session, kind: str, subjects: Collection[UUID], language: str | None = None
) -> dict[UUID, StoredDocument]:
    """The document of each subject, chosen as `find` does, in one query."""
    preference = case(
        (StoredDocument.language == (language or DEFAULT_LANGUAGE), 0),
        (StoredDocument.language == DEFAULT_LANGUAGE, 1),
        else_=2,
    )
    rows = session.scalars(
        select(StoredDocument)
        .where(StoredDocument.kind == kind, StoredDocument.subject.in_(subjects))
        .order_by(preference.desc(), StoredDocument.language.desc())
    )
    # The one liked best comes last.
    return {stored.subject: stored for stored in rows}


def content(session: Session, stored: StoredDocument) -> bytes:
    """The PDF as it was made. Raises Unreadable when it has been tampered with."""
    return vault_of(session).unseal(session, stored.blob_id)


def by_hash(session: Session, sha256: str) -> StoredDocument | None:
    """The document whose bytes have this hash: the oldest, should two be alike."""
    return session.scalar(
        select(StoredDocument)
        .where(StoredDocument.sha256 == sha256.strip().lower())
        .order_by(StoredDocument.made_at, StoredDocument.id)
        .limit(1)
    )


def by_content(session: Session, sha256: str) -> StoredDocument | None:
    """The document whose pages bear this hash of its content."""
    return session.scalar(
        select(StoredDocument)
        .where(StoredDocument.content_sha256 == sha256.strip().lower())
        .order_by(StoredDocument.made_at, StoredDocument.id)
        .limit(1)
    )


def by_sealed_hash(session: Session, sha256: str) -> StoredDocument | None:
    """The document of whose sealed copy the bytes have this hash."""
    return session.scalar(
        select(StoredDocument)
        .join(SealedCopy, SealedCopy.document_id == StoredDocument.id)
        .where(SealedCopy.sha256 == sha256.strip().lower())
    )


def remove(session: Session, kind: str, subjects: Collection[UUID], at: datetime) -> int:
    """Remove the documents of these subjects for good and keep a stub of each; how many it was.

    A document that has been asked for and is not made yet is never made.
    """
    gone = list(
        session.scalars(
            select(StoredDocument).where(
                StoredDocument.kind == kind, StoredDocument.subject.in_(subjects)
            )
        )
    )
    copies = list(
        session.scalars(
            select(SealedCopy).where(SealedCopy.document_id.in_([stored.id for stored in gone]))
        )
    )
    for copy in copies:
        session.delete(copy)
    session.flush()
    for stored in gone:
        session.add(
            RemovedDocument(
                kind=stored.kind,
                subject=stored.subject,
                language=stored.language,
                sha256=stored.sha256,
                pages=stored.pages,
                made_at=stored.made_at,
                removed_at=at,
            )
        )
        session.delete(stored)
    session.flush()
    for blob_id in [one.blob_id for one in gone] + [copy.blob_id for copy in copies]:
        vault_of(session).discard(session, blob_id)
    session.flush()
    return len(gone)


def removed(session: Session, kind: str, subject: UUID) -> RemovedDocument | None:
    """What is left of a document that was removed; None where none was."""
    return session.scalar(
        select(RemovedDocument)
        .where(RemovedDocument.kind == kind, RemovedDocument.subject == subject)
        .order_by(RemovedDocument.language)
        .limit(1)
    )


def _exactly(session: Session, kind: str, subject: UUID, language: str) -> StoredDocument | None:
    return session.scalar(
        select(StoredDocument).where(
            StoredDocument.kind == kind,
            StoredDocument.subject == subject,
            StoredDocument.language == language,
        )
    )
