"""The codes of the second factor: those of an application (RFC 6238), and recovery codes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from uuid import UUID

import pyotp
import segno

from portal.organisations.rules import hash_of

STEP_S = 30
DIGITS = 6
STEPS_APART = 1
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_PARTS, _OF_LETTERS = 4, 4


def offered_secret(key: bytes, token: str, person_id: UUID) -> str:
    """The secret that a log-in is offered at enrolment: 160 bits in base32.

    Made from the installation's key and the browser's token, so that it is the same when the page
    is shown again and is kept nowhere before a code has confirmed it.
    """
    made = hmac.digest(key, f"second factor {person_id} {token}".encode(), hashlib.sha256)
    return base64.b32encode(made[:20]).decode()


def secret_to_type(secret: str) -> str:
    """The secret in groups of four, for typing it into an application."""
    return " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))


def picture_of(secret: str, email: str) -> str:
    """The QR code that applications read, as SVG without any style."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Siirtymä")
    drawn: str = segno.make(address, error="m").svg_inline(scale=5, svgclass=None, lineclass=None)
    return drawn


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The time-step whose code it is, of now and the one before and after; None for a wrong one."""
    now = int(at.timestamp()) // STEP_S
    maker = pyotp.TOTP(secret)
    found = None
    for step in range(now - STEPS_APART, now + STEPS_APART + 1):
        if hmac.compare_digest(maker.generate_otp(step).encode(), code.encode()):
            found = step
    return found


def is_of_application(code: str) -> bool:
    """Whether it looks like a code of the application; all else is taken for a recovery code."""
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def bare(code: str) -> str:
    """The code as it counts: without spaces and hyphens, in lower case."""
    return "".join(code.split()).replace("-", "").lower()


def new_recovery_codes() -> list[str]:
    """Ten codes of some 79 random bits each, without letters that are taken for others."""
    return [
        "-".join(
            "".join(secrets.choice(_LETTERS) for _letter in range(_OF_LETTERS))
            for _part in range(_PARTS)
        )
        for _code in range(RECOVERY_CODES)
    ]


def recovery_hash(person_id: UUID, code: str) -> str:
    """What is kept of a recovery code."""
    return hash_of(f"recovery {person_id} {bare(code)}")
