"""Putting a bundle together, file by file, in memory that does not grow with the procurement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import count
from typing import IO, Any
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.audit.verifying import BEGINNING
from portal.documents.models import SealedCopy, StoredDocument
from portal.documents.store import render
from portal.evaluation.models import Remedy, RemedyFile
from portal.language.texts import translations
from portal.offers.models import Offer, OfferVersion, OpenedContent
from portal.organisations.models import Person
from portal.paths import TEMPLATES
from portal.procurement.models import Procurement
from portal.procurement.rules import State
from portal.reports.bundles.access import bundled_for, scope_for
from portal.reports.bundles.queries.contents import KIND, archive_contents
from portal.reports.bundles.queries.data import (
    CALL,
    TOGETHER,
    WHOLE,
    audit_entries,
    minuted,
    opened_offers,
)
from portal.reports.bundles.rules import MANIFEST, Archive, Made, Scope, hash_of, safe_name
from portal.shared.names import LANGUAGES, name_in
from portal.storage.vault import vault_of

AUDIT, DOCUMENTS, ATTACHMENTS = "audit/chain.json", "documents", "attachments"
OF_CALL = frozenset({"call"})
OF_WHOLE = OF_CALL | {
    "opening_record",
    "offer_receipt",
    "result_sheet",
    "award_decision",
    "bidder_letter",
    "contract",
    "amendment",
    "order",
    "minutes",
    "invoice_basis",
}
"""The kinds of documents that belong in the archive. A kind that is not named stays out: the pack
that is handed to the next provider holds participants' keys."""


@dataclass(frozen=True)
class _Kept:
    """Where a stored file is, and where it goes."""

    path: str
    blob_id: UUID
    told: dict[str, Any]


def pack(
    session: Session,
    procurement_id: UUID,
    person: Person | None,
    file: IO[bytes],
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> Made:
    """Write the bundle that this person may have into a file that can be read again.

    The session reads one state of the database from its beginning to its end. The same state
    gives the same bytes. ``tell`` hears how many steps of how many are made. Raises NotFound,
    ``conflict_of_interest``.
    """
    procurement = bundled_for(session, procurement_id, person)
    scope = scope_for(session, procurement, person)
    archive = Archive(file)
    whole = scope == Scope.WHOLE
    parts = WHOLE if whole else CALL
    kept = list(_documents(session, procurement, scope))
    copies = list(_sealed_copies(session, procurement, scope))
    files = (
        [*_attachments(session, procurement), *_remedy_files(session, procurement)] if whole else []
    )
    # Two subjects may have one and the same document.
    documents = {one.path: one for one in [*kept, *copies]}.values()
    step, total = count(1), len(parts) + len(documents) + len(files) + 1
    for part in parts:
        archive.add_rows(f"data/{part.name}.json", part.read(session, procurement))
        tell(next(step), total)
    archive.add_rows("data/documents.json", (one.told for one in kept))
    archive.add_rows("data/sealed-copies.json", (one.told for one in copies))
    for one in documents:
        _add_kept(session, archive, one)
        tell(next(step), total)
    if whole:
        archive.add_rows("data/attachments.json", (one.told for one in files))
        for one in files:
            _add_kept(session, archive, one)
            tell(next(step), total)
        archive.add_rows(AUDIT, audit_entries(session, procurement))
    _add_contents(session, archive, procurement, scope)
    archive.close()
    size, sha256 = hash_of(file)
    return Made(scope, len(archive.files), size, sha256)


def _add_kept(session: Session, archive: Archive, one: _Kept) -> None:
    """One stored file at a time; what it was read from is let go at once."""
    archive.add(one.path, vault_of(session).unseal(session, one.blob_id), packed=False)
    session.expunge_all()


def _documents(session: Session, procurement: Procurement, scope: Scope) -> Iterator[_Kept]:
    found = session.execute(
        select(
            StoredDocument.kind,
            StoredDocument.subject,
            StoredDocument.language,
            StoredDocument.blob_id,
            StoredDocument.sha256,
            StoredDocument.pages,
            StoredDocument.made_at,
        )
        .where(documents_shown(procurement, scope))
        .order_by(StoredDocument.kind, StoredDocument.made_at, StoredDocument.sha256)
    ).all()
    for row in found:
        path = f"{_stem(row.kind, row.made_at, row.language, row.sha256)}.pdf"
        told = {key: value for key, value in row._mapping.items() if key != "blob_id"}
        yield _Kept(path, row.blob_id, {**told, "path": path})


def _sealed_copies(session: Session, procurement: Procurement, scope: Scope) -> Iterator[_Kept]:
    """The copies with the authority's seal, each beside the document that it is of."""
    found = session.execute(
        select(StoredDocument, SealedCopy)
        .join(SealedCopy, SealedCopy.document_id == StoredDocument.id)
        .where(documents_shown(procurement, scope))
        .order_by(StoredDocument.kind, StoredDocument.made_at, SealedCopy.sha256)
    ).all()
    for document, copy in found:
        stem = _stem(document.kind, document.made_at, document.language, document.sha256)
        path = f"{stem}-sealed-{copy.sha256[:12]}.pdf"
        told = {
            "of": f"{stem}.pdf",
            "sha256": copy.sha256,
            "sealed_by": copy.sealed_by,
            "sealed_at": copy.sealed_at,
            "stamped": copy.stamped,
            "path": path,
        }
        yield _Kept(path, copy.blob_id, told)


def _stem(kind: str, made_at: datetime, language: str, sha256: str) -> str:
    return f"{DOCUMENTS}/{kind}/{made_at:%Y-%m-%d}-{language}-{sha256[:12]}"


def documents_shown(procurement: Procurement, scope: Scope) -> ColumnElement[bool]:
    """Which documents a bundle of this scope holds."""
    counted = select(OpenedContent.version_id).where(
        OpenedContent.offer_id.in_(opened_offers(procurement))
    )
    subject = StoredDocument.subject
    return and_(
        StoredDocument.owner == procurement.id,
        StoredDocument.kind.in_(_kinds(procurement, scope)),
        or_(StoredDocument.kind != "minutes", subject.in_(minuted(procurement))),
        or_(StoredDocument.kind != "offer_receipt", subject.in_(counted)),
    )


def _kinds(procurement: Procurement, scope: Scope) -> frozenset[str]:
    if scope == Scope.WHOLE:
        return OF_WHOLE
    # A decision without an opening, of a procurement that was discontinued.
    return OF_CALL | {"award_decision"} if procurement.state == State.DECIDED else OF_CALL


def _attachments(session: Session, procurement: Procurement) -> Iterator[_Kept]:
    """The files of the opened offers, by the reference of each offer's receipt."""
    found = session.execute(
        select(OfferVersion.reference, OpenedContent.content)
        .join(OpenedContent, OpenedContent.version_id == OfferVersion.id)
        .join(Offer, Offer.id == OpenedContent.offer_id)
        .where(Offer.procurement_id == procurement.id)
        .order_by(OfferVersion.reference)
    )
    for reference, content in found:
        folder = f"{ATTACHMENTS}/offers/{safe_name(reference)}"
        for n, file in enumerate(content["files"], start=1):
            path = f"{folder}/{n:02}-{safe_name(file['name'])}"
            yield _Kept(path, UUID(file["id"]), {"of": reference, **file, "path": path})


def _remedy_files(session: Session, procurement: Procurement) -> Iterator[_Kept]:
    """The documents of requests for correction and of appeals."""
    found = session.execute(
        select(
            RemedyFile.remedy_id,
            RemedyFile.id,
            RemedyFile.name,
            RemedyFile.media_type,
            RemedyFile.size,
            RemedyFile.sha256,
            RemedyFile.blob_id,
        )
        .join(Remedy, Remedy.id == RemedyFile.remedy_id)
        .where(Remedy.procurement_id == procurement.id)
        .order_by(Remedy.recorded_at, RemedyFile.added_at, RemedyFile.id)
        .execution_options(yield_per=TOGETHER)
    )
    for n, row in enumerate(found, start=1):
        path = f"{ATTACHMENTS}/remedies/{n:03}-{safe_name(row.name)}"
        told = {key: value for key, value in row._mapping.items() if key != "blob_id"}
        yield _Kept(path, row.blob_id, {**told, "of": told.pop("remedy_id"), "path": path})


def _add_contents(
    session: Session, archive: Archive, procurement: Procurement, scope: Scope
) -> None:
    """What is in it and how it is checked, in three languages, and the head of the record."""
    length, head, state_of = 0, BEGINNING, procurement.published_at
    if scope == Scope.WHOLE:
        length, head, state_of = _head(session, procurement)
    archive.add_value(
        "bundle.json",
        {
            "procurement": procurement.id,
            "reference": procurement.reference,
            "title": procurement.title,
            "scope": scope,
            "audit": {"entries": length, "head": head},
        },
    )
    assert state_of is not None
    listed = archive_contents(
        procurement,
        sorted((file for file in archive.files if "/" in file.path), key=lambda file: file.path),
        whole=scope == Scope.WHOLE,
        entries=length,
        head=head,
        state_of=state_of,
    )
    for language in LANGUAGES:
        archive.add(f"CONTENTS.{language}.pdf", render(KIND, language, listed).pdf, packed=False)
    files = sorted(archive.files, key=lambda file: file.path)
    facts = {
        "reference": procurement.reference,
        "files": files,
        "whole": scope == Scope.WHOLE,
        "entries": length,
        "head": head,
        "beginning": BEGINNING,
        "audit_path": AUDIT,
        "manifest": MANIFEST,
    }
    for language in LANGUAGES:
        told = {**facts, "language": language, "title": name_in(procurement.title, language)}
        for name in ("README.txt", "CONTENTS.html"):
            stem, ending = name.split(".")
            text = _environment(language).get_template(name).render(told)
            archive.add(f"{stem}.{language}.{ending}", text.encode())


def _head(session: Session, procurement: Procurement) -> tuple[int, str, datetime]:
    chain = str(procurement.id)
    length = session.scalar(
        select(func.count()).select_from(AuditEntry).where(AuditEntry.chain == chain)
    )
    last = session.execute(
        select(AuditEntry.hash, AuditEntry.at)
        .where(AuditEntry.chain == chain)
        .order_by(AuditEntry.n.desc())
        .limit(1)
    ).first()
    if last is None:
        # Of a procurement published before there was a record.
        assert procurement.published_at is not None
        return 0, BEGINNING, procurement.published_at
    return length or 0, last.hash, last.at


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "bundles" / "archive"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]  # the extension adds it
        translations(language), newstyle=True
    )
    return environment
