"""The forms of personal data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.enrolments.forms import ApplicationForm
from portal.privacy.queries.overview import Controller
from portal.privacy.rules import MOST_MONTHS, Retention
from portal.shared.names import name_in
from portal.web.fields import (
    DayField,
    LongTextField,
    WholeField,
    at_most_characters,
    optional,
    required,
    within,
)
from portal.web.forms import PortalForm
from portal.web.language import current_language

LONGEST_REASON = 2000


class RetentionForm(PortalForm):
    """How many months each kind of data is kept; its fields are made for the organisation."""

    controller: Controller

    def months(self) -> Mapping[Retention, int]:
        """What was typed, by kind."""
        return {one.kind: self[one.kind.value].data for one in self.controller.periods}


def retention_form(controller: Controller, *, empty: bool = False) -> RetentionForm:
    """The form of one organisation: what is in force, else what is proposed."""
    fields: dict[str, Any] = {"controller": controller}
    for one in controller.periods:
        fields[one.kind.value] = WholeField(
            name_in(one.name, current_language()),
            [required(), within(1, MOST_MONTHS)],
            description=_l(
                "Whole months. Proposal: %(months)s. It comes into force when you save.",
                months=one.proposal,
            ),
        )
    made: type[RetentionForm] = type("RetentionForm", (RetentionForm,), fields)
    given = {one.kind.value: one.months or one.proposal for one in controller.periods}
    return made(formdata=None, data=given) if empty else made()


class HoldForm(PortalForm):
    """Why data is to stay, and until when."""

    reason = LongTextField(
        _l("Why is the data needed longer?"),
        [required(_l("Give a reason.")), at_most_characters(LONGEST_REASON)],
    )
    until = DayField(
        _l("Last day of the hold"),
        [optional()],
        description=_l("Without a day the hold lasts until somebody releases it."),
    )


class CorrectionForm(ApplicationForm):
    """What may be put right about a participant; the status has its own history."""

    status = None  # type: ignore[assignment]  # takes the field away
