"""What a contract has led to and how often its options were used: rows, for rules and pages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.feedback.models import Feedback
from portal.options.models import OptionExercise
from portal.options.rules import Evidence
from portal.procurement.models import Lot
from portal.procurement.rules import latest_end
from portal.procurement.terms import option_terms

ENDED = ("completed", "left_early", "interrupted")
OPEN_MARKET = "open_market"


def evidence_of(session: Session, contracts: Collection[UUID]) -> dict[UUID, Evidence]:
    """The evidence of each of these contracts so far, in two queries.

    Points count as the participants gave them through their own links.
    """
    answered = {
        contract_id: (answers, points or 0)
        for contract_id, answers, points in session.execute(
            select(Feedback.contract_id, func.count(), func.sum(Feedback.points))
            .where(Feedback.contract_id.in_(contracts), Feedback.enrolment_id.is_not(None))
            .group_by(Feedback.contract_id)
        )
    }
    placed = {
        contract_id: (ended, placed)
        for contract_id, ended, placed in session.execute(
            select(
                Training.contract_id,
                func.count(),
                func.sum(case((Enrolment.status_at_end == OPEN_MARKET, 1), else_=0)),
            )
            .join(Training, Training.id == Enrolment.training_id)
            .where(Training.contract_id.in_(contracts), Enrolment.state.in_(ENDED))
            .group_by(Training.contract_id)
        )
    }
    return {
        contract_id: Evidence(
            *answered.get(contract_id, (0, 0)), *placed.get(contract_id, (0, 0))
        )
        for contract_id in contracts
    }


def used_times(session: Session, contracts: Collection[UUID]) -> dict[tuple[UUID, UUID], int]:
    """How often each option of these contracts has been used, by contract and option."""
    counted = select(OptionExercise.contract_id, OptionExercise.option_id, func.count())
    rows = session.execute(
        counted.where(OptionExercise.contract_id.in_(contracts)).group_by(
            OptionExercise.contract_id, OptionExercise.option_id
        )
    )
    return {(contract_id, option_id): times for contract_id, option_id, times in rows}


def exercises_of(session: Session, contract_id: UUID) -> list[OptionExercise]:
    """Every use of the contract's options, in the order of use."""
    return list(
        session.scalars(
            select(OptionExercise)
            .where(OptionExercise.contract_id == contract_id)
            .order_by(OptionExercise.exercised_at, OptionExercise.option_id, OptionExercise.n)
        )
    )


def latest_end_of(session: Session, contract: Contract, lot: Lot, on: date) -> date:
    """The contract's end with every further period used, or that can still be on that day."""
    exercises = exercises_of(session, contract.id)
    first = next((one.ends_before for one in exercises if one.ends_before), contract.ends_on)
    used: dict[str, int] = {}
    for one in exercises:
        used[one.option.key] = used.get(one.option.key, 0) + 1
    return latest_end(first, tuple(option_terms(clause) for clause in lot.options), on, used)
