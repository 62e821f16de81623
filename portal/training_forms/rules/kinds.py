"""One function for each kind of rule: what it finds to say of a call-off, a start or a plan.

A finding is the name of a stop and the values that its sentence in ``words`` shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portal.shared.clock import months_later
from portal.training_forms.rules.facts import CallOffFacts, Facts, PlanFacts, StartFacts
from portal.training_forms.shape import DayKind, Rule, Source, TrainingForm

Finding = tuple[str, dict[str, Any]]
Look = Callable[[TrainingForm, Rule, Facts], Iterator[Finding]]

KINDS: dict[str, Look] = {}
"""The registry: a kind's name, as files give it, and the function that knows it."""

STANDING = tuple(
    Rule(kind, {}, Source(proposal=True)) for kind in ("in_force", "field_of_lot", "personal_plan")
)
"""The rules of every form, which no file names."""

_DAYS_OF_WEEK = 5


def _kind(look: Look) -> Look:
    KINDS[look.__name__] = look
    return look


@_kind
def workplaces_confirmed(_form: TrainingForm, _rule: Rule, facts: Facts) -> Iterator[Finding]:
    """As many workplaces are confirmed as there are places."""
    if isinstance(facts, CallOffFacts) and facts.workplaces_confirmed < facts.places:
        yield (
            "workplaces_unconfirmed",
            {"confirmed": facts.workplaces_confirmed, "places": facts.places},
        )


@_kind
def rhythm(form: TrainingForm, rule: Rule, facts: Facts) -> Iterator[Finding]:
    """A week of so many days of work and of training; the amount called off follows from it."""
    work, training = Decimal(rule.values["work_days"]), Decimal(rule.values["training_days"])
    if isinstance(facts, PlanFacts):
        planned = (facts.work_days, facts.training_days)
        if None not in planned and planned != (work, training):
            yield "rhythm_differs", {"work_days": work, "training_days": training}
    if not isinstance(facts, CallOffFacts) or facts.unit != "student_workday":
        return
    weeks = _weeks(facts)
    if weeks is None or form.paid_days != {DayKind.TRAINING}:
        return
    full = min(weeks, rule.values.get("full_weeks", 0))
    most = facts.places * (full * _DAYS_OF_WEEK + (weeks - full) * training)
    if facts.workdays > most:
        yield "workdays_beyond_rhythm", {"workdays": facts.workdays, "most": most}


def _weeks(facts: CallOffFacts) -> int | None:
    """The weeks of a call-off, one begun counted whole."""
    starts = facts.starts or facts.on
    if facts.ends is not None:
        ends = facts.ends
    elif facts.months is not None:
        ends = months_later(starts, facts.months) - timedelta(days=1)
    else:
        return None
    return max(0, -(-((ends - starts).days + 1) // 7))


@_kind
def shares(_form: TrainingForm, rule: Rule, facts: Facts) -> Iterator[Finding]:
    """So much is learned on the job, the rest is theory."""
    if not isinstance(facts, PlanFacts) or facts.work_share is None:
        return
    work, theory, planned = rule.values["work"], rule.values["theory"], facts.work_share
    if abs(planned - work) > rule.values["tolerance"]:
        yield (
            "shares_differ",
            {"planned": planned * 100, "work": work * 100, "theory": theory * 100},
        )


@_kind
def longest(_form: TrainingForm, rule: Rule, facts: Facts) -> Iterator[Finding]:
    """At most so many months."""
    most = rule.values["months"]
    too_long = isinstance(facts, CallOffFacts) and facts.months is not None and facts.months > most
    if facts.starts is not None and facts.ends is not None:
        too_long = too_long or facts.ends > months_later(facts.starts, most)
    if too_long:
        yield "too_long", {"months": most}


@_kind
def group(_form: TrainingForm, rule: Rule, facts: Facts) -> Iterator[Finding]:
    """Groups of so many or, where the form has them, single places."""
    if not isinstance(facts, CallOffFacts):
        return
    single = rule.values["single"] and facts.places == 1
    if not single and facts.places % rule.values["people"]:
        yield "group_size_differs", {"places": facts.places, "people": rule.values["people"]}


@_kind
def named(_form: TrainingForm, rule: Rule, facts: Facts) -> Iterator[Finding]:
    """Somebody is named by then for each of these roles or, where one is enough, for any."""
    moment = {CallOffFacts: "call_off", StartFacts: "start", PlanFacts: "plan"}[type(facts)]
    if moment != rule.values["by"]:
        return
    roles = rule.values["roles"]
    missing = [role for role in roles if role not in facts.named]
    if not rule.values.get("one_enough"):
        if missing:
            yield "must_be_named", {"roles": missing}
    elif missing == roles:
        yield "one_must_be_named", {"roles": missing}


@_kind
def entry(_form: TrainingForm, rule: Rule, facts: Facts) -> Iterator[Finding]:
    """All start together; where entry is continuous, anybody may start any day."""
    if not isinstance(facts, StartFacts) or rule.values["how"] != "together":
        return
    if facts.first_started not in (None, facts.starts):
        yield "not_together", {"first": facts.first_started}


@_kind
def billing(_form: TrainingForm, rule: Rule, facts: Facts) -> Iterator[Finding]:
    """The lot's price model is one that fits the form."""
    if not isinstance(facts, CallOffFacts) or facts.price_model is None:
        return
    if facts.price_model not in rule.values["models"]:
        yield "billing_differs", {"model": facts.price_model, "models": rule.values["models"]}


@_kind
def units(_form: TrainingForm, rule: Rule, facts: Facts) -> Iterator[Finding]:
    """A training is for so many qualification units."""
    if isinstance(facts, StartFacts) or facts.units is None:
        return
    least, most = rule.values["least"], rule.values.get("most")
    if facts.units < least:
        yield "units_too_few", {"least": least}
    elif most is not None and facts.units > most:
        yield "units_too_many", {"most": most}


@_kind
def portfolio_review(_form: TrainingForm, rule: Rule, facts: Facts) -> Iterator[Finding]:
    """A coach's portfolio is reviewed every so many months."""
    if not isinstance(facts, PlanFacts):
        return
    last = facts.last_portfolio_review or facts.starts
    if last is not None and facts.on > months_later(last, rule.values["months"]):
        yield "portfolio_review_due", {"due": months_later(last, rule.values["months"])}


@_kind
def joint_review(_form: TrainingForm, rule: Rule, facts: Facts) -> Iterator[Finding]:
    """The participant's situation is reviewed together so many months after the start."""
    if not isinstance(facts, PlanFacts) or facts.starts is None:
        return
    first, last = (
        months_later(facts.starts, rule.values[name]) for name in ("from_months", "to_months")
    )
    if facts.ends is not None and facts.ends < first:
        return
    if facts.joint_review_on is None:
        if facts.on > last:
            yield "joint_review_missing", {"last": last}
    elif not first <= facts.joint_review_on <= last:
        yield "joint_review_outside", {"first": first, "last": last}


@_kind
def wage_subsidy(_form: TrainingForm, rule: Rule, facts: Facts) -> Iterator[Finding]:
    """How the training and the wage subsidy follow each other."""
    if isinstance(facts, StartFacts) or facts.starts is None:
        return
    begins, ends = facts.subsidy_starts, facts.subsidy_ends
    if begins is not None and facts.starts > begins and not rule.values["may_start_after"]:
        yield "starts_after_subsidy", {"begins": begins}
    outlasts = ends is not None and facts.ends is not None and facts.ends > ends
    if outlasts and not rule.values["may_outlast"]:
        yield "outlasts_subsidy", {"ends": ends}
    if begins is not None and ends is not None and ends > months_later(begins, _months(rule)):
        yield "subsidy_long", {"months": _months(rule)}


def _months(rule: Rule) -> int:
    return int(rule.values["months"])


@_kind
def closing_assessment(_form: TrainingForm, _rule: Rule, facts: Facts) -> Iterator[Finding]:
    """Learner, school and employer assess together at the end."""
    if not isinstance(facts, PlanFacts) or facts.ends is None:
        return
    if facts.on > facts.ends and facts.closing_on is None:
        yield "closing_missing", {}


@_kind
def workplace_search(_form: TrainingForm, _rule: Rule, facts: Facts) -> Iterator[Finding]:
    """A day is agreed after which the provider's staff look for the workplace."""
    if not isinstance(facts, PlanFacts) or facts.starts is None:
        return
    day = facts.workplace_search_from
    if day is None:
        yield "search_day_missing", {}
    elif day < facts.starts or (facts.ends is not None and day > facts.ends):
        yield "search_day_outside", {}


@_kind
def counted_apart(_form: TrainingForm, _rule: Rule, _facts: Facts) -> Iterator[Finding]:
    """Offered, accepted and used are different numbers: said to whoever counts, stops nobody."""
    yield from ()


@_kind
def early_exit_paid(_form: TrainingForm, _rule: Rule, _facts: Facts) -> Iterator[Finding]:
    """An early exit costs the provider nothing: said to whoever bills, stops nobody."""
    yield from ()


@_kind
def in_force(form: TrainingForm, _rule: Rule, facts: Facts) -> Iterator[Finding]:
    """The form and a legal basis and a funding for it are in force on the day."""
    if isinstance(facts, PlanFacts):
        return
    day: date = facts.starts or facts.on
    if not form.in_force(day):
        yield "form_not_in_force", {"day": day}
    if not form.legal_on(day):
        yield "legal_basis_missing", {"day": day}
    if not form.funding_on(day):
        yield "funding_missing", {"day": day}


@_kind
def field_of_lot(_form: TrainingForm, _rule: Rule, facts: Facts) -> Iterator[Finding]:
    """The field is one of the lot's."""
    if not isinstance(facts, CallOffFacts) or not facts.field or not facts.lot_fields:
        return
    if facts.field.casefold() not in {field.casefold() for field in facts.lot_fields}:
        yield "field_outside_lot", {"chosen": facts.field, "fields": list(facts.lot_fields)}


@_kind
def personal_plan(form: TrainingForm, _rule: Rule, facts: Facts) -> Iterator[Finding]:
    """Whoever is in a training of a form that has a plan has one."""
    if not isinstance(facts, PlanFacts) or facts.has_plan:
        return
    plan = form.plan_on(facts.starts or facts.on)
    if plan is not None:
        yield "plan_missing", {"plan": plan.name}
