"""Numbers, money, days and clock times as the reader writes them, and read back from typing.

Finnish and Finland's Swedish share their forms (1 234,56 €, 24.11.2026, 12.00); English pages use
1,234.56, 24/11/2026 and 12:00. Clock times are Helsinki's.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_skeleton

from portal.shared.clock import in_helsinki
from portal.shared.numbers import plain, rounded

LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_AT = {"fi": " klo ", "sv": " kl. ", "en": " "}

_SPACES = re.compile(r"\s")
_MINUS = re.compile(r"^[-\N{MINUS SIGN}\N{EN DASH}]")
_GROUPED_BY_SPACE = re.compile(r"(?:\d+|\d{1,3}(?: \d{3})+)(?:,\d+)?")
_GROUPED_BY_COMMA = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+)(?:\.\d+)?")
_POINT_FOR_COMMA = re.compile(r"(?:\d+|\d{1,3}(?: \d{3})+)\.\d{1,2}")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_POINTED_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_SLASHED_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_CLOCK = re.compile(r"(?:klo\.?\s*|kl\.?\s*)?(\d{1,2})[.:](\d{2})(?:[.:](\d{2}))?", re.IGNORECASE)


def locale_of(language: str) -> Locale:
    """The reader's locale, always one of Finland or, in English, of Britain."""
    return Locale.parse(LOCALES[language])


# A long table prints the same few weights and points thousands of times.
@lru_cache(maxsize=8192, typed=True)
def number(value: Decimal | Fraction | int, language: str, places: int | None = None) -> str:
    """With so many decimals, or with those that it has; a fraction needs ``places``."""
    if places is not None:
        exact = rounded(value, places)
        digits = f"{exact:,.{places}f}"
    elif isinstance(value, Fraction):
        raise TypeError("a fraction is shown with a given number of decimals")
    else:
        digits = f"{Decimal(plain(Decimal(value))):,f}"
    negative = digits.startswith("-") and any(digit in "123456789" for digit in digits)
    minus, marks = _marks(language)
    return (minus if negative else "") + digits.lstrip("-").translate(marks)


@cache
def _marks(language: str) -> tuple[str, dict[int, str]]:
    """The sign of a negative number, and what stands for its comma and its point."""
    symbols = locale_of(language).number_symbols["latn"]
    marks = str.maketrans({",": symbols["group"], ".": symbols["decimal"]})
    return symbols["minusSign"], marks


def money(value: Decimal | Fraction | int, language: str) -> str:
    """Euros with cents, rounded half up: ``1 234,56 €``."""
    digits = number(value, language, 2)
    if language != "en":
        return f"{digits}{NO_BREAK_SPACE}€"
    return f"-€{digits[1:]}" if digits.startswith("-") else f"€{digits}"


def day(value: date, language: str) -> str:
    """``24.11.2026``; in English ``24/11/2026``. An instant is shown by its day in Helsinki."""
    if isinstance(value, datetime):
        value = in_helsinki(value).date()
    if language == "en":
        return f"{value.day:02}/{value.month:02}/{value.year:04}"
    return f"{value.day}.{value.month}.{value.year:04}"


def day_of_year(day: int, month: int, language: str) -> str:
    """A day that comes every year, in words: ``1. maaliskuuta``. Raises ValueError for no day."""
    # Any leap year will do: the year is not shown.
    text: str = format_skeleton("MMMMd", date(2024, month, day), locale=locale_of(language))
    return text


def clock(value: datetime | time, language: str, seconds: bool = False) -> str:
    """``12.00``; in English ``12:00``. An instant is shown in Helsinki time."""
    shown = in_helsinki(value) if isinstance(value, datetime) else value
    mark = ":" if language == "en" else "."
    hour = f"{shown.hour:02}" if language == "en" else str(shown.hour)
    parts = [hour, f"{shown.minute:02}"] + ([f"{shown.second:02}"] if seconds else [])
    return mark.join(parts)


def instant(value: datetime, language: str, seconds: bool = False) -> str:
    """Day and clock time in Helsinki: ``24.11.2026 klo 12.00``."""
    return day(value, language) + _AT[language] + clock(value, language, seconds)


def parse_number(text: str, language: str) -> Decimal:
    """What was typed, digit by digit. Raises ValueError for anything that is not one number.

    Spaces of any kind may group thousands; a Finnish or Swedish reader may also type a point
    before one or two decimals, which cannot be taken for thousands.
    """
    typed = _SPACES.sub(" ", text.strip())
    sign = "-" if _MINUS.match(typed) else ""
    digits = _MINUS.sub("", typed).strip()
    if language == "en":
        if _GROUPED_BY_COMMA.fullmatch(digits):
            return Decimal(sign + digits.replace(",", "").replace(" ", ""))
    elif _GROUPED_BY_SPACE.fullmatch(digits) or _POINT_FOR_COMMA.fullmatch(digits):
        return Decimal(sign + digits.replace(" ", "").replace(",", "."))
    raise ValueError(f"{text!r} is not a number")


def parse_money(text: str, language: str) -> Decimal:
    """A sum with or without its euro sign. Raises ValueError."""
    return parse_number(_without_euro(text), language)


def _without_euro(text: str) -> str:
    bare = text.strip()
    minus = _MINUS.match(bare)
    sign, rest = ("-", bare[1:].strip()) if minus else ("", bare)
    return sign + rest.removeprefix("€").removesuffix("€").strip()


def parse_day(text: str, language: str) -> date:
    """A day in the reader's form or as ISO. Raises ValueError, also for 31.2."""
    typed = text.strip()
    if match := _ISO_DAY.fullmatch(typed):
        year, month, of_month = match.groups()
    elif match := (_POINTED_DAY.fullmatch(typed) or _SLASHED_DAY.fullmatch(typed)):
        of_month, month, year = match.groups()
    else:
        raise ValueError(f"{text!r} is not a day")
    return date(int(year), int(month), int(of_month))


def parse_clock(text: str, language: str) -> time:
    """``12.00`` or ``12:00``, with or without seconds. Raises ValueError."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a clock time")
    hour, minute, second = (int(part or 0) for part in match.groups())
    return time(hour, minute, second)
