"""The seals of a PDF from outside, as the process that checks files finds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.config import Settings
from portal.offers.attachments.gate import GATE
from portal.offers.attachments.limits import Limits, refused

_LONGEST_NAME = 200


@dataclass(frozen=True)
class Seal:
    """One seal: whose; whether what it covers is unchanged, and is all of the file.

    ``trusted``: the certificate leads to one that this installation trusts. ``sealed_at`` is what
    the sealer's own clock said, ``stamped_at`` what a stamping service vouches for.
    """

    signer: str
    intact: bool
    whole: bool
    trusted: bool
    sealed_at: datetime | None
    stamped_at: datetime | None


@dataclass(frozen=True)
class Examined:
    """The hash that the file says its content has, the one reckoned from it, and its seals."""

    printed: str | None
    carried: str | None
    seals: list[Seal]


def examined(pdf: bytes, settings: Settings) -> Examined:
    """What a PDF says of itself. Refuses as the gate does."""
    roots = trusted_roots(settings)
    content = len(roots).to_bytes(4, "big") + roots + pdf
    told = GATE.ask("seals:pdf", content, Limits.of(settings))
    try:
        return Examined(
            _hash(told["printed"]),
            _hash(told["carried"]),
            [_seal(one) for one in told["seals"]],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise refused("file_check_failed") from fault


def trusted_roots(settings: Settings) -> bytes:
    """The certificates that seals are trusted by, as PEM; nothing where none are set."""
    if settings.seal_roots is not None:
        return settings.seal_roots.read_bytes()
    if settings.seal_certificate is None:
        return b""
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

    locked = settings.seal_passphrase.encode() if settings.seal_passphrase else None
    kept = pkcs12.load_pkcs12(settings.seal_certificate.read_bytes(), locked)
    own = [kept.cert, *kept.additional_certs]
    return b"".join(one.certificate.public_bytes(Encoding.PEM) for one in own if one is not None)


def _hash(text: Any) -> str | None:
    if text is None:
        return None
    if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
        raise ValueError
    return str(text)


def _seal(told: dict[str, Any]) -> Seal:
    return Seal(
        str(told["signer"] or "")[:_LONGEST_NAME],
        told["intact"] is True,
        told["whole"] is True,
        told["trusted"] is True,
        _instant(told["sealed_at"]),
        _instant(told["stamped_at"]),
    )


def _instant(text: str | None) -> datetime | None:
    at = None if text is None else datetime.fromisoformat(text)
    if at is not None and at.tzinfo is None:
        raise ValueError
    return at
