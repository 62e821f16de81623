from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

import portal.installation  # noqa: F401  # the contracts' room answers for its contracts
from portal.contracts import usecases as contracts
from portal.contracts.models import Contract
from portal.evaluation import usecases
from portal.evaluation.models import Award, AwardDecision, BidderLetter, Correction, Remedy
from portal.organisations.models import Person
from portal.procurement.models import Procurement
from portal.procurement.rules import State
from portal.shared.errors import RuleBroken
from tests.cast import Cast
from tests.evaluation.conftest import Evaluating
from tests.offers.conftest import AFTER


def correct(
    evaluating: Evaluating, reason: str = "Virhe pisteissä.", by: Person | None = None
) -> None:
    """The decision maker corrects the decision."""
    who = by or evaluating.cast.paula
    evaluating.do(usecases.correct_decision, who, reason=reason)


def appeal(evaluating: Evaluating, at: datetime | None = None, **how: Any) -> Remedy:
    """The officer enters an appeal."""
    entered: Remedy = evaluating.do(
        usecases.record_appeal, evaluating.cast.olli, at, lot="sea", **how
    )
    return entered


def settle(evaluating: Evaluating, outcome: str, **how: Any) -> None:
    """The officer enters how an appeal ended."""
    evaluating.do(usecases.settle_appeal, evaluating.cast.olli, lot="sea", outcome=outcome, **how)


def conclude(evaluating: Evaluating) -> Contract:
    """The officer concludes the lot's contract with Jokiopisto."""
    cast = evaluating.cast
    made: Contract = evaluating.do(
        contracts.conclude_contract, cast.olli, lot="sea", provider=cast.river
    )
    return made


def the_state(evaluating: Evaluating) -> str:
    """The procurement's state."""
    with evaluating.database.reading() as session:
        return session.get_one(Procurement, evaluating.call).state


def test_a_correction_voids_the_decision_its_awards_and_its_unsigned_contracts(
    evaluating: Evaluating,
) -> None:
    decision = evaluating.until("awarded").issue().id
    contract = conclude(evaluating)
    correct(evaluating)
    with evaluating.database.reading() as session:
        assert session.get_one(AwardDecision, decision).voided_at == AFTER
        assert session.scalars(select(Award)).one().voided_at == AFTER
        assert session.get_one(Contract, contract.id).state == "void"
        corrected = session.scalars(select(Correction)).one()
        assert corrected.reason == "Virhe pisteissä."
        assert corrected.corrected_by_id == evaluating.cast.paula.id
    assert the_state(evaluating) == State.OPENED


def test_a_new_decision_starts_a_new_standstill_and_writes_to_every_bidder_again(
    evaluating: Evaluating,
) -> None:
    evaluating.until("decided")
    correct(evaluating)
    evaluating.refused(evaluating.issue, "decision_incomplete")
    evaluating.award(evaluating.cast.river)
    decision = evaluating.issue(at=AFTER + timedelta(days=30))
    assert decision.n == 2
    # Sunday 8 March and 14 days: Sunday 22 March, so Monday 23 March, and the day after it.
    assert decision.first_signing_day == date(2026, 3, 24)
    with evaluating.database.reading() as session:
        letters = session.scalars(
            select(BidderLetter).where(BidderLetter.decision_id == decision.id)
        ).all()
        assert len(letters) == 2
    assert conclude(evaluating).reference.startswith("ESIM/1/2026/sea")


def test_a_correction_is_refused_by_its_rules(evaluating: Evaluating, cast: Cast) -> None:
    evaluating.until("awarded")
    evaluating.refused(lambda: correct(evaluating), "wrong_state")
    evaluating.issue()
    evaluating.refused(lambda: correct(evaluating, " "), "reason_missing")
    evaluating.refused(lambda: correct(evaluating, by=cast.olli), "not_permitted")
    evaluating.refused(lambda: correct(evaluating, by=cast.eva), "not_permitted")
    contract = conclude(evaluating)
    with evaluating.database.transaction() as session:
        session.get_one(Contract, contract.id).state = "in_force"
    evaluating.refused(lambda: correct(evaluating), "contract_in_force")


def test_an_appeal_needs_a_decision_and_ends_once(evaluating: Evaluating) -> None:
    evaluating.until("awarded")
    evaluating.refused(lambda: appeal(evaluating), "wrong_state")
    evaluating.issue()
    evaluating.refused(lambda: settle(evaluating, "dismissed"), "wrong_state")
    entered = appeal(evaluating, party="Rantaopisto", reference="MAO 123/2026")
    evaluating.refused(lambda: settle(evaluating, "accepted"), "wrong_state")
    settle(evaluating, "dismissed", reason="Valitus ei antanut aihetta muutokseen.")
    evaluating.refused(lambda: settle(evaluating, "annulled"), "wrong_state")
    with evaluating.database.reading() as session:
        row = session.get_one(Remedy, entered.id)
        assert (row.state, row.party, row.reference) == ("dismissed", "Rantaopisto", "MAO 123/2026")
        assert row.received_on == date(2026, 2, 6)
        assert session.scalars(select(Award)).one().voided_at is None
    assert the_state(evaluating) == State.DECIDED


def test_the_day_of_receipt_is_not_ahead(evaluating: Evaluating) -> None:
    evaluating.until("decided")
    broken = evaluating.refused(
        lambda: appeal(evaluating, received_on=date(2026, 2, 7)), "day_ahead"
    )
    assert broken.field == "received_on"


def test_an_appeal_that_annuls_opens_its_lot_again(evaluating: Evaluating) -> None:
    evaluating.until("decided")
    contract = conclude(evaluating)
    appeal(evaluating)
    settle(evaluating, "annulled")
    with evaluating.database.reading() as session:
        assert session.get_one(Contract, contract.id).state == "void"
        assert session.scalars(select(Award)).one().voided_at is not None
    assert the_state(evaluating) == State.OPENED
    evaluating.award(evaluating.cast.river)
    assert evaluating.issue().n == 2


def test_each_of_two_appeals_is_settled_for_itself(evaluating: Evaluating) -> None:
    evaluating.until("decided")
    appeal(evaluating)
    appeal(evaluating, AFTER + timedelta(hours=1))
    settle(evaluating, "dismissed")
    with evaluating.database.reading() as session:
        states = session.scalars(select(Remedy.state).order_by(Remedy.recorded_at)).all()
    assert list(states) == ["dismissed", "pending"]


def test_a_request_for_correction_is_answered_with_a_reason(evaluating: Evaluating) -> None:
    evaluating.until("decided")
    olli = evaluating.cast.olli
    asked = evaluating.do(usecases.record_correction_request, olli, lot="sea", party="Rantaopisto")

    def answer(outcome: str, reason: str = "Pisteet on tarkastettu.") -> None:
        def act(session: Any, **how: Any) -> None:
            remedy = session.get_one(Remedy, asked.id)
            usecases.settle_correction_request(session, remedy=remedy, **how)

        evaluating.do(act, olli, outcome=outcome, reason=reason)

    with pytest.raises(RuleBroken, match="reason_missing"):
        answer("rejected", " ")
    with pytest.raises(RuleBroken, match="wrong_state"):
        answer("annulled")
    answer("rejected")
    with pytest.raises(RuleBroken, match="wrong_state"):
        answer("accepted")
    assert the_state(evaluating) == State.DECIDED


def test_a_request_does_not_hold_a_contract_but_an_appeal_does(evaluating: Evaluating) -> None:
    evaluating.until("decided")
    cast = evaluating.cast
    evaluating.do(usecases.record_correction_request, cast.olli, lot="sea")
    with evaluating.database.reading() as session:
        lot = session.get_one(Procurement, evaluating.call).lots[0]
        usecases.require_no_pending_appeal(session, lot)
    appeal(evaluating)
    with evaluating.database.reading() as session:
        lot = session.get_one(Procurement, evaluating.call).lots[0]
        with pytest.raises(RuleBroken, match="appeal_pending"):
            usecases.require_no_pending_appeal(session, lot)
