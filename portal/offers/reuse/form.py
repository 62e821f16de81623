"""The form on which the writer ticks what comes into the draft."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from wtforms import HiddenField

from portal.offers.reuse.queries import ReusePage
from portal.web.fields import ChecksField
from portal.web.forms import PortalForm


class ReuseForm(PortalForm):
    """Keys of criteria: whose answers come, whose may replace the draft's, whose promises come."""

    answers = ChecksField(validate_choice=False)
    replacing = ChecksField(validate_choice=False)
    promises = ChecksField(validate_choice=False)
    seen = HiddenField()

    def tick(self, group: str, key: str) -> Any:
        """The box of one criterion in one of the three groups."""
        return next(option for option in self[group] if option.data == key)


def reuse_form(found: ReusePage) -> ReuseForm:
    """The form of this comparison, with what was ticked."""
    form = ReuseForm()
    beside = found.criteria
    form.answers.choices = [(one.shown.key, _("Take this answer into the draft")) for one in beside]
    form.replacing.choices = [
        (one.shown.key, _("Replace the answer of the draft by this one")) for one in beside
    ]
    form.promises.choices = [(one.shown.key, _("Take these promises, too")) for one in beside]
    return form
