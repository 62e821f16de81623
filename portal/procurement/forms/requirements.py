"""The form of a requirement of suitability."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.procurement.forms.typed import (
    LONGEST_LINE,
    LONGEST_TEXT,
    RevisionForm,
    names_shown,
    names_typed,
)
from portal.procurement.rules import RequirementTerms
from portal.web.fields import LongTextField, TextField, at_most_characters, optional, required

_LINE = at_most_characters(LONGEST_LINE)
_TEXT = at_most_characters(LONGEST_TEXT)


class RequirementForm(RevisionForm):
    """What every bidder must meet, and by what it is shown."""

    title_fi = TextField(_l("Requirement in Finnish"), [required(), _LINE])
    title_sv = TextField(_l("Requirement in Swedish"), [optional(), _LINE])
    title_en = TextField(_l("Requirement in English"), [optional(), _LINE])
    evidence_fi = LongTextField(_l("Evidence asked for, in Finnish"), [optional(), _TEXT])
    evidence_sv = LongTextField(_l("Evidence asked for, in Swedish"), [optional(), _TEXT])
    evidence_en = LongTextField(_l("Evidence asked for, in English"), [optional(), _TEXT])

    def requirement(self, key: str) -> RequirementTerms:
        """The requirement as typed."""
        return RequirementTerms(key, names_typed(self, "title"), names_typed(self, "evidence"))


def requirement_form(revision: int, requirement: RequirementTerms | None = None) -> RequirementForm:
    """The form of a new requirement or of one that is there."""
    shown = {}
    if requirement is not None:
        shown = names_shown("title", requirement.title)
        shown |= names_shown("evidence", requirement.evidence)
    return RequirementForm(data={"revision": revision, **shown})
