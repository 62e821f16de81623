"""The papers that a provider keeps to be used in its offers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.audit.record import ACCOUNTS, acting
from portal.offers.models import Offer, ProviderPaper
from portal.offers.rules import OfferFile, PaperKind, require_period
from portal.offers.usecases.drafting import attach_file, draft_content, keep_draft
from portal.organisations.models import Organisation, Person
from portal.permissions import require
from portal.procurement.models import Procurement
from portal.shared.canonical import sha256
from portal.shared.errors import NotFound, RuleBroken
from portal.storage.vault import vault_of


def add_paper(
    session: Session,
    *,
    provider: Organisation,
    kind: PaperKind,
    title: str,
    name: str,
    media_type: str,
    content: bytes,
    valid_from: date,
    valid_to: date | None,
    by: Person,
    at: datetime,
) -> ProviderPaper:
    """Keep a checked file as a paper of the provider, sealed under the provider's own key.

    Raises ``title_missing``, ``ends_before_start``.
    """
    with acting(session, "add_paper", chain=ACCOUNTS, by=by.id, at=at) as facts:
        require(by, "add_paper", provider.id)
        if not title.strip():
            raise RuleBroken("title_missing", field="title")
        require_period(valid_from, valid_to)
        paper = ProviderPaper(
            provider_id=provider.id,
            kind=kind,
            title=title.strip(),
            name=name,
            media_type=media_type,
            size=len(content),
            sha256=sha256(content),
            blob_id=vault_of(session).seal(session, content, owner=provider.id, at=at),
            valid_from=valid_from,
            valid_to=valid_to,
            uploaded_at=at,
            uploaded_by_id=by.id,
        )
        session.add(paper)
        session.flush()
        facts.note(paper=paper.id, provider=provider.id)
    return paper


def remove_paper(session: Session, *, paper: ProviderPaper, by: Person, at: datetime) -> None:
    """Delete a paper; the copies in offers stay."""
    with acting(session, "remove_paper", chain=ACCOUNTS, by=by.id, at=at) as facts:
        require(by, "remove_paper", paper.provider_id)
        facts.note(paper=paper.id, provider=paper.provider_id)
        blob_id = paper.blob_id
        session.delete(paper)
        session.flush()
        vault_of(session).discard(session, blob_id)


def attach_paper(
    session: Session,
    *,
    procurement: Procurement,
    offer: Offer,
    paper: ProviderPaper,
    most: int,
    by: Person,
    at: datetime,
) -> OfferFile:
    """Copy a paper into the draft's files, so that what is submitted never changes.

    A copy that is there already is left as it is. Raises NotFound for another provider's paper,
    and what `attach_file` raises.
    """
    with acting(session, "attach_paper", chain=procurement.id, by=by.id, at=at):
        require(by, "attach_paper", offer.provider_id)
        if paper.provider_id != offer.provider_id:
            raise NotFound
        for file in draft_content(session, offer).files:
            if file.sha256 == paper.sha256:
                return file
        file = attach_file(
            session,
            procurement=procurement,
            offer=offer,
            name=paper.name,
            media_type=paper.media_type,
            content=vault_of(session).unseal(session, paper.blob_id),
            most=most,
            by=by,
            at=at,
        )
        draft = draft_content(session, offer)
        copy = replace(file, paper=paper.kind, valid_to=paper.valid_to)
        files = tuple(copy if one.id == file.id else one for one in draft.files)
        keep_draft(session, offer, replace(draft, files=files), at)
    return copy


def paper_of(session: Session, paper_id: UUID, provider: Organisation) -> ProviderPaper:
    """A paper of that provider. Raises NotFound, the same for none and for another's."""
    paper = session.get(ProviderPaper, paper_id)
    if paper is None or paper.provider_id != provider.id:
        raise NotFound
    return paper
