"""The sealing of one thing to one key, by HPKE (RFC 9180), and the phrase that closes a key.

X25519, HKDF-SHA256 and AES-256-GCM, all of them of the library. Whatever is sealed is bound to a
``purpose`` and to the keys of the rows that it belongs to, so that no ciphertext can stand in the
place of another.
"""

from __future__ import annotations

import os
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
SALT_BYTES = 16
PHRASE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PHRASE_GROUPS, GROUP_SIGNS = 6, 4
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class Unreadable(Exception):
    """The kept bytes are not what was sealed, or the key is not the one that sealed them."""


def bound_to(purpose: str, *keys: UUID) -> bytes:
    """What a ciphertext is bound to: what it is for, and of which rows it is."""
    return b"siirtyma/1/" + purpose.encode() + b"/" + b"".join(key.bytes for key in keys)


def new_pair() -> tuple[bytes, bytes]:
    """A private key and its public key, 32 bytes each."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def seal_to(public: bytes, content: bytes, binding: bytes) -> bytes:
    """For the holder of the private key alone."""
    return _SUITE.encrypt(content, X25519PublicKey.from_public_bytes(public), info=binding)


def open_with(private: bytes, sealed: bytes, binding: bytes) -> bytes:
    """What was sealed to the key. Raises Unreadable."""
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info=binding)
    except InvalidTag as fault:
        raise Unreadable(str(binding)) from fault


def close(key: bytes, content: bytes, binding: bytes) -> bytes:
    """By a key that both sides have: AES-256-GCM, its nonce in front."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, binding)


def open_closed(key: bytes, closed: bytes, binding: bytes) -> bytes:
    """What `close` has closed. Raises Unreadable."""
    try:
        return AESGCM(key).decrypt(closed[:NONCE_BYTES], closed[NONCE_BYTES:], binding)
    except InvalidTag as fault:
        raise Unreadable(str(binding)) from fault


def new_phrase() -> str:
    """A phrase of 120 random bits, in groups that can be typed: no O, I, L or U among its signs."""
    return "-".join(
        "".join(secrets.choice(PHRASE_SIGNS) for _sign in range(GROUP_SIGNS))
        for _group in range(PHRASE_GROUPS)
    )


def read_phrase(typed: str) -> str:
    """A phrase as it was meant: case, spaces and dashes say nothing, O is 0, I and L are 1."""
    return "".join(sign for sign in typed.upper().translate(_ALIKE) if sign in PHRASE_SIGNS)


def close_by_phrase(phrase: str, private: bytes, binding: bytes) -> bytes:
    """A private key that only the phrase opens.

    The phrase is random and long enough by itself, so that it needs no slow derivation.
    """
    salt = os.urandom(SALT_BYTES)
    return salt + close(_derived(phrase, salt, binding), private, binding)


def open_by_phrase(phrase: str, closed: bytes, binding: bytes) -> bytes:
    """The private key. Raises Unreadable for another phrase."""
    salt, rest = closed[:SALT_BYTES], closed[SALT_BYTES:]
    return open_closed(_derived(phrase, salt, binding), rest, binding)


def _derived(phrase: str, salt: bytes, binding: bytes) -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=binding)
    return derive.derive(read_phrase(phrase).encode())
