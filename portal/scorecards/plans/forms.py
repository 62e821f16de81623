"""The forms of improvement plans."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.scorecards.comparing.words import indicator_text
from portal.scorecards.plans.queries import About, PlanPage
from portal.scorecards.plans.rules import Side
from portal.shared.names import name_in
from portal.web.fields import (
    ChoiceField,
    DayField,
    LongTextField,
    RadioField,
    TextField,
    at_most_characters,
    choices,
    optional,
    required,
)
from portal.web.forms import PortalForm
from portal.web.language import current_language

LONGEST_LINE = 200
LONGEST_TEXT = 4_000


class PlanForm(PortalForm):
    """What a plan is for."""

    aim = LongTextField(
        _l("What is to get better, and why"), [required(), at_most_characters(LONGEST_TEXT)]
    )


class StepForm(PortalForm):
    """A step of a plan."""

    what = LongTextField(_l("What is done"), [required(), at_most_characters(LONGEST_TEXT)])
    who = ChoiceField(_l("Who takes care of it"), [required()])
    role = TextField(
        _l("Role"),
        [optional(), at_most_characters(LONGEST_LINE)],
        description=_l(
            "Whose task it is, where no person is chosen: the head trainer, for instance."
        ),
    )
    due = DayField(_l("Last day"), [required()])
    about = ChoiceField(_l("What it is about"), [required()])

    def chosen(self) -> tuple[Side | None, UUID | None]:
        """The side, or the person of a side."""
        if self.who.data in set(Side):
            return Side(self.who.data), None
        return None, UUID(self.who.data)


def about_text(one: About) -> str:
    """A figure in words."""
    if one.title is None:
        return str(_("Indicator: %(name)s", name=indicator_text(one.key)))
    return str(_("Criterion: %(name)s", name=name_in(one.title, current_language())))


def step_form(found: PlanPage, **given: Any) -> StepForm:
    """The form with the people of both parties and what a step may be about."""
    form = StepForm(**given)
    sides = {Side.PROVIDER: found.plan.provider.name, Side.BUYER: found.plan.buyer.name}
    named = {side: name_in(names, current_language()) for side, names in sides.items()}
    form.who.choices = choices(
        [
            *((str(side), _("%(party)s, by the role below", party=named[side])) for side in named),
            *((str(one.id), f"{one.name}, {named[one.side]}") for one in found.people),
        ],
        _("Choose"),
    )
    form.about.choices = choices(
        [(one.value, about_text(one)) for one in found.abouts], _("Choose")
    )
    return form


class ReportForm(PortalForm):
    """What became of a step."""

    outcome = RadioField(
        _l("What became of the step"),
        [required()],
        choices=lambda: [("done", _("It is done")), ("not_done", _("It will not be done"))],
    )
    note = LongTextField(
        _l("Note"),
        [optional(), at_most_characters(LONGEST_TEXT)],
        description=_l("What was done; a reason is needed where it will not be done."),
    )


class ReviewForm(PortalForm):
    """The other side's review."""

    outcome = RadioField(
        _l("Review"),
        [required()],
        choices=lambda: [
            ("agree", _("We agree, and the step is closed")),
            ("return", _("The step is given back")),
        ],
    )
    note = LongTextField(
        _l("Note"),
        [required(), at_most_characters(LONGEST_TEXT)],
        description=_l("What the review rests on."),
    )
    day = DayField(_l("Reviewed on"), [required()])
    due = DayField(
        _l("New last day"), [optional()], description=_l("Only for a step that is given back.")
    )
