"""Using an option: the decision, its amendment, and what follows in the ledger or the period."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.capacity.ledger import add_capacity
from portal.contracts.models import Contract
from portal.contracts.rules import ContractState
from portal.contracts.usecases import note_extended
from portal.documents import store
from portal.jobs.mail import send_mail
from portal.options.access import evidence_of, exercises_of, first_end, people_of
from portal.options.models import OptionExercise
from portal.options.rules import extended, require_exercisable
from portal.organisations.models import Person
from portal.permissions import Role, require
from portal.procurement.models import OptionClause
from portal.procurement.rules import OptionKind
from portal.procurement.terms import option_terms
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken


def exercise_option(
    session: Session,
    *,
    contract: Contract,
    option: OptionClause,
    reason: str,
    seen: int | None = None,
    by: Person,
    at: datetime,
) -> OptionExercise:
    """Use an option of the contract once more; the amendment is laid out as a PDF.

    Additional capacity goes into the ledger, a further period moves the contract's last day;
    after-guidance and coaching are recorded. ``seen`` is how often it had been used when whoever
    decides looked at it. Raises ``wrong_state`` (not in force, or another lot's option),
    ``option_used_up``, ``option_notice_passed``, ``option_condition_unmet``,
    ``changed_meanwhile``.
    """
    chain = contract.procurement_id
    with acting(session, "exercise_option", chain=chain, by=by.id, at=at) as facts:
        require(by, "exercise_option", contract.buyer_id)
        if contract.state != ContractState.IN_FORCE or option.lot_id != contract.lot_id:
            raise RuleBroken("wrong_state")
        earlier = exercises_of(session, contract.id)
        used = sum(1 for one in earlier if one.option_id == option.id)
        evidence = evidence_of(session, [contract.id])[contract.id]
        require_exercisable(option_terms(option), used, evidence, day_in_helsinki(at))
        if seen is not None and seen != used:
            raise RuleBroken("changed_meanwhile")
        exercise = OptionExercise(
            contract_id=contract.id,
            contract=contract,
            option_id=option.id,
            option=option,
            n=used + 1,
            amount=option.amount,
            reason=reason.strip(),
            evidence=asdict(evidence),
            exercised_by_id=by.id,
            exercised_at=at,
        )
        session.add(exercise)
        if option.kind == OptionKind.ADDITIONAL_CAPACITY:
            add_capacity(session, contract, option.amount, reason=reason.strip(), by=by, at=at)
        elif option.kind == OptionKind.FURTHER_PERIOD:
            _extend(contract, exercise, first_end(session, contract), earlier)
        session.flush()
        store.request(
            session,
            "amendment",
            subject=exercise.id,
            owner=contract.procurement_id,
            language=contract.language,
            at=at,
        )
        for person in people_of(session, contract.provider_id, Role.REPRESENTATIVE):
            send_mail(
                session,
                to=person,
                letter="option_exercised",
                facts={"contract": contract.reference, "path": f"/contracts/{contract.id}/options"},
                at=at,
                about=exercise.id,
            )
        facts.note(
            contract=contract.id,
            option=option.id,
            exercise=exercise.id,
            n=exercise.n,
            amount=exercise.amount,
        )
        return exercise


def _extend(
    contract: Contract, exercise: OptionExercise, first: date, earlier: list[OptionExercise]
) -> None:
    periods = [one for one in earlier if one.ends_before is not None]
    months = sum(int(one.amount) for one in [*periods, exercise])
    exercise.ends_before = contract.ends_on
    exercise.ends_after = extended(first, months)
    note_extended(contract, ends_on=exercise.ends_after)
