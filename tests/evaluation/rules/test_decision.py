"""Whatever part is taken away from a complete decision, it is found to be missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.evaluation.rules import (
    ComparedFacts,
    DecisionFacts,
    LeftOutFacts,
    LotFacts,
    Missing,
    missing_from_decision,
)
from portal.evaluation.rules.decision import BY_LOT, WHOLE
from portal.legal.decision import MUST_NAME, decision_law, parts_asked
from portal.legal.rules import Regime

ON = date(2026, 2, 6)
CRITERIA = ("service_process", "staff_competence")
TEXTS = st.text(min_size=1, max_size=30).filter(lambda text: bool(text.strip()))


def asked(regime: Regime) -> list[str]:
    """The parts that a decision of the regime must have."""
    return [part.key for part in parts_asked(regime, ON)]


@st.composite
def lots(draw: st.DrawFn, key: str) -> LotFacts:
    """A lot awarded after a comparison, or discontinued."""
    if draw(st.booleans()):
        return LotFacts(lot=key, discontinued=True, reason=draw(TEXTS))
    compared = tuple(
        ComparedFacts(
            provider=f"{key}-{n}",
            rank=n + 1,
            total=Decimal(90 - n),
            reasons={criterion: draw(TEXTS) for criterion in CRITERIA},
        )
        for n in range(draw(st.integers(1, 3)))
    )
    left_out = tuple(
        LeftOutFacts(f"{key}-out-{n}", "unsuitable", draw(TEXTS))
        for n in range(draw(st.integers(0, 2)))
    )
    return LotFacts(
        lot=key,
        offers=tuple(one.provider for one in (*compared, *left_out)),
        winner=compared[0].provider,
        price=Decimal("58.00"),
        reason=draw(TEXTS),
        compared=compared,
        left_out=left_out,
    )


@st.composite
def complete(draw: st.DrawFn) -> DecisionFacts:
    """A decision that lacks nothing in any regime."""
    return DecisionFacts(
        buyer=draw(TEXTS),
        title=draw(TEXTS),
        procedure=draw(TEXTS),
        lots=tuple(draw(lots(f"lot{n}")) for n in range(draw(st.integers(1, 3)))),
        criteria=CRITERIA,
        legal_grounds=tuple(draw(st.lists(TEXTS, min_size=1, max_size=3))),
        standstill_days=14,
        standstill_ends=date(2026, 2, 20),
        first_signing_day=date(2026, 2, 21),
        instructed=frozenset(MUST_NAME),
    )


Taken = tuple[str, Callable[[DecisionFacts], DecisionFacts]]


def ways_to_take_away(facts: DecisionFacts) -> Iterator[Taken]:
    """Every single part of these facts, with how it is taken away."""
    yield "buyer", lambda one: replace(one, buyer="  ")
    yield "object", lambda one: replace(one, title="")
    yield "object", lambda one: replace(one, lots=())
    yield "procedure", lambda one: replace(one, procedure="\n")
    yield "legal_grounds", lambda one: replace(one, legal_grounds=())
    yield "legal_grounds", lambda one: replace(one, legal_grounds=(*one.legal_grounds, " "))
    yield "standstill", lambda one: replace(one, standstill_ends=None)
    yield "standstill", lambda one: replace(one, standstill_days=0)
    yield "contract_time", lambda one: replace(one, first_signing_day=None)
    for part in MUST_NAME:
        yield part, lambda one, part=part: replace(one, instructed=one.instructed - {part})
    for n, lot in enumerate(facts.lots):
        for part, lacking in lots_lacking(lot):
            yield (
                part,
                lambda one, n=n, lacking=lacking: replace(
                    one, lots=(*one.lots[:n], lacking, *one.lots[n + 1 :])
                ),
            )


def lots_lacking(lot: LotFacts) -> Iterator[tuple[str, LotFacts]]:
    """The lot without each of its parts."""
    yield "outcome", replace(lot, winner=None, discontinued=False)
    yield "reason", replace(lot, reason=" ")
    if lot.winner is None:
        return
    yield "winner_and_price", replace(lot, price=None)
    yield "winner_and_price", replace(lot, winner="nobody")
    yield "places_and_points", replace(lot, offers=(*lot.offers, "forgotten"))
    for n, offer in enumerate(lot.compared):
        before, after = lot.compared[:n], lot.compared[n + 1 :]
        for part, lacking in (
            ("places_and_points", replace(offer, rank=None)),
            ("places_and_points", replace(offer, total=None)),
            *(
                ("reasons_per_criterion", replace(offer, reasons={**offer.reasons, key: ""}))
                for key in CRITERIA
            ),
        ):
            yield part, replace(lot, compared=(*before, lacking, *after))
        yield "places_and_points", replace(lot, compared=(*before, *after))
    for n, out in enumerate(lot.left_out):
        before_out, after_out = lot.left_out[:n], lot.left_out[n + 1 :]
        yield (
            "exclusions",
            replace(lot, left_out=(*before_out, replace(out, ground=""), *after_out)),
        )
        yield (
            "exclusions",
            replace(lot, left_out=(*before_out, replace(out, reason=""), *after_out)),
        )
        yield "places_and_points", replace(lot, left_out=(*before_out, *after_out))


@given(complete(), st.sampled_from(Regime))
def test_a_complete_decision_lacks_nothing(facts: DecisionFacts, regime: Regime) -> None:
    assert missing_from_decision(facts, asked(regime)) == []


@given(complete(), st.sampled_from(Regime))
def test_whatever_part_is_taken_away_is_found_to_be_missing(
    facts: DecisionFacts, regime: Regime
) -> None:
    parts = asked(regime)
    for part, take in ways_to_take_away(facts):
        missing = {one.part for one in missing_from_decision(take(facts), parts)}
        assert (part in missing) is (part in parts), (part, missing)


@given(complete())
def test_what_is_missing_of_a_lot_names_the_lot(facts: DecisionFacts) -> None:
    last = facts.lots[-1]
    bare = replace(facts, lots=(*facts.lots[:-1], LotFacts(lot=last.lot)))
    assert missing_from_decision(bare, asked(Regime.ANNEX_E)) == [Missing("outcome", last.lot)]


def test_every_part_of_the_law_is_looked_for_or_said_by_the_instructions() -> None:
    keys = {part.key for part in decision_law().parts}
    assert keys == set(WHOLE) | set(BY_LOT) | set(MUST_NAME)


def test_a_part_that_no_rule_knows_is_missing_and_never_passed_over() -> None:
    facts = DecisionFacts(
        buyer="b",
        title="t",
        procedure="p",
        lots=(),
        criteria=(),
        legal_grounds=("g",),
        standstill_days=14,
        standstill_ends=ON,
        first_signing_day=ON,
    )
    assert missing_from_decision(facts, ["a_new_part"]) == [Missing("a_new_part")]


@pytest.mark.parametrize(
    ("regime", "without"),
    [
        (Regime.NATIONAL, {"standstill"}),
        (Regime.RESERVED, {"standstill"}),
        (
            Regime.BELOW_THRESHOLD,
            {"standstill", "appeal_time", "appeal_contents", "appeal_delivery", "appeal_fee"},
        ),
        (Regime.EU, set()),
        (Regime.ANNEX_E, set()),
    ],
)
def test_each_regime_asks_for_its_own_parts(regime: Regime, without: set[str]) -> None:
    assert {part.key for part in decision_law().parts} - set(asked(regime)) == without
