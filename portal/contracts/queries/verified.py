"""Whether bytes are those of a document that the portal has made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.contracts.models import Contract
from portal.contracts.queries.shown import Names
from portal.contracts.rules import Side
from portal.documents import store
from portal.documents.catalogue import kinds
from portal.documents.models import StoredDocument
from portal.procurement.models import Procurement
from portal.procurement.rules import State
from portal.shared.clock import day_in_helsinki


@dataclass(frozen=True)
class Verified:
    """What anybody may know of a document whose bytes they have.

    ``kind`` and ``made_on`` are None for whatever is sealed; the rest is of contracts only.
    ``approved``: both parties have approved these very bytes. ``known_by``: ``bytes`` of the
    document itself, ``seal`` for those of its sealed copy, ``content`` for the hash on its pages.
    """

    known_by: str = "bytes"

    kind: Names | None = None
    made_on: date | None = None
    contract: str | None = None
    state: str | None = None
    approved: bool = False
    in_force_at: datetime | None = None


def verified(session: Session, sha256: str, *, typed: bool = False) -> Verified | None:
    """What is told of the document with this hash; None where the portal has made no such one.

    A hash that somebody typed may be the one that the pages bear, of a copy on paper. A file whose
    bytes are known to be others is not vouched for by what its pages bear.
    """
    for known_by, stored in (
        ("bytes", store.by_hash(session, sha256)),
        ("seal", store.by_sealed_hash(session, sha256)),
        ("content", store.by_content(session, sha256) if typed else None),
    ):
        if stored is not None:
            return replace(_told(session, stored), known_by=known_by)
    return None


def _told(session: Session, stored: StoredDocument) -> Verified:
    if _is_sealed(session, stored):
        return Verified()
    kind, made_on = kinds()[stored.kind].title, day_in_helsinki(stored.made_at)
    if stored.kind != "contract":
        return Verified(kind=kind, made_on=made_on)
    contract = session.get_one(Contract, stored.subject)
    approving = {
        approval.side for approval in contract.approvals if approval.sha256 == stored.sha256
    }
    return Verified(
        kind=kind,
        made_on=made_on,
        contract=contract.reference,
        state=contract.state,
        approved=approving == set(Side),
        in_force_at=contract.in_force_at,
    )


def _is_sealed(session: Session, stored: StoredDocument) -> bool:
    """Receipts always are, since they tell who has offered; before the opening all but the call."""
    if stored.kind in ("call", "offer_receipt"):
        return stored.kind == "offer_receipt"
    state = session.scalar(select(Procurement.state).where(Procurement.id == stored.owner))
    return state not in (State.OPENED, State.DECIDED)
