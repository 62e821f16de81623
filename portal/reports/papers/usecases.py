"""Having a document sealed with the authority's certificate."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.documents import sealing
from portal.organisations.models import Person
from portal.permissions import require
from portal.reports.bundles.access import bundled_for
from portal.reports.papers.queries import paper_of


def seal_document(
    session: Session, procurement_id: UUID, document_id: UUID, *, by: Person, at: datetime
) -> None:
    """Ask for a sealed copy of an issued document; a worker makes it, once.

    Raises NotFound, ``conflict_of_interest``, ``no_seal_certificate``, ``already_sealed``.
    """
    procurement = bundled_for(session, procurement_id, by)
    with acting(session, "seal_document", chain=procurement_id, by=by.id, at=at) as facts:
        require(by, "seal_document", procurement.buyer_id)
        stored = paper_of(session, procurement_id, document_id, by)
        sealing.request(session, stored, at)
        facts.note(document=str(stored.id), kind=stored.kind, sha256=stored.sha256)
