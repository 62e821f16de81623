"""How far a draft is, and one part of it put in the place of another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from itertools import count

from portal.procurement.rules.call import (
    CallTerms,
    CriterionTerms,
    LotTerms,
    OptionTerms,
    RequirementTerms,
)
from portal.procurement.rules.publishing import missing_from_call, weights_total


class Progress(StrEnum):
    """How far a part of a draft is."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"


def progress_of(call: CallTerms, at: datetime) -> dict[str, Progress]:
    """How far the parts of a draft are, in the order in which they are worked on."""
    missing = set(missing_from_call(call, at))
    dates = (call.questions_due, call.offers_due, call.contract_start, call.contract_end)
    begun = call.criteria or call.price_weight is not None
    return {
        "facts": _progress(True, "title" not in missing),
        "deadlines": _progress(
            any(dates), not missing & {"questions_due", "offers_due", "contract_period"}
        ),
        "lots": _progress(bool(call.lots), not missing & {"lots", "comparison"}),
        "criteria": _progress(bool(begun), bool(call.criteria) and weights_total(call) == 100),
    }


def _progress(begun: bool, complete: bool) -> Progress:
    if not begun:
        return Progress.NOT_STARTED
    return Progress.DONE if complete else Progress.UNDER_WAY


def free_key(stem: str, taken: Iterable[str]) -> str:
    """The first of stem-1, stem-2, … that is not taken."""
    used = set(taken)
    return next(key for n in count(1) if (key := f"{stem}-{n}") not in used)


def with_lot(call: CallTerms, lot: LotTerms) -> CallTerms:
    """The call with the lot in the place of the one with its key, or as its last."""
    lots = {one.key: one for one in call.lots} | {lot.key: lot}
    return replace(call, lots=tuple(lots.values()))


def without_lot(call: CallTerms, key: str) -> CallTerms:
    """The call without that lot."""
    return replace(call, lots=tuple(lot for lot in call.lots if lot.key != key))


def with_option(lot: LotTerms, option: OptionTerms) -> LotTerms:
    """The lot with the option in the place of the one with its key, or as its last."""
    options = {one.key: one for one in lot.options} | {option.key: option}
    return replace(lot, options=tuple(options.values()))


def with_requirement(call: CallTerms, requirement: RequirementTerms) -> CallTerms:
    """The call with the requirement in the place of the one with its key, or as its last."""
    requirements = {one.key: one for one in call.requirements} | {requirement.key: requirement}
    return replace(call, requirements=tuple(requirements.values()))


def without_requirement(call: CallTerms, key: str) -> CallTerms:
    """The call without that requirement."""
    return replace(call, requirements=tuple(one for one in call.requirements if one.key != key))


def with_criterion(call: CallTerms, criterion: CriterionTerms) -> CallTerms:
    """The call with the criterion in the place of the one with its key, or as its last."""
    criteria = {one.key: one for one in call.criteria} | {criterion.key: criterion}
    return replace(call, criteria=tuple(criteria.values()))


def without_criterion(call: CallTerms, key: str) -> CallTerms:
    """The call without that criterion."""
    return replace(call, criteria=tuple(one for one in call.criteria if one.key != key))


def without_option(lot: LotTerms, key: str) -> LotTerms:
    """The lot without that option."""
    return replace(lot, options=tuple(option for option in lot.options if option.key != key))
