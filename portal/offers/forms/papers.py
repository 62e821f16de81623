"""The form by which a provider keeps a paper."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField

from portal.offers.attachments import MEDIA_TYPES
from portal.offers.rules import PaperKind
from portal.web.fields import (
    ChoiceField,
    DayField,
    TextField,
    at_most_characters,
    optional,
    required,
)
from portal.web.filters import STATUS_TEXTS, add_status_texts
from portal.web.forms import PortalForm

LONGEST_TITLE = 200

add_status_texts(
    {
        PaperKind.CONTRACTORS_LIABILITY: _l("Contractor's liability report"),
        PaperKind.TRADE_REGISTER: _l("Trade register extract"),
        PaperKind.TAX: _l("Certificate of paid taxes"),
        PaperKind.PENSION: _l("Certificate of pension insurance"),
        PaperKind.INSURANCE: _l("Certificate of liability insurance"),
        PaperKind.OTHER: _l("Other paper"),
    }
)


class PaperForm(PortalForm):
    """What the paper is, its file, and from when to when it is in force."""

    kind = ChoiceField(
        _l("What the paper is"),
        [required()],
        choices=lambda: [("", _l("Choose one")), *((one, STATUS_TEXTS[one]) for one in PaperKind)],
    )
    title = TextField(_l("Title"), [required(), at_most_characters(LONGEST_TITLE)])
    valid_from = DayField(_l("In force from"), [required()])
    valid_to = DayField(_l("In force to"), [optional()])
    file = FileField(
        _l("File"),
        [required(_l("Choose a file."))],
        render_kw={"accept": ",".join(f".{ending}" for ending in MEDIA_TYPES)},
    )
