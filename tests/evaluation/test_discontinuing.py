from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.evaluation import usecases
from portal.evaluation.comparison import compare_lots
from portal.evaluation.models import Award, BidderLetter, Discontinuation
from portal.offers.models import OpenedContent
from portal.offers.usecases import submit_offer
from portal.procurement.models import Procurement
from portal.procurement.rules import State
from tests.cast import Cast
from tests.evaluation.conftest import TERMS, Evaluating, published
from tests.offers.conftest import LOT, OPENS

RIVER_LOT = replace(LOT, key="river", title={"fi": "Jokilaakso"})


@pytest.fixture
def call(database: Database, cast: Cast) -> UUID:
    """Two lots; the example's offers are for the first only."""
    return published(database, cast, replace(TERMS, lots=(*TERMS.lots, RIVER_LOT)))


def discontinue(evaluating: Evaluating, lot: str = "river", reason: str = "Ei tarjouksia.") -> None:
    """The officer discontinues a lot."""
    evaluating.do(usecases.discontinue, evaluating.cast.olli, lot=lot, reason=reason)


def take_back(evaluating: Evaluating, lot: str = "river") -> None:
    """The officer takes the award or the discontinuation of a lot back."""
    evaluating.do(usecases.take_back, evaluating.cast.olli, lot=lot)


def state(evaluating: Evaluating) -> str:
    """The procurement's state."""
    with evaluating.database.reading() as session:
        return session.get_one(Procurement, evaluating.call).state


def test_a_lot_without_offers_is_discontinued_and_decided_on_with_the_others(
    evaluating: Evaluating,
) -> None:
    evaluating.until("awarded")
    evaluating.refused(evaluating.issue, "decision_incomplete")
    discontinue(evaluating)
    decision = evaluating.issue()
    with evaluating.database.reading() as session:
        assert session.scalars(select(Discontinuation)).one().decision_id == decision.id
        assert session.scalars(select(Award)).one().decision_id == decision.id
    evaluating.refused(lambda: discontinue(evaluating), "wrong_state")
    evaluating.refused(lambda: take_back(evaluating), "wrong_state")


def test_a_reason_is_asked_for_and_only_the_officer_discontinues(evaluating: Evaluating) -> None:
    evaluating.until("opened")
    evaluating.refused(lambda: discontinue(evaluating, reason=" "), "reason_missing")
    cast = evaluating.cast
    for person in (cast.paula, cast.eva, cast.roope):
        how = {"lot": "river", "reason": "Syy."}
        evaluating.refused(
            lambda who=person, how=how: evaluating.do(usecases.discontinue, who, **how),
            "not_permitted",
        )


def test_awarding_and_discontinuing_exclude_each_other_until_taken_back(
    evaluating: Evaluating,
) -> None:
    evaluating.until("awarded")
    evaluating.refused(lambda: discontinue(evaluating, "sea"), "wrong_state")
    take_back(evaluating, "sea")
    discontinue(evaluating, "sea")
    evaluating.refused(lambda: discontinue(evaluating, "sea"), "wrong_state")
    evaluating.refused(lambda: evaluating.award(evaluating.cast.river), "wrong_state")
    take_back(evaluating, "sea")
    evaluating.award(evaluating.cast.river)


def test_nothing_is_waited_for_in_a_discontinued_lot(evaluating: Evaluating) -> None:
    evaluating.until("judged")
    discontinue(evaluating, "sea")
    with evaluating.database.reading() as session:
        procurement = session.get_one(Procurement, evaluating.call)
        assert all(lot.quality_complete for lot in compare_lots(session, procurement).values())


def test_a_procurement_discontinued_before_the_opening_is_decided_unopened(
    evaluating: Evaluating,
) -> None:
    evaluating.until("offered")
    cast = evaluating.cast
    discontinue(evaluating, "sea")
    evaluating.declare(cast.paula)
    evaluating.refused(evaluating.issue, "wrong_state")
    discontinue(evaluating, "river")
    decision = evaluating.issue()
    assert state(evaluating) == State.DECIDED
    with evaluating.database.reading() as session:
        assert session.scalars(select(OpenedContent)).all() == []
        letters = session.scalars(select(BidderLetter)).all()
        assert {letter.offer.provider_id for letter in letters} == {cast.river.id, cast.shore.id}
        assert {letter.decision_id for letter in letters} == {decision.id}
    shown = evaluating.do(usecases.look_at_offers, cast.roope)
    assert [offer.provider_id for offer in shown] == [cast.river.id]
    assert evaluating.do(usecases.look_at_offers, cast.paula) == []


def test_no_offer_comes_to_a_call_that_was_discontinued_before_its_deadline(
    evaluating: Evaluating,
) -> None:
    evaluating.until("offered")
    cast = evaluating.cast
    for lot in ("sea", "river"):
        evaluating.do(usecases.discontinue, cast.olli, OPENS, lot=lot, reason="Tarve poistui.")
    evaluating.do(usecases.declare_interests, cast.paula, OPENS, conflicts=[])
    evaluating.issue(at=OPENS + timedelta(hours=1))
    evaluating.refused(
        lambda: evaluating.do(submit_offer, cast.roope, OPENS, provider=cast.river), "wrong_state"
    )
