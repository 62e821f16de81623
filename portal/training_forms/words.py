"""The words for every stop and every rule of a form: a table each, from its name to a sentence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.language import formats
from portal.shared.errors import RuleBroken
from portal.shared.names import name_in
from portal.training_forms.rules import DayKind, Said, Stop, load_forms, paid_kinds
from portal.web.filters import add_status_texts, status_text
from portal.web.language import current_language
from portal.web.unit import services

STOPS: dict[str, Any] = {
    "workplaces_unconfirmed": _l(
        "%(confirmed)s workplaces have been confirmed for %(places)s places. Find and confirm the"
        " others first."
    ),
    "workdays_beyond_rhythm": _l(
        "%(workdays)s days are more than the week of this form gives for so many places in this"
        " time: at most %(most)s."
    ),
    "rhythm_differs": _l(
        "A week of this form has %(work_days)s days of work and %(training_days)s of training. The"
        " plan has others."
    ),
    "shares_differ": _l(
        "In this form %(work)s %% is learned on the job and %(theory)s %% is theory. The plan has"
        " %(planned)s %% on the job."
    ),
    "too_long": _l("A training of this form lasts at most %(months)s months."),
    "group_size_differs": _l(
        "This form is for groups of %(people)s. %(places)s places do not make whole groups."
    ),
    "must_be_named": _l("Not named yet: %(roles)s."),
    "one_must_be_named": _l("Not named yet, and one is enough: %(roles)s."),
    "not_together": _l("In this form all start together. The others started on %(first)s."),
    "billing_differs": _l(
        "The lot's price model does not suit this form: %(model)s. Suitable are: %(models)s."
    ),
    "units_too_few": _l("This form is for at least so many qualification units: %(least)s."),
    "units_too_many": _l("This form is for at most so many qualification units: %(most)s."),
    "portfolio_review_due": _l("The portfolio was to be reviewed by %(due)s."),
    "joint_review_missing": _l("The joint review was to be held by %(last)s."),
    "joint_review_outside": _l("The joint review belongs between %(first)s and %(last)s."),
    "starts_after_subsidy": _l(
        "The wage subsidy begins on %(begins)s. In this form the training begins before it."
    ),
    "outlasts_subsidy": _l(
        "The training goes on after the wage subsidy, which ends on %(ends)s. This form does not."
    ),
    "subsidy_long": _l(
        "The wage subsidy is longer than the %(months)s months of this form. Check what its"
        " decision says."
    ),
    "closing_missing": _l(
        "The closing assessment by the participant, the provider and the employer is missing."
    ),
    "search_day_missing": _l(
        "Agree on the day after which the provider's staff look for the workplace."
    ),
    "search_day_outside": _l(
        "The day after which the workplace is looked for is outside the training."
    ),
    "form_not_in_force": _l("This form of training is not in use on %(day)s."),
    "legal_basis_missing": _l("No legal basis of this form is known for %(day)s."),
    "funding_missing": _l("No funding of this form is known for %(day)s."),
    "field_outside_lot": _l("The lot does not have this field: %(chosen)s. It has: %(fields)s."),
    "plan_missing": _l("The participant does not have this yet: %(plan)s."),
}

RULES: dict[str, Any] = {
    "workplaces_confirmed": _l(
        "As many workplaces are found and confirmed as there are places, before the training is"
        " called off."
    ),
    "rhythm": _l("A week has %(work_days)s days of work and %(training_days)s of training."),
    "rhythm_after_full_weeks": _l(
        "First %(full_weeks)s weeks of training alone. Then a week has %(work_days)s days of work"
        " and %(training_days)s of training."
    ),
    "shares": _l(
        "%(work)s %% is learned on the job and %(theory)s %% is theory. A plan may be off by"
        " %(tolerance)s percentage points."
    ),
    "longest": _l("The training lasts at most %(months)s months."),
    "group": _l("The training is for groups of %(people)s."),
    "group_or_single": _l("The training is for groups of %(people)s, or for single places."),
    "named_by_call_off": _l("Named by the call-off: %(roles)s."),
    "named_by_start": _l("Named by the start: %(roles)s."),
    "named_by_plan": _l("Named in the personal plan: %(roles)s."),
    "one_named_by_call_off": _l("One of these is named by the call-off: %(roles)s."),
    "one_named_by_start": _l("One of these is named by the start: %(roles)s."),
    "one_named_by_plan": _l("One of these is named in the personal plan: %(roles)s."),
    "entry_together": _l("All start and end together."),
    "entry_continuous": _l("People may start on any day."),
    "billing": _l("Suitable price models: %(models)s."),
    "units": _l("The aim is from %(least)s to %(most)s qualification units."),
    "units_exactly": _l("Number of qualification units aimed at: %(most)s."),
    "units_at_least": _l("Number of qualification units aimed at: at least %(least)s."),
    "portfolio_review": _l("A coach's portfolio of clients is reviewed every %(months)s months."),
    "joint_review": _l(
        "The training is reviewed together with the participant from %(from_months)s to"
        " %(to_months)s months after the start."
    ),
    "wage_subsidy_not_after_not_outlast": _l(
        "The wage subsidy lasts at most %(months)s months. The training begins before it and does"
        " not go on after it."
    ),
    "wage_subsidy_not_after_outlast": _l(
        "The wage subsidy lasts at most %(months)s months. The training begins before it and may go"
        " on after it."
    ),
    "wage_subsidy_after_not_outlast": _l(
        "The wage subsidy lasts at most %(months)s months. The training may begin after it has"
        " begun, and does not go on after it."
    ),
    "wage_subsidy_after_outlast": _l(
        "The wage subsidy lasts at most %(months)s months. The training may begin after it has"
        " begun, and go on after it."
    ),
    "closing_assessment": _l(
        "At the end the participant, the provider and the employer assess together."
    ),
    "workplace_search": _l(
        "A day is agreed after which the provider's staff look for the workplace."
    ),
    "counted_apart": _l(
        "Coaching offered, accepted and used is counted each by itself. Not using it is no fault."
    ),
    "early_exit_paid": _l(
        "Where the training is billed by period, an early exit to work or studies costs the"
        " provider nothing."
    ),
}

DAYS: dict[str, Any] = {
    "training": _l("day of training"),
    "on_the_job_learning": _l("day of learning on the job"),
    "subsidised_work": _l("day of wage-subsidised work"),
    "coaching": _l("day of coaching"),
}

_CODES = {"model", "models", "roles"}

add_status_texts(
    {
        "workplace_instructor": _l("Workplace instructor"),
        "job_coach": _l("Job coach"),
        "training_coach": _l("Training coach"),
        "contact_person": _l("Contact person"),
    }
)


def stop_text(stop: Stop) -> str:
    """What a rule found, in the reader's language."""
    return _filled(STOPS[stop.rule], stop.params)


def said_text(said: Said) -> str:
    """A rule of a form, in the reader's language."""
    return _filled(RULES[said.name], said.params)


def day_text(kind: str) -> str:
    """A kind of day, in the reader's language."""
    return str(DAYS[kind])


def refusal_of(broken: RuleBroken) -> str | None:
    """The sentence of a stop that refused, for whoever words refusals; None for other rules."""
    text = STOPS.get(broken.rule)
    try:
        return None if text is None else _filled(text, broken.facts)
    except KeyError:
        # The rule is also known by its bare name, without the values that this sentence shows.
        return None


def _filled(text: Any, params: Mapping[str, Any]) -> str:
    return str(text) % {name: _shown(name, value) for name, value in params.items()}


def _shown(name: str, value: Any) -> str:
    shown: Callable[[Any], str] = _coded if name in _CODES else _plain
    return ", ".join(shown(one) for one in value) if isinstance(value, list) else shown(value)


def _coded(value: Any) -> str:
    return status_text(str(value)).lower()


def _plain(value: Any) -> str:
    language = current_language()
    if isinstance(value, Decimal | int):
        return formats.number(value, language)
    if isinstance(value, date):
        return formats.day(value, language)
    return name_in(value, language) if isinstance(value, Mapping) else str(value)


def form_text(key: str) -> str:
    """What a form is called in the reader's language; its key where it is there no longer."""
    known = load_forms(services().settings.training_forms).get(key)
    return key if known is None else name_in(known.name, current_language())


def paid_text(key: str) -> str:
    """Which days of a form are paid for, and which of its days are not; nothing if it is gone."""
    form = load_forms(services().settings.training_forms).get(key)
    if form is None:
        return ""
    paid = paid_kinds(form)
    others = {day for phase in form.phases for day in phase.days} - paid
    told: str = _("Paid for: %(days)s.", days=_days(paid))
    if not others:
        return told
    untold: str = _("Not paid for: %(days)s.", days=_days(others))
    return f"{told} {untold}"


def _days(kinds: Collection[DayKind]) -> str:
    return ", ".join(day_text(kind) for kind in DayKind if kind in kinds)
