"""The forms of people in trainings. None asks for health or benefits, and free text says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import Field
from wtforms.validators import StopValidation

from portal.enrolments.queries.people import Choice
from portal.enrolments.rules import MOST_JUDGED, Education, LeftTo, Outcome, Sex, Status
from portal.shared.names import name_in
from portal.web.drafts import LONGEST_LINE
from portal.web.fields import (
    ChecksField,
    ChoiceField,
    DayField,
    LongTextField,
    RadioField,
    TextField,
    WholeField,
    YearField,
    at_most_characters,
    choices,
    optional,
    required,
    within,
)
from portal.web.filters import add_status_texts, status_text
from portal.web.forms import PortalForm
from portal.web.language import current_language
from portal.web.once import OnceField

LONGEST_NOTE = 2_000
MOST_UNITS = 99
FIRST_YEAR, LAST_YEAR = 1900, 2100

# What is never to be written down here (the issue, section 4; the law on public employment
# services keeps such things out of what a provider sees).
NOTHING_SENSITIVE = _l(
    "Write nothing about health, diagnoses, benefits or a personal identity code. They are not"
    " needed here."
)

add_status_texts(
    {
        "open_market": _l("In the open labour market"),
        "other_work": _l("In other work"),
        "unemployed": _l("Unemployed"),
        "long_term_unemployed": _l("Long-term unemployed"),
        "outside": _l("Outside working life"),
        "in_education": _l("In education"),
        "sex_woman": _l("Woman"),
        "sex_man": _l("Man"),
        "sex_other": _l("Other"),
        "sex_undisclosed": _l("Not told"),
        "education_basic": _l("Basic education"),
        "education_upper_secondary": _l("Upper secondary education"),
        "education_post_secondary": _l("Post-secondary education"),
        "education_higher": _l("Higher education"),
        "referral_adviser": _l("Adviser of the employment office"),
        "referral_self": _l("The person's own application"),
        "referral_employer": _l("Employer"),
        "referral_provider": _l("Provider"),
        "referral_other": _l("Elsewhere"),
        "ending_completed": _l("Completed the training"),
        "ending_work": _l("Left early for work"),
        "ending_studies": _l("Left early for studies"),
        "ending_interrupted": _l("Interrupted"),
        "decision_selected": _l("Selected"),
        "decision_rejected": _l("Not selected"),
        "decision_instead": _l("Something else first"),
    }
)

REFERRALS = ("adviser", "self", "employer", "provider", "other")
ENDINGS = ("completed", "work", "studies", "interrupted")


def _texts(kind: str, values: Iterable[str]) -> list[tuple[str, str]]:
    return [(str(value), status_text(f"{kind}{value}")) for value in values]


def not_ahead(today: date) -> Any:
    """A validator: the day has come. A case file may know it ahead; a page may not."""

    def check(_form: Any, field: Field) -> None:
        if field.data is not None and not field.errors and field.data > today:
            raise StopValidation(_("The day cannot be in the future."))

    return check


class ApplicationForm(PortalForm):
    """Whom the office refers. Sent twice, it refers once: the key drawn for it is then there."""

    once = OnceField()
    name = TextField(
        _l("Name shown"),
        [required(), at_most_characters(LONGEST_LINE)],
        description=_l("As the trainers are to see it."),
    )
    external_key = TextField(
        _l("Your office's key of the person"),
        [optional(), at_most_characters(LONGEST_LINE)],
        description=_l(
            "The key in your own system, never a personal identity code. Without one the portal"
            " draws one."
        ),
    )
    birth_year = YearField(
        _l("Year of birth"),
        [required(), within(FIRST_YEAR, LAST_YEAR)],
    )
    sex = RadioField(_l("Sex"), [required()], choices=lambda: _texts("sex_", Sex))
    education = RadioField(
        _l("Highest education"), [required()], choices=lambda: _texts("education_", Education)
    )
    status = RadioField(_l("Status now"), [required()], choices=lambda: _texts("", Status))
    referral_source = RadioField(
        _l("Where the referral came from"),
        [optional()],
        choices=lambda: _texts("referral_", REFERRALS),
    )


def _judgements() -> list[tuple[str, str]]:
    words = (_("0, none"), _("1, some"), _("2, clear"), _("3, great"))
    return [(str(points), words[points]) for points in range(MOST_JUDGED + 1)]


class InterviewForm(PortalForm):
    """What the interview showed, and who else took part."""

    need = RadioField(_l("Need for the training"), [required()], choices=_judgements)
    urgency = RadioField(_l("Urgency"), [required()], choices=_judgements)
    suitability = RadioField(_l("Suitability for the training"), [required()], choices=_judgements)
    note = LongTextField(
        _l("Note"),
        [optional(), at_most_characters(LONGEST_NOTE)],
        description=NOTHING_SENSITIVE,
    )
    with_ = ChecksField(_l("Who else took part"), [optional()])

    def judged(self) -> dict[str, int]:
        """The three judgements."""
        return {name: int(self[name].data) for name in ("need", "urgency", "suitability")}


class DecisionForm(PortalForm):
    """Who is decided on, how, why, and who decides."""

    enrolments = ChecksField(_l("Who is decided on"), [required(_l("Choose at least one person."))])
    outcome = RadioField(_l("Decision"), [required()], choices=lambda: _texts("decision_", Outcome))
    reason = LongTextField(
        _l("Reason"),
        [optional(), at_most_characters(LONGEST_NOTE)],
        description=_l(
            "Needed unless the person is selected. Write nothing about health, diagnoses, benefits"
            " or a personal identity code. They are not needed here."
        ),
    )
    instead = TextField(
        _l("What comes first"),
        [optional(), at_most_characters(LONGEST_LINE)],
        description=_l("What the person is guided to before this training."),
    )
    with_ = ChecksField(
        _l("Who else decides"),
        [optional()],
        description=_l(
            "A trainer of the provider must have been at each person's interview, or decide with"
            " you."
        ),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Something else first must be named."""
        fine = bool(super().validate(extra_validators))
        if self.outcome.data == Outcome.INSTEAD and not self.instead.data:
            self.instead.errors = [_("Fill in this field.")]
            return False
        return fine


class StartForm(PortalForm):
    """Who starts, on which day."""

    enrolments = ChecksField(_l("Who starts"), [required(_l("Choose at least one person."))])
    on = DayField(_l("Day of the start"), [required()])


class EndForm(PortalForm):
    """How the training ended for a person."""

    ending = RadioField(
        _l("How it ended"), [required()], choices=lambda: _texts("ending_", ENDINGS)
    )
    day = DayField(_l("Last day"), [required()])
    status = RadioField(_l("Status at the end"), [required()], choices=lambda: _texts("", Status))
    units = WholeField(
        _l("Qualification units completed"),
        [optional(), within(0, MOST_UNITS)],
        description=_l("For somebody who completed the training. Empty is none."),
    )
    qualifications = WholeField(
        _l("Qualifications completed"),
        [optional(), within(0, MOST_UNITS)],
        description=_l("For somebody who completed the training. Empty is none."),
    )
    reason = TextField(
        _l("Reason of the interruption"),
        [optional(), at_most_characters(LONGEST_LINE)],
        description=_l(
            "Needed only for an interruption. Write nothing about health, diagnoses, benefits or a"
            " personal identity code. They are not needed here."
        ),
    )

    @property
    def left_to(self) -> LeftTo | None:
        """What the person left early for."""
        ending = self.ending.data
        return LeftTo(ending) if ending in list(LeftTo) else None


class FollowUpForm(PortalForm):
    """The status so many months after the end."""

    months = RadioField(_l("When"), [required()])
    status = RadioField(_l("Status then"), [required()], choices=lambda: _texts("", Status))


class TransferForm(PortalForm):
    """To which training, from which day, and why."""

    to = ChoiceField(_l("To which training"), [required()])
    on = DayField(_l("Last day in this training"), [required()])
    reason = TextField(
        _l("Reason"),
        [required(_l("Give a reason.")), at_most_characters(LONGEST_LINE)],
        description=NOTHING_SENSITIVE,
    )


class BackgroundForm(PortalForm):
    """How many of those who started belong to which group."""

    immigrants = WholeField(_l("Immigrants"), [required(), within(0)])
    minorities = WholeField(_l("Members of minorities"), [required(), within(0)])
    disabled = WholeField(_l("People with disabilities"), [required(), within(0)])
    other_disadvantaged = WholeField(
        _l("Others in a disadvantaged position"), [required(), within(0)]
    )


class CoachForm(PortalForm):
    """Which coach is named."""

    coach = ChoiceField(
        _l("Coach"),
        [required()],
        description=_l("A coach of any provider, who sees and records in this training alone."),
    )


class SponsorForm(PortalForm):
    """Which course sponsor is named."""

    sponsor = ChoiceField(_l("Course sponsor"), [required()])


def with_people(field: Any, people: Sequence[Choice]) -> None:
    """Put people to choose from on a field: each with where they belong, or how they stand."""
    language = current_language()

    def text(one: Choice) -> str:
        if one.organisation:
            return f"{one.name}, {name_in(one.organisation, language)}"
        return f"{one.name} ({status_text(one.state).lower()})" if one.state else one.name

    listed = [(one.key, text(one)) for one in people]
    is_list = isinstance(field, ChoiceField)
    field.choices = choices(listed, empty=_("Choose one")) if is_list else listed


def with_months(form: FollowUpForm, months: Sequence[int]) -> None:
    """Offer the months whose day has come."""
    form.months.choices = [
        (
            str(count),
            ngettext("%(num)s month after the end", "%(num)s months after the end", count),
        )
        for count in months
    ]
