"""The forms of feedback."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.feedback.items import asked_of
from portal.feedback.models import Feedback
from portal.feedback.rules import LEAST, MOST, Giver
from portal.web.fields import (
    ChoiceField,
    DayField,
    LongTextField,
    RadioField,
    TextField,
    at_most_characters,
    optional,
    required,
)
from portal.web.forms import PortalForm
from portal.web.language import current_language

LONGEST_TEXT = 2_000

POINTS = [
    ("1", _l("1: very poor")),
    ("2", _l("2: poor")),
    ("3", _l("3: neither good nor poor")),
    ("4", _l("4: good")),
    ("5", _l("5: very good")),
]
POINTS_OF_ITEM = [(str(n), str(n)) for n in range(LEAST, MOST + 1)]
assert len(POINTS) == MOST - LEAST + 1


class FeedbackForm(PortalForm):
    """Points, words, and what one proposes; `feedback_form` makes each giver's with its items."""

    giver: Giver
    keys: tuple[str, ...]

    @property
    def item_fields(self) -> list[RadioField]:
        """The fields of the items, in the order in which they are asked."""
        return [self[_PREFIX + key] for key in self.keys]

    def given(self) -> dict[str, Any]:
        """What was answered, as `give_feedback` takes it, without what does not concern them."""
        chosen = {key: self[_PREFIX + key].data for key in self.keys}
        return {
            "points": int(self.points.data),
            "text": self.text.data or "",
            "proposal": self.proposal.data or None,
            "items": {key: int(each) for key, each in chosen.items() if each and each != NOT_MINE},
            **{name: self[name].data or "" for name in ("changed", "assessor") if name in self},
        }


_PREFIX = "item_"
NOT_MINE = "0"


def kept(feedback: Feedback, items: Mapping[str, int]) -> dict[str, str]:
    """An earlier answer as the values of its form."""
    return {
        "points": str(feedback.points),
        "text": feedback.text,
        "changed": feedback.changed,
        "assessor": feedback.assessor,
        **{_PREFIX + key: str(points) for key, points in items.items()},
    }


def feedback_form(giver: Giver, **given: Any) -> FeedbackForm:
    """The form of this kind of giver, its items in the reader's language."""
    return _form_of(giver, current_language())(**given)


@cache
def _form_of(giver: Giver, language: str) -> type[FeedbackForm]:
    """In the order of the questions, which is that of the summary of errors as well."""
    asked = asked_of(giver)
    fields: dict[str, Any] = {"giver": giver, "keys": tuple(item.key for item in asked)}
    if giver == Giver.EMPLOYER:
        fields["assessor"] = TextField(
            _l("Who answers: name and task"),
            [required(_l("Write the name of the one who answers.")), at_most_characters(200)],
        )
    fields["points"] = RadioField(
        _l("How good has the training been?"),
        [required(_l("Choose from 1 to 5."))],
        choices=POINTS,
    )
    for item in asked:
        fields[_PREFIX + item.key] = RadioField(
            item.asked[giver][language],
            [optional()],
            choices=[*POINTS_OF_ITEM, (NOT_MINE, _l("Does not concern me"))],
        )
    if giver == Giver.PARTICIPANT:
        fields["changed"] = LongTextField(
            _l("What has changed for you?"),
            [optional(), at_most_characters(LONGEST_TEXT)],
        )
    fields["text"] = LongTextField(
        _l("Why?"),
        [optional(), at_most_characters(LONGEST_TEXT)],
        description=_l("Do not write about anybody's health, benefits or other private matters."),
    )
    fields["proposal"] = LongTextField(
        _l("What would you change?"),
        [optional(), at_most_characters(LONGEST_TEXT)],
        description=_l("Every proposal is answered: what was done about it."),
    )
    return type("FeedbackForm", (FeedbackForm,), fields)


class AssignForm(PortalForm):
    """Who answers a proposal, and by when."""

    owner = ChoiceField(_l("Who answers"), [required(_l("Choose who answers."))], choices=[])
    due = DayField(_l("By which day"), [required()])


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
