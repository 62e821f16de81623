"""The forms of client panels."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.feedback.forms import LONGEST_TEXT
from portal.web.fields import (
    ChecksField,
    DayField,
    LongTextField,
    TextField,
    at_most_characters,
    required,
)
from portal.web.forms import PortalForm


class PanelForm(PortalForm):
    """A new round."""

    name = TextField(_l("Name of the round"), [required(), at_most_characters(200)])
    first_day = DayField(
        _l("From"),
        [required()],
        description=_l("What was proposed in the trainings' feedback on these days is gathered."),
    )
    last_day = DayField(_l("To"), [required()])
    trainings = ChecksField(
        _l("Trainings"), [required(_l("Choose at least one training."))], choices=[]
    )


class OwnProposalForm(PortalForm):
    """What the panel itself proposes."""

    text = LongTextField(
        _l("What does the panel propose?"),
        [required(_l("Write the text.")), at_most_characters(LONGEST_TEXT)],
        description=_l("Name nobody."),
    )


class DoneForm(PortalForm):
    """What was done about a proposal of the panel."""

    text = LongTextField(
        _l("What was done about it?"),
        [required(_l("Write the text.")), at_most_characters(LONGEST_TEXT)],
    )


class ClosingForm(PortalForm):
    """What came of the round."""

    summary = LongTextField(
        _l("What came of the round?"),
        [required(_l("Write the text.")), at_most_characters(LONGEST_TEXT)],
        description=_l("The round is closed with it and changes no more."),
    )
