"""The reference by which a fault told to somebody is found in the log: random, and always ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

_current: ContextVar[str | None] = ContextVar("reference", default=None)


def new_reference() -> str:
    """32 hexadecimal digits that nobody can have chosen."""
    return uuid4().hex


def current_reference() -> str | None:
    """That of the job or command which runs now, if one does; requests have their own."""
    return _current.get()


@contextmanager
def referenced() -> Iterator[str]:
    """Give what runs inside one reference; what runs within it has the same."""
    given = _current.get() or new_reference()
    token = _current.set(given)
    try:
        yield given
    finally:
        _current.reset(token)
