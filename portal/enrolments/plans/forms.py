"""The forms of plans, assessments, paths and portfolio reviews."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.enrolments.plans.rules import ServiceLine, Side, Stage
from portal.web.fields import (
    DayField,
    LongTextField,
    RadioField,
    TextField,
    at_most_characters,
    optional,
    required,
)
from portal.web.forms import PortalForm

LONGEST_LINE = 200
LONGEST_TEXT = 4_000
_NOT_ASKED = _l("Nothing about health or benefits is asked for: do not write about them.")

SIDES = {
    Side.LEARNER: _l("Learner"),
    Side.SCHOOL: _l("School"),
    Side.EMPLOYER: _l("Employer"),
}
STAGES = {
    Stage.ASSESSMENT: _l("Assessment"),
    Stage.REHABILITATION: _l("Rehabilitation"),
    Stage.TRAINING: _l("Training"),
    Stage.EMPLOYMENT: _l("Employment"),
}
SERVICE_LINES = {
    ServiceLine.LABOUR_MARKET: _l("Straight to the labour market"),
    ServiceLine.SKILLS: _l("To the labour market through skills"),
    ServiceLine.SUPPORTED: _l("To the labour market with support"),
}


class PlanForm(PortalForm):
    """What the plan is called, and from when on the provider looks for a workplace."""

    name = TextField(
        _l("Name of the plan"),
        [required(), at_most_characters(60)],
        description=_l("What the plan is called, such as HOKS or HOPS."),
    )
    job_search_from = DayField(
        _l("The provider's staff look for a workplace from"),
        [optional()],
        description=_l(
            "Until this day the participant looks for one; after it the provider's staff do."
        ),
    )


class StepForm(PortalForm):
    """A dated step."""

    due = DayField(_l("By which day"), [required()])
    text = LongTextField(
        _l("What will be done"),
        [required(), at_most_characters(LONGEST_TEXT)],
        description=_NOT_ASKED,
    )


class ChangeStepForm(StepForm):
    """A step that is changed."""

    reason = TextField(
        _l("Why it is changed"),
        [optional(), at_most_characters(LONGEST_LINE)],
        description=_NOT_ASKED,
    )


class WithdrawStepForm(PortalForm):
    """Why a step is no longer to be taken."""

    reason = TextField(
        _l("Reason"), [required(), at_most_characters(LONGEST_LINE)], description=_NOT_ASKED
    )


class ClosingForm(PortalForm):
    """What one side says at the end."""

    side = RadioField(_l("Whose assessment"), [required()], choices=list(SIDES.items()))
    day = DayField(_l("Day of the assessment"), [required()])
    text = LongTextField(
        _l("Assessment"),
        [required(), at_most_characters(LONGEST_TEXT)],
        description=_NOT_ASKED,
    )


class PathForm(PortalForm):
    """Where the training stands on the path to work."""

    stage = RadioField(_l("Stage of the path"), [required()], choices=list(STAGES.items()))
    service_line = RadioField(_l("Service line"), [required()], choices=list(SERVICE_LINES.items()))


class ReviewForm(PortalForm):
    """A review of a coaching portfolio."""

    day = DayField(_l("Day of the review"), [required()])
    note = LongTextField(
        _l("What was found and agreed"),
        [optional(), at_most_characters(LONGEST_TEXT)],
        description=_NOT_ASKED,
    )
