"""What an earlier call becomes when it is copied."""

from __future__ import annotations

from portal.criteria.bank import bank
from portal.criteria.rules import CriteriaSet, Use
from portal.procurement.copies import copied
from portal.procurement.rules import CallTerms


def copy_of(call: CallTerms, reference: str) -> CallTerms:
    """The terms of a new draft: each criterion of the bank in its newest version for an award.

    A call that follows a set follows its newest version, if the call has all the criteria of
    that; else it stays with the version that it followed.
    """
    versions = {
        criterion.key: bank().newest_for(criterion.key, Use.AWARD).version
        for criterion in call.criteria
        if criterion.question is None
    }
    followed = _followed(call)
    if followed is not None:
        versions |= {entry.criterion.key: entry.criterion.version for entry in followed.criteria}
    return copied(
        call,
        reference,
        versions=versions,
        criteria_set=None if followed is None else followed.reference,
    )


def _followed(call: CallTerms) -> CriteriaSet | None:
    if call.criteria_set is None:
        return None
    there = bank().set_named(call.criteria_set)
    newest = bank().criteria_set(there.key)
    chosen = {criterion.key for criterion in call.criteria if criterion.question is None}
    complete = newest.use is Use.AWARD and all(
        entry.criterion.key in chosen for entry in newest.criteria
    )
    return newest if complete else there
