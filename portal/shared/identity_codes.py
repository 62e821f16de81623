"""Personal identity codes, which no free text may hold."""

from __future__ import annotations

import re

from portal.shared.errors import RuleBroken

# Day, month, year, the sign of the century, three digits, a check sign.
_IDENTITY_CODE = re.compile(r"\b\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]\b", re.IGNORECASE)


def require_no_identity_code(*texts: tuple[str, str]) -> None:
    """Refuses by ``identity_code`` a personal identity code in any of the (field, text)."""
    for field, text in texts:
        if _IDENTITY_CODE.search(text):
            raise RuleBroken("identity_code", field=field)
