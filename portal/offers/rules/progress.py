"""How far the writing of an offer is, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.offers.rules.content import OfferContent, missing_from_offer
from portal.offers.rules.secrets import secrets_of

EXCLUSION_GROUNDS = "exclusion_grounds"
CONTRACTORS_LIABILITY = "contractors_liability"
DECLARED_ALWAYS = (EXCLUSION_GROUNDS, CONTRACTORS_LIABILITY)
"""What every bidder is asked, beside the requirements of the call."""


class Step(StrEnum):
    """The steps of writing an offer, in their order.

    ``START`` is no task of its own: it asks what most bidders have to say of the first two.
    """

    START = "start"
    BIDDER = "bidder"
    DECLARATIONS = "declarations"
    PRICES = "prices"
    ANSWER = "answer"
    FILES = "files"
    CHECK = "check"


class Progress(StrEnum):
    """How far a step is."""

    CANNOT_START = "cannot_start"
    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"


@dataclass(frozen=True)
class Task:
    """One step and how far it is; there is one of ``ANSWER`` for each criterion."""

    step: Step
    progress: Progress
    criterion: str = ""


def progress_of_offer(
    content: OfferContent,
    *,
    lots: Sequence[str],
    criteria: Sequence[str],
    asked: Sequence[str],
    submitted: bool,
) -> tuple[Task, ...]:
    """Every step with how far it is.

    ``asked`` are the declarations asked for; ``submitted`` says that this very content is what
    stands as submitted. Checking cannot start while something is missing without which no offer
    is taken; declarations and files are the bidder's own to judge.
    """
    return (
        Task(Step.BIDDER, _bidder(content)),
        Task(Step.DECLARATIONS, _declarations(content, asked)),
        Task(Step.PRICES, _when(bool(content.lots))),
        *(Task(Step.ANSWER, _answer(content, key), key) for key in criteria),
        Task(Step.FILES, _when(bool(content.files))),
        Task(Step.CHECK, _check(content, list(lots), list(criteria), submitted)),
    )


def undeclared(content: OfferContent, asked: Sequence[str]) -> list[str]:
    """What has not been declared: nothing said, or a no without its explanation."""
    said = {one.about for one in content.declarations if one.holds or one.note.strip()}
    return [about for about in asked if about not in said]


def _when(anything: bool) -> Progress:
    return Progress.DONE if anything else Progress.NOT_STARTED


def _bidder(content: OfferContent) -> Progress:
    partners = (*content.consortium, *content.subcontractors)
    if content.alone:
        return Progress.DONE
    if not partners:
        return Progress.NOT_STARTED
    told = all(partner.part.strip() for partner in partners)
    return Progress.DONE if told else Progress.UNDER_WAY


def _declarations(content: OfferContent, asked: Sequence[str]) -> Progress:
    if not undeclared(content, asked):
        return Progress.DONE
    begun = any(one.about in asked for one in content.declarations)
    return Progress.UNDER_WAY if begun else Progress.NOT_STARTED


def _answer(content: OfferContent, key: str) -> Progress:
    if content.answers.get(key, "").strip():
        return Progress.DONE
    promised = any(promise.criterion == key for promise in content.promises)
    return Progress.UNDER_WAY if promised or secrets_of(content, key) else Progress.NOT_STARTED


def _check(
    content: OfferContent, lots: list[str], criteria: list[str], submitted: bool
) -> Progress:
    if missing_from_offer(content, lots, criteria):
        return Progress.CANNOT_START
    return _when(submitted)
