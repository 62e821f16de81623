"""Drafting an offer: its texts and prices, its files."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.config import settings_of
from portal.offers.attachments import FIELD, MEGABYTE, name_beside
from portal.offers.models import Offer, OfferVersion
from portal.offers.rules import (
    OfferContent,
    OfferFile,
    OfferState,
    require_in_time,
    require_partners,
    require_prices,
    require_secrets,
    unpacked,
)
from portal.organisations.models import Organisation, Person
from portal.permissions import require
from portal.procurement.models import Procurement
from portal.procurement.rules import State
from portal.shared.canonical import sha256
from portal.shared.errors import NotFound, RuleBroken
from portal.storage.vault import Purpose, vault_of


def own_offer(
    session: Session, procurement: Procurement, provider: Organisation, *, to_change: bool = False
) -> Offer | None:
    """The provider's offer in the procurement, if it has begun one.

    ``to_change`` waits for whoever else is changing it.
    """
    found = select(Offer).where(
        Offer.procurement_id == procurement.id, Offer.provider_id == provider.id
    )
    if to_change:
        found = found.with_for_update(of=Offer).execution_options(populate_existing=True)
    return session.scalar(found)


def draft_content(session: Session, offer: Offer) -> OfferContent:
    """What the draft says now; a new draft begins from what was submitted."""
    if offer.draft_blob_id is not None:
        return _own_content(session, offer.draft_blob_id, offer)
    if offer.current_version is not None:
        return submitted_content(session, offer.current_version)
    return OfferContent()


def submitted_content(session: Session, version: OfferVersion) -> OfferContent:
    """What a submitted version says, for its own provider."""
    return _own_content(session, version.blob_id, session.get_one(Offer, version.offer_id))


def _own_content(session: Session, blob_id: UUID, offer: Offer) -> OfferContent:
    packed = vault_of(session).unseal_own(session, blob_id, holder=offer.provider_id)
    return unpacked(json.loads(packed))


def require_open_call(procurement: Procurement, at: datetime) -> None:
    """Refuses whoever comes to a call that takes no offers.

    Raises ``wrong_state`` where it has not been published or was discontinued before its deadline,
    ``deadline_passed``.
    """
    if procurement.state == State.DRAFT:
        raise RuleBroken("wrong_state")
    require_in_time(at, procurement.offers_due)
    if procurement.state != State.PUBLISHED:
        raise RuleBroken("wrong_state")


def save_offer(
    session: Session,
    *,
    procurement: Procurement,
    provider: Organisation,
    content: OfferContent,
    by: Person,
    at: datetime,
) -> Offer:
    """Keep a draft; what has been submitted still counts until submitted anew.

    ``content.files`` is left to `attach_file` and `remove_file`; the draft's files stay. Raises
    ``wrong_state``, ``deadline_passed``, and what `require_prices`, `require_partners` and
    `require_secrets` raise.
    """
    with acting(session, "save_offer", chain=procurement.id, by=by.id, at=at):
        return _save(session, procurement, provider, lambda _draft: content, by, at)


def save_part(
    session: Session,
    *,
    procurement: Procurement,
    provider: Organisation,
    change: Callable[[OfferContent], OfferContent],
    seen: str | None = None,
    by: Person,
    at: datetime,
) -> Offer:
    """Keep a draft of which one part has been written; the others stay as they are by now.

    ``change`` makes the new draft of the one that stands; its files stay. ``seen`` is the hash of
    the draft that the writer had in sight, where it must still stand. Raises what `save_offer`
    raises, and ``changed_meanwhile``.
    """

    def changed(draft: OfferContent) -> OfferContent:
        if seen is not None and seen != draft.hash():
            raise RuleBroken("changed_meanwhile")
        return change(draft)

    with acting(session, "save_offer", chain=procurement.id, by=by.id, at=at):
        return _save(session, procurement, provider, changed, by, at)


def _save(
    session: Session,
    procurement: Procurement,
    provider: Organisation,
    change: Callable[[OfferContent], OfferContent],
    by: Person,
    at: datetime,
) -> Offer:
    require(by, "save_offer", provider.id)
    require_open_call(procurement, at)
    offer = own_offer(session, procurement, provider, to_change=True)
    draft = OfferContent() if offer is None else draft_content(session, offer)
    content = _with_files(change(draft), draft.files)
    require_prices(content)
    require_partners(content)
    require_secrets(content)
    if not content.lots.keys() <= {lot.key for lot in procurement.lots}:
        raise NotFound
    if offer is None:
        offer = Offer(procurement_id=procurement.id, provider=provider, state=OfferState.DRAFT)
        session.add(offer)
        session.flush()
    keep_draft(session, offer, content, at)
    return offer


def keep_draft(session: Session, offer: Offer, content: OfferContent, at: datetime) -> None:
    """A draft that says what has been submitted is no draft: nothing of it is unsent."""
    if stands(offer, content):
        drop_draft(session, offer)
        return
    before = offer.draft_blob_id
    offer.draft_blob_id = vault_of(session).seal_offer(
        session,
        content.packed(),
        owner=offer.procurement_id,
        holder=offer.provider_id,
        purpose=Purpose.DRAFT,
        at=at,
    )
    offer.draft_saved_at = at
    _discard(session, before)


def drop_draft(session: Session, offer: Offer) -> None:
    """From now on what has been submitted is all there is."""
    before, offer.draft_blob_id, offer.draft_saved_at = offer.draft_blob_id, None, None
    _discard(session, before)


def _discard(session: Session, blob_id: UUID | None) -> None:
    """Nothing may refer to a blob any more when it is deleted."""
    session.flush()
    if blob_id is not None:
        vault_of(session).discard(session, blob_id)


def stands(offer: Offer, content: OfferContent) -> bool:
    """Whether this very content is what has been submitted and not withdrawn."""
    return (
        offer.state == OfferState.SUBMITTED
        and offer.current_version is not None
        and offer.current_version.sha256 == content.hash()
    )


def attach_file(
    session: Session,
    *,
    procurement: Procurement,
    offer: Offer,
    name: str,
    media_type: str,
    content: bytes,
    most: int,
    by: Person,
    at: datetime,
) -> OfferFile:
    """Add a checked file to the draft, at most ``most`` of them.

    A name that is taken gets a number. Raises ``wrong_state``, ``deadline_passed``,
    ``file_twice``, ``too_many_files``, ``files_too_large_together``.
    """
    with acting(session, "attach_file", chain=procurement.id, by=by.id, at=at):
        require(by, "attach_file", offer.provider_id)
        require_open_call(procurement, at)
        draft = draft_content(session, offer)
        digest = sha256(content)
        require_room(draft.files, len(content), digest, most, settings_of(session).offer_megabytes)
        blob_id = vault_of(session).seal_offer(
            session,
            content,
            owner=procurement.id,
            holder=offer.provider_id,
            purpose=Purpose.FILE,
            at=at,
        )
        name = name_beside(name, (other.name for other in draft.files))
        file = OfferFile(blob_id, name, media_type, len(content), digest)
        keep_draft(session, offer, _with_files(draft, (*draft.files, file)), at)
    return file


def require_room(
    files: tuple[OfferFile, ...], size: int, digest: str, most: int, megabytes: int
) -> None:
    """Whether one more file fits beside these.

    Raises ``file_twice``, ``too_many_files``, ``files_too_large_together``.
    """
    same = next((file for file in files if file.sha256 == digest), None)
    if same is not None:
        raise RuleBroken("file_twice", field=FIELD, name=same.name)
    if len(files) >= most:
        raise RuleBroken("too_many_files", field=FIELD, most=most)
    if sum(file.size for file in files) + size > megabytes * MEGABYTE:
        raise RuleBroken("files_too_large_together", field=FIELD, megabytes=megabytes)


def remove_file(
    session: Session,
    *,
    procurement: Procurement,
    offer: Offer,
    file_id: UUID,
    by: Person,
    at: datetime,
) -> None:
    """Take a file out of the draft; submitted versions keep theirs. Raises NotFound."""
    with acting(session, "remove_file", chain=procurement.id, by=by.id, at=at):
        require(by, "remove_file", offer.provider_id)
        require_open_call(procurement, at)
        draft = draft_content(session, offer)
        left = tuple(file for file in draft.files if file.id != file_id)
        if left == draft.files:
            raise NotFound
        keep_draft(session, offer, _with_files(draft, left), at)
        if file_id not in _files_submitted(session, offer):
            _discard(session, file_id)


def _files_submitted(session: Session, offer: Offer) -> set[UUID]:
    versions = session.scalars(select(OfferVersion).where(OfferVersion.offer_id == offer.id))
    return {file.id for version in versions for file in submitted_content(session, version).files}


def _with_files(content: OfferContent, files: tuple[OfferFile, ...]) -> OfferContent:
    """A file taken away is no longer a secret either."""
    keys = {str(file.id) for file in files}
    secrets = tuple(one for one in content.secrets if not one.file or one.file in keys)
    return replace(content, files=files, secrets=secrets)
