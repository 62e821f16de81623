"""What forms of drafts share: the revision that their writer had in sight, texts by language."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.widgets import HiddenInput

from portal.shared.names import LANGUAGES
from portal.web.fields import required
from portal.web.forms import PortalForm

LONGEST_LINE = 200
LONGEST_TEXT = 10_000


class RevisionForm(PortalForm):
    """A form that changes a draft: it carries the revision that its writer had in sight."""

    revision = IntegerField(
        _l("Version of the draft"),
        [required(_l("Load the page again. The version of the draft is missing."))],
        widget=HiddenInput(),
    )

    def stands_at(self, revision: int) -> None:
        """The draft has been saved: what is written next is held to this revision."""
        self.revision.raw_data = None
        self.revision.data = revision


def names_typed(form: PortalForm, part: str) -> dict[str, str]:
    """What was typed in each language, the empty ones left out."""
    typed = {language: form[f"{part}_{language}"].data for language in LANGUAGES}
    return {language: text for language, text in typed.items() if text}


def names_shown(part: str, names: Mapping[str, str]) -> dict[str, str]:
    """The values of the fields of one part."""
    return {f"{part}_{language}": names.get(language, "") for language in LANGUAGES}
