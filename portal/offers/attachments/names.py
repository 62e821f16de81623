"""The name of an attachment, fit to be shown and to be saved anywhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import count

LONGEST_NAME = 120
_ELSEWHERE_SPECIAL = re.compile(r'[<>:"|?*]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)", re.IGNORECASE)


def clean_name(name: str) -> str:
    """The last part of a path, in one spelling, without control and formatting signs.

    Signs and names that mean something else on another system are made harmless.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" or sign == "\t")
    whole = " ".join(_ELSEWHERE_SPECIAL.sub("-", seen).split()).lstrip(". ")
    if _DEVICES.match(whole):
        whole = f"_{whole}"
    return _shortened(whole)


def _shortened(whole: str, room_for: int = 0) -> str:
    stem, dot, ending = whole.rpartition(".")
    room = LONGEST_NAME - room_for - len(dot + ending)
    return f"{stem[:room].rstrip()}{dot}{ending}" if stem and room > 0 else whole[:LONGEST_NAME]


def ending_of(name: str) -> str:
    """What stands after the last point, in small letters; nothing where there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def name_beside(name: str, others: Iterable[str]) -> str:
    """The name itself or, where it is taken, with the first number that is free: ``a (2).pdf``."""
    taken = {other.casefold() for other in others}
    if name.casefold() not in taken:
        return name
    for n in count(2):
        mark = f" ({n})"
        stem, dot, ending = _shortened(name, len(mark)).rpartition(".")
        numbered = f"{stem}{mark}{dot}{ending}"
        if numbered.casefold() not in taken:
            return numbered
    raise AssertionError("numbers do not end")
