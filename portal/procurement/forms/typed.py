"""What several forms of the call share: texts in three languages, the revision, shares."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from wtforms.validators import StopValidation

from portal.web.drafts import LONGEST_LINE, LONGEST_TEXT, RevisionForm, names_shown, names_typed

__all__ = [
    "LONGEST_LINE",
    "LONGEST_TEXT",
    "RevisionForm",
    "above_zero",
    "names_shown",
    "names_typed",
    "percent_of",
    "share_of",
]


def share_of(percent: Decimal | None) -> Decimal | None:
    """A share from what was typed in percent."""
    return None if percent is None else percent / 100


def percent_of(share: Decimal | None) -> Decimal | None:
    """A share as it is typed, in percent."""
    return None if share is None else share * 100


def above_zero(_form: Any, field: Any) -> None:
    """A validator: zero is never unlimited, and nothing is bought for nothing."""
    if field.data is not None and not field.errors and field.data <= 0:
        raise StopValidation(_("Write a number above zero."))
