"""The boundary: content goes in and comes out in the clear, and is never kept so.

AES-256-GCM with a key per owner (a procurement), wrapped by the installation's key. The content
is bound to its own key in the table, so that two ciphertexts cannot be exchanged unseen. Who
holds the wrapping key is decided here and nowhere else.
"""

from __future__ import annotations

import os
from datetime import datetime
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from portal.storage.models import Envelope, SealedBlob

_NONCE_BYTES = 12


class Unreadable(Exception):
    """The kept bytes are not what was sealed, or the key is not the one that sealed them."""


class Vault:
    """Seals and unseals within the caller's transaction."""

    def __init__(self, installation_key: bytes) -> None:
        self._wrap = AESGCM(installation_key)

    def seal(self, session: Session, content: bytes, *, owner: UUID, at: datetime) -> UUID:
        """Encrypt and keep; returns the key under which it can be had again."""
        key = self._key(session, owner)
        blob_id, nonce = uuid4(), os.urandom(_NONCE_BYTES)
        ciphertext = AESGCM(key).encrypt(nonce, content, blob_id.bytes)
        session.add(
            SealedBlob(id=blob_id, owner=owner, nonce=nonce, ciphertext=ciphertext, created_at=at)
        )
        session.flush()
        return blob_id

    def unseal(self, session: Session, blob_id: UUID) -> bytes:
        """The content in the clear. Raises Unreadable when it has been tampered with."""
        blob = session.get_one(SealedBlob, blob_id)
        try:
            return AESGCM(self._key(session, blob.owner)).decrypt(
                blob.nonce, blob.ciphertext, blob.id.bytes
            )
        except InvalidTag as fault:
            raise Unreadable(str(blob_id)) from fault

    def discard(self, session: Session, blob_id: UUID) -> None:
        """Delete what is no longer anyone's: a draft replaced, a file taken away."""
        blob = session.get(SealedBlob, blob_id)
        if blob is not None:
            session.delete(blob)

    def _key(self, session: Session, owner: UUID) -> bytes:
        envelope = session.get(Envelope, owner)
        if envelope is None:
            key, nonce = AESGCM.generate_key(256), os.urandom(_NONCE_BYTES)
            wrapped = nonce + self._wrap.encrypt(nonce, key, owner.bytes)
            session.add(Envelope(owner=owner, wrapped_key=wrapped))
            session.flush()
            return key
        nonce, wrapped = (
            envelope.wrapped_key[:_NONCE_BYTES],
            envelope.wrapped_key[_NONCE_BYTES:],
        )
        try:
            return self._wrap.decrypt(nonce, wrapped, owner.bytes)
        except InvalidTag as fault:
            raise Unreadable(f"the key of {owner}") from fault


def vault_of(session: Session) -> Vault:
    """The vault that this session's database was opened with."""
    vault = session.info["vault"]
    assert isinstance(vault, Vault)
    return vault
