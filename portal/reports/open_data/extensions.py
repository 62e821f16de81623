"""The extensions of the standard that open data declares, as data."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from portal.data_files import from_yaml

FILE = Path(__file__).with_name("extensions.yaml")


@cache
def extensions() -> tuple[dict[str, Any], ...]:
    """Each with its ``key``, its public ``address``, and the fields that it ``adds``."""
    return tuple(from_yaml(FILE.read_text(encoding="utf-8")))


def addresses() -> tuple[str, ...]:
    """What a package declares."""
    return tuple(one["address"] for one in extensions())
