from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from portal.offers.rules import (
    CONTRACTORS_LIABILITY,
    DECLARED_ALWAYS,
    EXCLUSION_GROUNDS,
    Declaration,
    LotPrice,
    OfferContent,
    OfferFile,
    Partner,
    Progress,
    Promise,
    Secret,
    Step,
    progress_of_offer,
    undeclared,
)

LOTS, CRITERIA = ["sea", "river"], ["staff", "own"]
CANNOT, NOT, UNDER_WAY, DONE = (
    Progress.CANNOT_START,
    Progress.NOT_STARTED,
    Progress.UNDER_WAY,
    Progress.DONE,
)
PRICED = OfferContent(lots={"sea": LotPrice(Decimal(58))})
COMPLETE = replace(PRICED, answers={"staff": "Kaksi.", "own": "Heti."})


def steps(content: OfferContent, submitted: bool = False) -> dict[tuple[Step, str], Progress]:
    tasks = progress_of_offer(
        content, lots=LOTS, criteria=CRITERIA, asked=DECLARED_ALWAYS, submitted=submitted
    )
    return {(task.step, task.criterion): task.progress for task in tasks}


def test_an_empty_offer_has_every_step_ahead_and_cannot_be_checked() -> None:
    assert list(steps(OfferContent()).items()) == [
        ((Step.BIDDER, ""), NOT),
        ((Step.DECLARATIONS, ""), NOT),
        ((Step.PRICES, ""), NOT),
        ((Step.ANSWER, "staff"), NOT),
        ((Step.ANSWER, "own"), NOT),
        ((Step.FILES, ""), NOT),
        ((Step.CHECK, ""), CANNOT),
    ]


@pytest.mark.parametrize(
    ("content", "progress"),
    [
        (OfferContent(alone=True), DONE),
        (OfferContent(consortium=(Partner("A", part="Etelä"),)), DONE),
        (OfferContent(subcontractors=(Partner("A", part="Tilat"),)), DONE),
        (OfferContent(consortium=(Partner("A", part="Etelä"), Partner("B"))), UNDER_WAY),
        (OfferContent(subcontractors=(Partner("A", part=" "),)), UNDER_WAY),
    ],
)
def test_the_bidder_is_told_when_everybodys_part_is(
    content: OfferContent, progress: Progress
) -> None:
    assert steps(content)[Step.BIDDER, ""] == progress


@pytest.mark.parametrize(
    ("declared", "left", "progress"),
    [
        ((Declaration(EXCLUSION_GROUNDS, True),), [CONTRACTORS_LIABILITY], UNDER_WAY),
        ((Declaration("something else", True),), list(DECLARED_ALWAYS), NOT),
        (
            (Declaration(EXCLUSION_GROUNDS, False), Declaration(CONTRACTORS_LIABILITY, True)),
            [EXCLUSION_GROUNDS],
            UNDER_WAY,
        ),
        (
            (
                Declaration(EXCLUSION_GROUNDS, False, "Sakko, maksettu."),
                Declaration(CONTRACTORS_LIABILITY, True),
            ),
            [],
            DONE,
        ),
    ],
)
def test_a_no_is_declared_only_with_its_explanation(
    declared: tuple[Declaration, ...], left: list[str], progress: Progress
) -> None:
    content = OfferContent(declarations=declared)
    assert undeclared(content, DECLARED_ALWAYS) == left
    assert steps(content)[Step.DECLARATIONS, ""] == progress


def test_an_answer_is_under_way_while_only_its_promise_or_secret_is_there() -> None:
    promised = OfferContent(promises=(Promise("own", "Heti."),))
    assert steps(promised)[Step.ANSWER, "own"] == UNDER_WAY
    assert steps(promised)[Step.ANSWER, "staff"] == NOT
    secret = OfferContent(secrets=(Secret("staff", "Palkat."),))
    assert steps(secret)[Step.ANSWER, "staff"] == UNDER_WAY
    assert steps(COMPLETE)[Step.ANSWER, "staff"] == DONE


def test_prices_and_files_are_done_when_there_are_any() -> None:
    assert steps(PRICED)[Step.PRICES, ""] == DONE
    file = OfferFile(UUID(int=1), "a.pdf", "application/pdf", 1, "0" * 64)
    assert steps(OfferContent(files=(file,)))[Step.FILES, ""] == DONE


def test_checking_waits_for_what_an_offer_must_have() -> None:
    assert steps(PRICED)[Step.CHECK, ""] == CANNOT
    assert steps(COMPLETE)[Step.CHECK, ""] == NOT
    assert steps(COMPLETE, submitted=True)[Step.CHECK, ""] == DONE
