"""How the value of a variable is read and checked."""

from __future__ import annotations

import base64
import binascii
from decimal import Decimal


def database_url(value: str) -> str:
    """An address of SQLite or PostgreSQL."""
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("expected sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME")
    return value


def key(value: object) -> object:
    """32 bytes, from URL-safe base64."""
    if not isinstance(value, str):
        return value
    try:
        key = base64.urlsafe_b64decode(value)
    except (binascii.Error, ValueError) as fault:
        raise ValueError("expected 32 bytes in URL-safe base64") from fault
    if len(key) != 32:
        raise ValueError("expected 32 bytes in URL-safe base64")
    return key


def duties(value: object) -> object:
    """Pairs of duties, such as deciding+signing, separated by commas."""
    if isinstance(value, str):
        pairs = (pair.strip() for pair in value.split(",") if pair.strip())
        return frozenset(frozenset(pair.split("+")) for pair in pairs)
    return value


def known_duties(value: frozenset[frozenset[str]]) -> frozenset[frozenset[str]]:
    """Pairs of the duties that there are."""
    for pair in value:
        if len(pair) != 2 or not pair <= {"preparing", "deciding", "signing"}:
            raise ValueError("expected pairs such as deciding+signing, separated by commas")
    return value


def named_numbers(value: object) -> object:
    """NAME=NUMBER, separated by commas."""
    if isinstance(value, str):
        pairs = (pair.partition("=") for pair in value.split(",") if pair.strip())
        return {name.strip(): number.strip() for name, _sign, number in pairs}
    return value


def whole_numbers(value: object) -> object:
    """Numbers separated by commas."""
    if isinstance(value, str):
        return frozenset(part.strip() for part in value.split(",") if part.strip())
    return value


def words(value: object) -> object:
    """Words separated by commas."""
    if isinstance(value, str):
        return frozenset(filter(None, (word.strip() for word in value.split(","))))
    return value


def limits(value: object) -> object:
    """E-MAIL=EUROS, separated by commas."""
    if not isinstance(value, str):
        return value
    limits = {}
    for pair in filter(None, (pair.strip() for pair in value.split(","))):
        email, _sign, limit = pair.rpartition("=")
        if "@" not in email or not limit.strip().replace(".", "", 1).isdecimal():
            raise ValueError("expected E-MAIL=EUROS, separated by commas")
        limits[email.strip().lower()] = Decimal(limit.strip())
    return limits
