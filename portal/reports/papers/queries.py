"""What the page of a procurement's documents shows, and one sealed copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.documents.catalogue import kinds
from portal.documents.models import SealedCopy, StoredDocument
from portal.documents.sealing import once_of
from portal.jobs.models import Job
from portal.organisations.models import Person
from portal.permissions import may
from portal.procurement.models import Procurement
from portal.reports.bundles.access import bundled_for, scope_for
from portal.reports.bundles.queries.packing import documents_shown
from portal.shared.errors import NotFound
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging
from portal.storage.vault import vault_of


@dataclass(frozen=True)
class Paper:
    """A document and its copy: who sealed that and when, or whether it is being sealed."""

    id: UUID
    title: dict[str, str]
    language: str
    made_at: datetime
    pages: int
    sha256: str
    sealed_by: str | None
    sealed_at: datetime | None
    stamped: bool | None
    waits: bool


@dataclass(frozen=True)
class PapersPage:
    """The documents that this reader may see, and whether this installation seals."""

    procurement: Procurement
    rows: list[Paper]
    paging: Paging
    seals: bool
    may_seal: bool


def papers_page(session: Session, procurement_id: UUID, person: Person, n: int = 1) -> PapersPage:
    """The documents that the archive bundle would hold for the same reader, newest first.

    Raises NotFound, ``conflict_of_interest``.
    """
    procurement = bundled_for(session, procurement_id, person)
    shown = documents_shown(procurement, scope_for(session, procurement, person))
    total = session.scalar(select(func.count()).select_from(StoredDocument).where(shown))
    pages = paging(total or 0, n)
    found = session.execute(
        select(StoredDocument, SealedCopy)
        .outerjoin(SealedCopy, SealedCopy.document_id == StoredDocument.id)
        .where(shown)
        .order_by(StoredDocument.made_at.desc(), StoredDocument.kind, StoredDocument.id)
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    ).all()
    waiting = set(
        session.scalars(
            select(Job.once).where(
                Job.once.in_([once_of(stored.id) for stored, _copy in found]),
                Job.state == "waiting",
            )
        )
    )
    rows = [
        Paper(
            stored.id,
            kinds()[stored.kind].title,
            stored.language,
            stored.made_at,
            stored.pages,
            stored.sha256,
            copy.sealed_by if copy else None,
            copy.sealed_at if copy else None,
            copy.stamped if copy else None,
            once_of(stored.id) in waiting,
        )
        for stored, copy in found
    ]
    seals = settings_of(session).seal_certificate is not None
    may_seal = seals and may(person, "seal_document", procurement.buyer_id)
    return PapersPage(procurement, rows, pages, seals, may_seal)


def paper_of(
    session: Session, procurement_id: UUID, document_id: UUID, person: Person
) -> StoredDocument:
    """One document of that list. Raises NotFound, ``conflict_of_interest``."""
    procurement = bundled_for(session, procurement_id, person)
    shown = documents_shown(procurement, scope_for(session, procurement, person))
    stored = session.scalar(
        select(StoredDocument).where(StoredDocument.id == document_id).where(shown)
    )
    if stored is None:
        raise NotFound
    return stored


def sealed_copy_of(
    session: Session, procurement_id: UUID, document_id: UUID, person: Person
) -> bytes:
    """The bytes of its sealed copy. Raises NotFound, ``conflict_of_interest``."""
    stored = paper_of(session, procurement_id, document_id, person)
    copy = session.scalar(select(SealedCopy).where(SealedCopy.document_id == stored.id))
    if copy is None:
        raise NotFound
    return vault_of(session).unseal(session, copy.blob_id)
