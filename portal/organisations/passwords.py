"""Passwords as they are kept: argon2id with the library's own parameters.

Hashing takes long on purpose, so it is done before the transaction of the act begins.
"""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.organisations.rules import new_token, normal_password, password_fault
from portal.shared.errors import RuleBroken

_hasher = PasswordHasher()


def hash_chosen(password: str, email: str, field: str = "password") -> str:
    """The hash of a new password. Refuses by the rule that it breaks (see `password_fault`)."""
    fault = password_fault(password, email)
    if fault is not None:
        raise RuleBroken(fault, field=field)
    return _hasher.hash(normal_password(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept; takes as long where nothing is kept."""
    try:
        right = _hasher.verify(kept or _of_nobody(), normal_password(password))
    except (VerificationError, InvalidHashError):
        return False
    return right and kept is not None


@cache
def _of_nobody() -> str:
    return _hasher.hash(new_token())
