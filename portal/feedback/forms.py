"""The forms of feedback."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.feedback.rules import LEAST, MOST
from portal.web.fields import (
    ChoiceField,
    LongTextField,
    RadioField,
    at_most_characters,
    optional,
    required,
)
from portal.web.forms import PortalForm

LONGEST_TEXT = 2_000

POINTS = [
    ("1", _l("1: very poor")),
    ("2", _l("2: poor")),
    ("3", _l("3: neither good nor poor")),
    ("4", _l("4: good")),
    ("5", _l("5: very good")),
]
assert len(POINTS) == MOST - LEAST + 1


class FeedbackForm(PortalForm):
    """Points, words, and what one proposes."""

    points = RadioField(
        _l("How good has the training been?"),
        [required(_l("Choose from 1 to 5."))],
        choices=POINTS,
    )
    text = LongTextField(
        _l("Why?"),
        [optional(), at_most_characters(LONGEST_TEXT)],
        description=_l("Do not write about anybody's health, benefits or other private matters."),
    )
    proposal = LongTextField(
        _l("What would you change?"),
        [optional(), at_most_characters(LONGEST_TEXT)],
        description=_l("Every proposal is answered: what was done about it."),
    )


class AnswerForm(PortalForm):
    """What was done about a proposal."""

    text = LongTextField(
        _l("What was done about it?"),
        [required(_l("Write the text.")), at_most_characters(LONGEST_TEXT)],
        description=_l("Everybody who sees the training's feedback reads the answer."),
    )


class LinkForm(PortalForm):
    """For whom a personal link is made."""

    giver = ChoiceField(_l("For whom"), [required(_l("Choose for whom the link is."))], choices=[])
