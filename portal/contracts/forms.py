"""The forms of the contracts' pages."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.shared.names import DEFAULT_LANGUAGE, LANGUAGES
from portal.web.fields import (
    FileField,
    LongTextField,
    RadioField,
    TextField,
    at_most_characters,
    optional,
    required,
)
from portal.web.forms import PortalForm
from portal.web.language import OWN_NAMES

LONGEST_REASON = 5_000
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ConcludeForm(PortalForm):
    """The language of the document, with the provider that was on the page when it was pressed."""

    provider = HiddenField()
    language = RadioField(
        _l("Language of the contract"),
        [optional()],
        choices=[(language, OWN_NAMES[language]) for language in LANGUAGES],
        default=DEFAULT_LANGUAGE,
        description=_l("The parties approve the document in this language. There is only one."),
    )


class ReasonForm(PortalForm):
    """Why a contract is put on hold, released or refused."""

    reason = LongTextField(
        _l("Reason"),
        [required(_l("Give a reason.")), at_most_characters(LONGEST_REASON)],
        description=_l("Both parties see the reason on the page of the contract."),
    )


class VerifyForm(PortalForm):
    """A document, or its hash."""

    file = FileField(
        _l("Document"),
        [optional()],
        description=_l("The PDF file as you received it. It is not kept."),
        render_kw={"accept": ".pdf"},
    )
    sha256 = TextField(
        _l("Hash of the document (SHA-256)"),
        [optional()],
        description=_l("64 letters and digits. Use this if you do not have the file."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two, and a hash that can be one."""
        right = bool(super().validate(extra_validators))
        if bool(self.file.data) == bool(self.sha256.data):
            self.form_errors.append(_("Choose a file or type a hash, one of the two."))
            return False
        if self.sha256.data and not _SHA256.fullmatch(self.typed_hash):
            self.sha256.errors = [_("A hash has 64 signs: digits and the letters from a to f.")]
            return False
        return right

    @property
    def typed_hash(self) -> str:
        """The hash without the spaces that copying it from a page may add."""
        return "".join((self.sha256.data or "").split()).lower()
