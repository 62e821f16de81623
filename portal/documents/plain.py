"""What a document may be made of: plain values only, so that no template can reach a database."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any


class NotPlain(TypeError):
    """A value of the context that no document may hold, with where it stands."""


def require_plain(value: Any, where: str = "context") -> None:
    """Texts, whole numbers, decimals, days, aware instants, lists and dicts of these.

    Raises NotPlain. A float is refused because it is not the sum that was agreed, a time without
    a zone because it is nobody's.
    """
    if isinstance(value, dict):
        for key, inner in value.items():
            if type(key) is not str:
                raise NotPlain(f"{where}: the key {key!r} is not a text")
            require_plain(inner, f"{where}.{key}")
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            require_plain(inner, f"{where}[{n}]")
    elif type(value) is datetime:
        if value.tzinfo is None:
            raise NotPlain(f"{where}: a time without a zone")
    elif value is not None and type(value) not in {str, int, bool, Decimal, date}:
        raise NotPlain(f"{where}: {type(value).__name__}")
