"""The forms of after-guidance."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from portal.enrolments.guidance.rules import GuidanceState
from portal.web.fields import (
    DayField,
    LongTextField,
    NumberField,
    RadioField,
    TextField,
    at_most_characters,
    required,
    within,
)
from portal.web.forms import PortalForm
from portal.web.once import OnceField

LONGEST_NOTE = 2_000
LONGEST_LINE = 200
LEAST_HOURS, MOST_HOURS = Decimal("0.25"), Decimal(1000)


class _needed_when_used:  # noqa: N801  # used like a function in the list of validators
    """Hours must be given for what was used, and may be for the rest."""

    field_flags = {"optional": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Raises StopValidation with one message only."""
        if field.errors:
            raise StopValidation
        if field.data is None and form.state.data == GuidanceState.USED:
            raise StopValidation(_("Give the hours that were used."))
        if field.data is None:
            raise StopValidation


class GuidanceForm(PortalForm):
    """One line of after-guidance."""

    once = OnceField()
    state = RadioField(
        _l("What happened"),
        [required()],
        choices=[
            (GuidanceState.OFFERED, _l("Offered")),
            (GuidanceState.ACCEPTED, _l("Accepted")),
            (GuidanceState.USED, _l("Used")),
        ],
    )
    day = DayField(_l("Day"), [required()])
    hours = NumberField(
        _l("Hours"),
        [_needed_when_used(), within(LEAST_HOURS, MOST_HOURS)],
        description=_l("Needed for what was used. Only used hours are counted."),
        most_places=2,
    )


class TakeBackForm(PortalForm):
    """Why a line is taken back."""

    reason = TextField(
        _l("Reason"),
        [required(), at_most_characters(LONGEST_LINE)],
        description=_l("For instance a wrong day. Do not write about the person's health."),
    )


class AgreementForm(PortalForm):
    """What the official and the trainer have agreed."""

    text = LongTextField(
        _l("What is agreed with the trainer"),
        [required(), at_most_characters(LONGEST_NOTE)],
        description=_l(
            "How the hours are used, and what for. Nothing about health or benefits is asked for:"
            " do not write about them."
        ),
    )
