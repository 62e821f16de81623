"""The common procurement vocabulary: what a code of it looks like."""

from __future__ import annotations

import re
from collections.abc import Iterable

from portal.shared.errors import RuleBroken

# fmt: off
DIVISIONS = frozenset({
    3, 9, 14, 15, 16, 18, 19, 22, 24, 30, 31, 32, 33, 34, 35, 37, 38, 39, 41, 42, 43, 44, 45, 48,
    50, 51, 55, 60, 63, 64, 65, 66, 70, 71, 72, 73, 75, 76, 77, 79, 80, 85, 90, 92, 98,
})
# fmt: on
"""The first two digits of every code. Source: regulation (EC) 213/2008, to be confirmed."""

_CODE = re.compile(r"([0-9]{2})[0-9]{6}(-[0-9])?")


def require_cpv(codes: Iterable[str]) -> None:
    """Refuse, by ``cpv_unknown``, a code that cannot be of the vocabulary, or one given twice.

    A code has eight digits, of which the first two are a division, and may have its check digit
    after a hyphen. The check digit is not reckoned: the regulation lists it without a formula.
    """
    seen = set()
    for code in codes:
        found = _CODE.fullmatch(code)
        if found is None or int(found[1]) not in DIVISIONS or code[:8] in seen:
            raise RuleBroken("cpv_unknown", field="cpv", code=code)
        seen.add(code[:8])
