"""Forms of messages about accessibility and of their answers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.accessibility.rules import LONGEST_TEXT
from portal.web.fields import (
    EmailField,
    LongTextField,
    TextField,
    at_most_characters,
    optional,
    required,
)
from portal.web.forms import PortalForm


class MessageForm(PortalForm):
    """What does not work, and where. Nobody has to say who they are."""

    text = LongTextField(
        _l("What does not work for you?"),
        [required(), at_most_characters(LONGEST_TEXT)],
        description=_l(
            "Say it in your own words. Do not write anything about your health or other"
            " people's affairs."
        ),
    )
    page = TextField(
        _l("On which page?"),
        [optional(), at_most_characters(200)],
        description=_l("Its heading is enough."),
    )
    email = EmailField(
        _l("Your e-mail address"),
        validators=[optional(), at_most_characters(254)],
        description=_l("Only if you wish to have the answer by e-mail."),
        render_kw={"autocomplete": "email", "spellcheck": "false"},
    )


class AnswerForm(PortalForm):
    """What is answered."""

    text = LongTextField(
        _l("Your answer"),
        [required(), at_most_characters(LONGEST_TEXT)],
        description=_l("Say what you do about it and when, in plain words."),
    )
