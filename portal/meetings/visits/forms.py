"""The forms of visits."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.meetings.visits.queries import PlanPage
from portal.web.fields import (
    ChecksField,
    DayField,
    LongTextField,
    TextField,
    at_most_characters,
    choices,
    optional,
    required,
)
from portal.web.forms import PortalForm

LONGEST_LINE = 200
LONGEST_NOTE = 4_000
_SEEN_BY = _l(
    "Read by the provider's people and by the course sponsor of the office that referred those"
    " visited. Nothing about health or benefits is asked for: do not write about them."
)


class PlanForm(PortalForm):
    """Stops for a day's route."""

    day = DayField(_l("Day of the visits"), [required()])
    places = ChecksField(_l("Workplaces of the training"), [optional()])
    other = TextField(
        _l("Another workplace"),
        [optional(), at_most_characters(LONGEST_LINE)],
        description=_l("One that nobody of the training has been placed at."),
    )


class _Told(PortalForm):
    """What was seen, and what may follow."""

    note = LongTextField(
        _l("Notes"), [optional(), at_most_characters(LONGEST_NOTE)], description=_SEEN_BY
    )
    possibilities = LongTextField(
        _l("What may follow"),
        [optional(), at_most_characters(LONGEST_NOTE)],
        description=_l("For instance further work there, an apprenticeship, another training."),
    )


class MadeForm(_Told):
    """A planned visit that has been made."""

    day = DayField(_l("Day of the visit"), [required()])


class RecordForm(_Told):
    """A visit that was made without a plan."""

    day = DayField(_l("Day of the visit"), [required()])
    workplace = TextField(_l("Workplace"), [required(), at_most_characters(LONGEST_LINE)])
    participants = ChecksField(_l("Participants met"), [optional()])


def plan_form(found: PlanPage, **given: Any) -> PlanForm:
    """The form with the training's workplaces, each with those who are there."""
    form = PlanForm(**given)
    form.places.choices = choices(
        (
            one.key,
            _(
                "%(workplace)s: %(people)s",
                workplace=one.workplace,
                people=", ".join(name for _key, name in one.people),
            ),
        )
        for one in found.placed
    )
    if not found.placed:
        del form.places
    return form


def record_form(found: PlanPage, **given: Any) -> RecordForm:
    """The form with the training's participants whom the reader sees."""
    form = RecordForm(prefix="made", **given)
    form.participants.choices = choices(found.people)
    if not found.people:
        del form.participants
    return form
