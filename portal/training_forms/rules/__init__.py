"""The rules of forms of training: what stops or warns, when; and which days are paid for.

A form is data (``portal/training_forms/forms``); a kind of rule is one function (``kinds``). A rule
refuses only where the form's file says ``refuse: true``; everything else is a warning in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from portal.shared.clock import months_later
from portal.shared.errors import RuleBroken
from portal.training_forms.bank import (
    FORM_KEYS,
    BadForms,
    field_named,
    form,
    load_fields,
    load_forms,
)
from portal.training_forms.rules.facts import CallOffFacts, Facts, PlanFacts, StartFacts
from portal.training_forms.rules.kinds import KINDS, STANDING
from portal.training_forms.shape import DayKind, Field, Rule, Source, TrainingForm

__all__ = [
    "FORM_KEYS",
    "BadForms",
    "CallOffFacts",
    "DayKind",
    "Field",
    "PlanFacts",
    "Said",
    "StartFacts",
    "Stop",
    "TrainingForm",
    "called_off",
    "field_named",
    "form",
    "in_words",
    "joint_review_window",
    "load_fields",
    "load_forms",
    "paid_for",
    "paid_kinds",
    "planned",
    "portfolio_review_due",
    "require_allowed",
    "sentence_of",
    "started",
]

_TO_BE_KNOWN = {"counted_apart", "early_exit_paid", "entry_continuous"}

Severity = Literal["refused", "warning"]


@dataclass(frozen=True)
class Stop:
    """What a rule found: its name, whether it refuses the act, and the values that it shows."""

    rule: str
    severity: Severity
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def refuses(self) -> bool:
        """Whether the act is refused."""
        return self.severity == "refused"


@dataclass(frozen=True)
class Said:
    """A rule of a form as a page shows it: its sentence's name and values, and where it is from.

    ``watched``: the portal can find it broken; else it is there to be known.
    """

    name: str
    params: Mapping[str, Any]
    source: Source
    refuse: bool
    confirm: bool
    watched: bool


def called_off(form: TrainingForm, facts: CallOffFacts) -> list[Stop]:
    """What stops or warns whoever calls off a training of this form, in the order of its rules."""
    return _stops(form, facts)


def started(form: TrainingForm, facts: StartFacts) -> list[Stop]:
    """What stops or warns whoever lets people start."""
    return _stops(form, facts)


def planned(form: TrainingForm, facts: PlanFacts) -> list[Stop]:
    """What stops or warns whoever makes or follows one person's plan."""
    return _stops(form, facts)


def _stops(form: TrainingForm, facts: Facts) -> list[Stop]:
    return [
        Stop(name, "refused" if rule.refuse else "warning", params)
        for rule in (*form.rules, *STANDING)
        for name, params in KINDS[rule.kind](form, rule, facts)
    ]


def require_allowed(stops: Iterable[Stop]) -> None:
    """Refuses by the first stop that refuses; warnings let the act through. Raises RuleBroken."""
    for stop in stops:
        if stop.refuses:
            raise RuleBroken(stop.rule, **stop.params)


def in_words(form: TrainingForm) -> list[Said]:
    """Each rule of the form, in its order; ``words.said_text`` makes the sentence."""
    return [
        Said(
            name := sentence_of(rule),
            _values(rule),
            rule.source,
            rule.refuse,
            rule.confirm,
            watched=name not in _TO_BE_KNOWN,
        )
        for rule in form.rules
    ]


def _values(rule: Rule) -> dict[str, Any]:
    """The rule's values as a sentence shows them: shares in percent."""
    if rule.kind == "shares":
        return {name: share * 100 for name, share in rule.values.items()}
    return dict(rule.values)


def sentence_of(rule: Rule) -> str:
    """The name of the sentence: the kind, and where a kind says different things, which."""
    values = rule.values
    match rule.kind:
        case "group":
            return "group_or_single" if values["single"] else "group"
        case "entry":
            return f"entry_{values['how']}"
        case "named":
            some = "one_named" if values.get("one_enough") else "named"
            return f"{some}_by_{values['by']}"
        case "units" if "most" not in values:
            return "units_at_least"
        case "units" if values["least"] == values["most"]:
            return "units_exactly"
        case "rhythm" if "full_weeks" in values:
            return "rhythm_after_full_weeks"
        case "wage_subsidy":
            after = "after" if values["may_start_after"] else "not_after"
            outlast = "outlast" if values["may_outlast"] else "not_outlast"
            return f"wage_subsidy_{after}_{outlast}"
        case kind:
            return kind


def paid_kinds(form: TrainingForm, phase: str | None = None) -> frozenset[DayKind]:
    """The kinds of day that the buyer pays for, in one phase or in the whole form.

    Raises KeyError for a phase that the form does not have.
    """
    if phase is None:
        return form.paid_days
    found = form.phase(phase)
    if found is None:
        raise KeyError(phase)
    return form.paid_days & frozenset(found.days)


def paid_for(form: TrainingForm, phase: str | None = None) -> bool:
    """Whether any day of the phase, or of the form, is paid for. Raises KeyError."""
    return bool(paid_kinds(form, phase))


def portfolio_review_due(
    form: TrainingForm, starts: date, reviewed: Iterable[date] = ()
) -> date | None:
    """The last day of the next review of a portfolio; None where the form has no such review.

    It is so many months after the start or the latest review.
    """
    months = form.portfolio_review_months
    return None if months is None else months_later(max([starts, *reviewed]), months)


def joint_review_window(form: TrainingForm, starts: date) -> tuple[date, date] | None:
    """The first and the last day of the joint review; None where the form has none."""
    rule = form.rule("joint_review")
    if rule is None:
        return None
    return (
        months_later(starts, rule.values["from_months"]),
        months_later(starts, rule.values["to_months"]),
    )
