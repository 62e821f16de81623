"""What the indicators are called, and in what they are measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.criteria.bank import bank
from portal.shared.errors import NotFound
from portal.shared.names import name_in
from portal.web.language import current_language

if TYPE_CHECKING:
    from portal.scorecards.comparing.queries import CompareRow


def indicator_text(key: str) -> str:
    """What an indicator is called in the reader's language; its key where none defines it."""
    try:
        return name_in(bank().indicator(key).name, current_language())
    except NotFound:
        return key


MIX_TEXTS: dict[str, Any] = {
    "long_term_unemployed": _l("Long-term unemployed at the start"),
    "outside": _l("Outside working life at the start"),
    "basic_education": _l("Basic education at most"),
    "over_55": _l("Over 55"),
}
"""The words of each part of the case mix."""


def mix_text(key: str) -> str:
    """A part of the case mix in the reader's language."""
    return str(MIX_TEXTS[key])


def row_text(row: CompareRow) -> str:
    """Who a row of the comparison is, in the reader's language."""
    if row.names is not None:
        return name_in(row.names, current_language())
    if row.letter is not None:
        return str(_("Provider %(letter)s", letter=row.letter))
    if row.region is None:
        return str(_("Providers of other buyers together (%(n)s)", n=row.others))
    if row.own:
        return str(_("%(region)s: own", region=row.region))
    return str(_("%(region)s: others together (%(n)s providers)", region=row.region, n=row.others))


def differs_text(row: CompareRow) -> str:
    """In what a row's participants differ from all shown together."""
    parts = [
        _("more: %(what)s", what=mix_text(key))
        if more
        else _("fewer: %(what)s", what=mix_text(key))
        for key, more in row.differs
    ]
    return "; ".join(parts)
