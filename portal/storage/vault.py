"""The boundary: content goes in and comes out in the clear, and is never kept so.

Two kinds of things are kept. What the portal itself may read (documents, papers, what is opened) is
encrypted under a key per owner, which the installation's key wraps. What belongs to an offer, in a
procurement with a key of its own, has a data key for each blob, wrapped

- to the procurement's public key, whose private part only two openers have together
  (`portal.storage.custody`); a draft is not, since it is nobody's but its provider's;
- under a key of that provider in that procurement, which the installation's key wraps, so that a
  provider can read, replace and withdraw its own;
- from the opening on under the procurement's key that the portal has, but only for what was opened.

This protects from whoever has the database, a backup of it, or one opener's phrase: none of them
reads an offer. It does not protect from a malicious running server, which sees what providers send
and what openers type, nor from whoever holds both the database and the installation's key, since
these open the provider's own copy. That a provider has an offer is seen from its row.

Every ciphertext is bound to its row, owner, holder and purpose, so that no two can be exchanged.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import partial
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from portal.shared.canonical import sha256
from portal.storage.models import Envelope, OwnKey, SealedBlob, SealingKey
from portal.storage.objects import Objects, StoreUnavailable
from portal.storage.sealing import (
    NONCE_BYTES,
    Unreadable,
    bound_to,
    close,
    open_closed,
    open_with,
    seal_to,
)

log = logging.getLogger("portal.storage")

__all__ = ["Purpose", "StillSealed", "Unreadable", "Vault", "vault_of"]


class Purpose(StrEnum):
    """What a blob of an offer is."""

    DRAFT = "draft"
    VERSION = "version"
    FILE = "file"


class StillSealed(Unreadable):
    """The blob is sealed to the openers, who have not opened it."""


class Vault:
    """Seals and unseals within the caller's transaction."""

    def __init__(
        self,
        installation_key: bytes,
        objects: Objects | None = None,
        objects_from: int = 0,
    ) -> None:
        self._wrap = AESGCM(installation_key)
        self._objects = objects
        self._objects_from = objects_from
        """Bytes from which a content is kept in the object store, where there is one."""

    def seal(self, session: Session, content: bytes, *, owner: UUID, at: datetime) -> UUID:
        """Encrypt and keep; returns the key under which it can be had again."""
        key = self._key(session, owner)
        blob_id, nonce = uuid4(), os.urandom(NONCE_BYTES)
        blob = SealedBlob(id=blob_id, owner=owner, nonce=nonce, created_at=at)
        self._put(blob, AESGCM(key).encrypt(nonce, content, blob_id.bytes))
        session.add(blob)
        session.flush()
        return blob_id

    def seal_offer(
        self,
        session: Session,
        content: bytes,
        *,
        owner: UUID,
        holder: UUID,
        purpose: Purpose,
        at: datetime,
    ) -> UUID:
        """Encrypt what belongs to the offer of a provider, the ``holder``, and keep it.

        Where the procurement has no key (it was published before there were such keys) the
        content is kept as all else is.
        """
        sealing = session.get(SealingKey, owner)
        if sealing is None:
            return self.seal(session, content, owner=owner, at=at)
        self._key(session, owner)
        blob = SealedBlob(id=uuid4(), owner=owner, holder=holder, purpose=purpose, created_at=at)
        data_key, blob.nonce = AESGCM.generate_key(256), os.urandom(NONCE_BYTES)
        self._put(blob, AESGCM(data_key).encrypt(blob.nonce, content, _binding("content", blob)))
        blob.for_holder = close(
            self._own_key(session, owner, holder), data_key, _binding("holder", blob)
        )
        if purpose != Purpose.DRAFT:
            blob.for_openers = seal_to(sealing.public_key, data_key, _binding("openers", blob))
        session.add(blob)
        session.flush()
        return blob.id

    def unseal(self, session: Session, blob_id: UUID) -> bytes:
        """The content in the clear.

        Raises Unreadable when it has been tampered with, StillSealed where it is an offer's and
        has not been opened.
        """
        blob = session.get_one(SealedBlob, blob_id)
        key = self._key(session, blob.owner)
        if blob.holder is None:
            return self._decrypted(blob, key, blob.id.bytes)
        if blob.for_portal is None:
            raise StillSealed(str(blob_id))
        return self._content(blob, open_closed(key, blob.for_portal, _binding("portal", blob)))

    def unseal_own(self, session: Session, blob_id: UUID, *, holder: UUID) -> bytes:
        """The content for the provider whose offer it belongs to. Raises Unreadable."""
        blob = session.get_one(SealedBlob, blob_id)
        if blob.holder is None:
            return self.unseal(session, blob_id)
        if blob.holder != holder or blob.for_holder is None:
            raise Unreadable(str(blob_id))
        own = self._own_key(session, blob.owner, holder)
        return self._content(blob, open_closed(own, blob.for_holder, _binding("holder", blob)))

    def unseal_for_openers(self, session: Session, blob_id: UUID, private: bytes | None) -> bytes:
        """The content by the procurement's private key, which two openers have recovered.

        Without one it is as `unseal` has it. Raises Unreadable.
        """
        blob = session.get_one(SealedBlob, blob_id)
        if blob.holder is None or blob.for_openers is None or private is None:
            return self.unseal(session, blob_id)
        return self._content(blob, open_with(private, blob.for_openers, _binding("openers", blob)))

    def open_to_portal(
        self, session: Session, blob_ids: Iterable[UUID], private: bytes | None
    ) -> None:
        """From now on the portal can read these: they have been opened by two openers."""
        for blob_id in blob_ids:
            blob = session.get_one(SealedBlob, blob_id)
            if private is None or blob.for_openers is None or blob.for_portal is not None:
                continue
            data_key = open_with(private, blob.for_openers, _binding("openers", blob))
            key = self._key(session, blob.owner)
            blob.for_portal = close(key, data_key, _binding("portal", blob))

    def discard(self, session: Session, blob_id: UUID) -> None:
        """Delete what is no longer anyone's: a draft replaced, a file taken away."""
        blob = session.get(SealedBlob, blob_id)
        if blob is None:
            return
        session.delete(blob)
        if blob.object_sha256 is not None and self._objects is not None:
            follow = partial(self._delete, str(blob_id))
            session.info.setdefault("after_commit", []).append(follow)

    def close_for(self, session: Session, owner: UUID, content: bytes, binding: bytes) -> bytes:
        """Under the key that the portal has of the owner: for what is kept a short while."""
        return close(self._key(session, owner), content, binding)

    def open_for(self, session: Session, owner: UUID, closed: bytes, binding: bytes) -> bytes:
        """What `close_for` has closed. Raises Unreadable."""
        return open_closed(self._key(session, owner), closed, binding)

    def _put(self, blob: SealedBlob, ciphertext: bytes) -> None:
        if self._objects is None or len(ciphertext) < self._objects_from:
            blob.ciphertext = ciphertext
            return
        self._objects.put(str(blob.id), ciphertext)
        blob.ciphertext, blob.object_sha256 = b"", sha256(ciphertext)

    def _got(self, blob: SealedBlob) -> bytes:
        if blob.object_sha256 is None:
            return blob.ciphertext
        if self._objects is None:
            raise StoreUnavailable(f"{blob.id} lies in an object store, and none is set")
        found = self._objects.get(str(blob.id))
        if found is None:
            raise Unreadable(f"{blob.id} is missing from the object store")
        return found

    def _delete(self, key: str) -> None:
        assert self._objects is not None
        try:
            self._objects.delete(key)
        except StoreUnavailable:
            # It has no row any more, so that the next sweep finds it.
            log.exception("object not deleted", extra={"blob": key})

    def _content(self, blob: SealedBlob, data_key: bytes) -> bytes:
        return self._decrypted(blob, data_key, _binding("content", blob))

    def _decrypted(self, blob: SealedBlob, key: bytes, binding: bytes) -> bytes:
        try:
            return AESGCM(key).decrypt(blob.nonce, self._got(blob), binding)
        except InvalidTag as fault:
            raise Unreadable(str(blob.id)) from fault

    def _key(self, session: Session, owner: UUID) -> bytes:
        envelope = session.get(Envelope, owner)
        if envelope is None:
            key, wrapped = self._new_key(owner.bytes)
            session.add(Envelope(owner=owner, wrapped_key=wrapped))
            session.flush()
            return key
        return self._unwrapped(envelope.wrapped_key, owner.bytes, f"the key of {owner}")

    def _own_key(self, session: Session, owner: UUID, holder: UUID) -> bytes:
        binding = bound_to("own key", owner, holder)
        own = session.get(OwnKey, (owner, holder))
        if own is None:
            key, wrapped = self._new_key(binding)
            session.add(OwnKey(owner=owner, holder=holder, wrapped_key=wrapped))
            session.flush()
            return key
        return self._unwrapped(own.wrapped_key, binding, f"the key of {holder} in {owner}")

    def _new_key(self, binding: bytes) -> tuple[bytes, bytes]:
        key, nonce = AESGCM.generate_key(256), os.urandom(NONCE_BYTES)
        return key, nonce + self._wrap.encrypt(nonce, key, binding)

    def _unwrapped(self, wrapped: bytes, binding: bytes, what: str) -> bytes:
        try:
            return self._wrap.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], binding)
        except InvalidTag as fault:
            raise Unreadable(what) from fault


def _binding(use: str, blob: SealedBlob) -> bytes:
    assert blob.holder is not None
    return bound_to(f"{blob.purpose} {use}", blob.owner, blob.holder, blob.id)


def vault_of(session: Session) -> Vault:
    """The vault that this session's database was opened with."""
    vault = session.info["vault"]
    assert isinstance(vault, Vault)
    return vault
