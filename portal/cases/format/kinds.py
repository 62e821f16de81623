"""Kinds of values in a case file, for the tables of the grammar to name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from portal.organisations.rules import is_business_id

# Beyond these no column of either database keeps every digit.
LARGEST_WHOLE = 2**31 - 1
LARGEST_NUMBER = Decimal(10) ** 15
MOST_CHARACTERS = 40

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class Unfit(ValueError):
    """A scalar that is not of its kind; the text says what was expected."""


@dataclass(frozen=True)
class Text:
    """Any scalar as it is written. ``default`` stands where the key is left out."""

    blank: bool = False
    one_line: bool = False
    default: str | None = None

    def value(self, text: str) -> str:
        """The text; raises Unfit where it is blank or has several lines and may not."""
        if not text.strip() and not self.blank:
            raise Unfit("expected text")
        if self.one_line and "\n" in text.strip():
            raise Unfit("expected one line of text")
        return text


@dataclass(frozen=True)
class Number:
    """An exact decimal, finite and not negative."""

    above_zero: bool = False

    @property
    def expected(self) -> str:
        """In words."""
        return "a number above zero" if self.above_zero else "a number that is not negative"

    def value(self, text: str) -> Decimal:
        """The decimal with the digits as written; raises Unfit."""
        if not _NUMBER.fullmatch(text) or len(text) > MOST_CHARACTERS:
            raise Unfit(f"expected {self.expected}, written in digits with a point")
        number = Decimal(text)
        if number < 0 or (self.above_zero and number == 0):
            raise Unfit(f"expected {self.expected}")
        if number >= LARGEST_NUMBER:
            raise Unfit(f"expected a number below {LARGEST_NUMBER}")
        return abs(number)


@dataclass(frozen=True)
class Whole:
    """A whole number within bounds."""

    at_least: int = 0
    at_most: int = LARGEST_WHOLE

    @property
    def expected(self) -> str:
        """In words."""
        if self.at_most < LARGEST_WHOLE:
            return f"a whole number from {self.at_least} to {self.at_most}"
        if self.at_least == 1:
            return "a whole number above zero"
        return "a whole number that is not negative"

    def value(self, text: str) -> int:
        """The number; raises Unfit."""
        if not _NUMBER.fullmatch(text) or len(text) > MOST_CHARACTERS:
            raise Unfit(f"expected {self.expected}")
        number = Decimal(text)
        if number != number.to_integral_value() or not self.at_least <= number <= self.at_most:
            raise Unfit(f"expected {self.expected}")
        return int(number)


@dataclass(frozen=True)
class Day:
    """A calendar day."""

    def value(self, text: str) -> date:
        """The day; raises Unfit."""
        try:
            if _DAY.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise Unfit("expected a day of the calendar, YYYY-MM-DD")


@dataclass(frozen=True)
class Time:
    """A wall-clock time of the case's zone; the reader turns it into an instant."""

    def value(self, text: str) -> datetime:
        """The time without a zone; raises Unfit."""
        found = _TIME.fullmatch(text)
        try:
            if found:
                day = date.fromisoformat(found[1])
                hour, minute, second = int(found[2]), int(found[3]), int(found[4] or 0)
                return datetime.combine(day, time(hour, minute, second))
        except ValueError:
            pass
        raise Unfit("expected a time, YYYY-MM-DDTHH:MM or YYYY-MM-DDTHH:MM:SS")


@dataclass(frozen=True)
class Month:
    """A calendar month, kept as its text."""

    def value(self, text: str) -> str:
        """The month as ``YYYY-MM``; raises Unfit."""
        if not _MONTH.fullmatch(text) or text.startswith("0000"):
            raise Unfit("expected a month, YYYY-MM")
        return text


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def value(self, text: str) -> bool:
        """The truth; raises Unfit."""
        if text.lower() not in _FLAGS:
            raise Unfit("expected true or false")
        return _FLAGS[text.lower()]


@dataclass(frozen=True)
class OneOf:
    """One of the words of a list."""

    words: tuple[str, ...]

    def value(self, text: str) -> str:
        """The word; raises Unfit."""
        if text not in self.words:
            raise Unfit(f"expected one of {', '.join(self.words)}")
        return text


@dataclass(frozen=True)
class BusinessId:
    """A Finnish business id with its right check digit."""

    def value(self, text: str) -> str:
        """The id; raises Unfit."""
        if not is_business_id(text):
            raise Unfit("expected seven digits, a hyphen and the right check digit")
        return text


@dataclass(frozen=True)
class Ref:
    """The key of something that the heads or an earlier act named; any of several things."""

    to: tuple[str, ...]


@dataclass(frozen=True)
class New:
    """A new key, introduced by the act unless it is expected to be refused."""

    of: str


@dataclass(frozen=True)
class ListOf:
    """A list; no item twice (a mapping's ``key`` tells it from the others)."""

    item: Kind


@dataclass(frozen=True)
class MapOf:
    """A mapping from keys of one kind to values of another."""

    keys: Ref | Text
    values: Kind


@dataclass(frozen=True)
class Shape:
    """A mapping with these keys; one that ends in ``?`` may be left out.

    With the key ``copied_by`` present, all may be left out but the new keys. ``checks`` look at
    the values together.
    """

    keys: Mapping[str, Kind]
    copied_by: str | None = None
    checks: tuple[Check, ...] = ()
    kinds: dict[str, Kind] = field(init=False, compare=False)
    required: tuple[str, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        kinds = {key.removesuffix("?"): kind for key, kind in self.keys.items()}
        required = tuple(key for key in self.keys if not key.endswith("?"))
        object.__setattr__(self, "kinds", kinds)
        object.__setattr__(self, "required", required)


Scalar = Text | Number | Whole | Day | Month | Flag | OneOf | BusinessId
Kind = Scalar | Time | Ref | New | ListOf | MapOf | Shape
# From the values of a mapping, a key and what is wrong there; nothing where they fit together.
# What had a fault of its own is among the values as something of no kind.
Check = Callable[[Mapping[str, Any]], tuple[str, str] | None]


def ref(*to: str) -> Ref:
    """A reference to one of these things."""
    return Ref(to)
