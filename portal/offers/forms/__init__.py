"""The forms of the offers: the steps of writing one, and the small acts around it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField

from portal.offers.attachments import MEDIA_TYPES
from portal.offers.forms.papers import PaperForm
from portal.offers.forms.steps import DECLARED, StepForm, file_secrets_form, step_form
from portal.web.fields import required
from portal.web.forms import PortalForm

__all__ = [
    "DECLARED",
    "AttachForm",
    "PaperForm",
    "StepForm",
    "SubmitForm",
    "file_secrets_form",
    "step_form",
]


class AttachForm(PortalForm):
    """One file to attach."""

    file = FileField(
        _l("File"),
        [required(_l("Choose a file."))],
        render_kw={"accept": ",".join(f".{ending}" for ending in MEDIA_TYPES)},
    )


class SubmitForm(PortalForm):
    """The one small act: nothing but the hash of what was on the page."""

    seen = HiddenField()
