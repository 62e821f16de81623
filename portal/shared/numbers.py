"""Exact numbers: fractions while reckoning, decimals when shown, rounded once at the end."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

_WIDE = Context(prec=60)


# Points of one weight and one score come by the thousand.
@lru_cache(maxsize=4096, typed=True)
def rounded(value: Fraction | Decimal | int, places: int = 2) -> Decimal:
    """Half up, away from zero at the half, to so many decimals: the portal's one rounding rule."""
    exact = Fraction(value)
    scale = 10**places
    doubled = abs(exact) * scale * 2
    whole = (doubled.numerator // doubled.denominator + 1) // 2
    sign = -1 if exact < 0 else 1
    return Decimal(sign * whole).scaleb(-places, _WIDE)


def shown(value: Fraction | Decimal | int, places: int = 2) -> str:
    """As the report and the hashes print it: a point, no thousands, fixed decimals."""
    return f"{rounded(value, places):.{places}f}"


def plain(value: Decimal) -> str:
    """The shortest exact text of a decimal: 58.00 and 58.0 and 58 are all ``58``."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quantized(value: Decimal, places: int) -> Decimal:
    """As many decimals as given, for storing what was typed with fewer."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_WIDE)
