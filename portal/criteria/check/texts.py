"""When two texts say the same."""

from __future__ import annotations

import re


def normal(text: str) -> str:
    """The words alone: neither case nor signs tell two texts apart."""
    return " ".join(re.sub(r"[^\w\s]", " ", text.casefold()).split())
