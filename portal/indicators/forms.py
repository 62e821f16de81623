"""The forms of indicators: what figures are asked for, and what a target group is counted by."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.enrolments.rules import Status
from portal.web.fields import (
    ChecksField,
    ChoiceField,
    DayField,
    LongTextField,
    at_most_characters,
    optional,
    required,
)
from portal.web.filters import STATUS_TEXTS
from portal.web.forms import PortalForm

LONGEST_REASON = 2_000


class SelectionForm(PortalForm):
    """What the figures are of. Sent in the address, so that a page can be kept and passed on."""

    contract = ChoiceField(_l("Contract"), [optional()])
    provider = ChoiceField(_l("Provider"), [optional()])
    lot = ChoiceField(_l("Lot"), [optional()])
    training_form = ChoiceField(_l("Form of training"), [optional()])
    region = ChoiceField(_l("Region"), [optional()])
    first = DayField(_l("From"), [optional()])
    last = DayField(_l("To"), [optional()])


class TargetGroupForm(PortalForm):
    """By which starting situations a target group is counted, and why by those."""

    statuses = ChecksField(
        _l("Starting situations that make up the target group"),
        choices=lambda: [(str(status), STATUS_TEXTS[str(status)]) for status in Status],
        description=_l("Tick none where the target group cannot be counted by them."),
    )
    reason = LongTextField(
        _l("How do the words of the call come to these?"),
        [required(_l("Give a reason.")), at_most_characters(LONGEST_REASON)],
    )
