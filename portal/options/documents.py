"""What the amendment and the handover pack say, as plain values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.capacity.rules import TrainingState
from portal.contracts.models import Contract
from portal.documents.store import Builder
from portal.enrolments.models import Enrolment
from portal.legal.changes import change_grounds
from portal.meetings.models import Practice
from portal.offers.models import OpenedContent
from portal.offers.rules import public_answers, scrubbed, secret_passages, unpacked
from portal.options.access import buyer_at, exercises_of, people_of
from portal.options.models import ContractChange, Handover, OptionExercise
from portal.options.rules import Evidence, measured
from portal.organisations.models import Organisation, Person
from portal.permissions import Role
from portal.procurement.models import Lot, Procurement
from portal.procurement.queries.shown import criteria_shown
from portal.procurement.rules import OptionKind
from portal.procurement.terms import option_terms
from portal.shared.numbers import rounded

GOING_ON = ("started",)


def amendment_context(session: Session, subject: UUID, language: str) -> dict[str, Any]:
    """The amendment of an option's use, or of a change that the provider has consented to."""
    exercise = session.get(OptionExercise, subject)
    if exercise is not None:
        return _of_option(session, exercise)
    return _of_change(session, session.get_one(ContractChange, subject))


def _of_option(session: Session, exercise: OptionExercise) -> dict[str, Any]:
    contract, option = exercise.contract, exercise.option
    lot = session.get_one(Lot, contract.lot_id)
    evidence = Evidence(**exercise.evidence)
    return {
        **_contract(session, contract, lot, exercise.exercised_by, exercise.exercised_at),
        "option": {
            "kind": option.kind,
            "amount": exercise.amount,
            "n": exercise.n,
            "times": option.times,
            "notice_by": option.notice_by,
            "window_months": option.window_months,
            "price": option.price,
            "reason": exercise.reason,
            "measured": [
                {
                    "measure": part.measure,
                    "cut_off": part.cut_off,
                    "found": None if part.found is None else rounded(part.found, 4),
                }
                for part in measured(option_terms(option).condition, evidence)
            ],
            "answers": evidence.answers,
            "ended": evidence.ended,
            "open_market": evidence.open_market,
            **_moved(session, exercise, lot),
        },
        "change": None,
    }


def _moved(session: Session, exercise: OptionExercise, lot: Lot) -> dict[str, Any]:
    """The capacity or the last day before and after; neither moves for the other kinds."""
    before = after = None
    if exercise.option.kind == OptionKind.ADDITIONAL_CAPACITY:
        earlier = [
            one.amount
            for one in exercises_of(session, exercise.contract_id)
            if one.option.kind == OptionKind.ADDITIONAL_CAPACITY
            and (one.exercised_at, one.option_id, one.n)
            < (exercise.exercised_at, exercise.option_id, exercise.n)
        ]
        before = lot.capacity_maximum + sum(earlier, Decimal(0))
        after = before + exercise.amount
    return {
        "capacity_before": before,
        "capacity_after": after,
        "ends_before": exercise.ends_before,
        "ends_after": exercise.ends_after,
    }


def _of_change(session: Session, change: ContractChange) -> dict[str, Any]:
    ground = change_grounds()[change.ground]
    assert change.settled_by is not None
    assert change.settled_at is not None
    lot = session.get_one(Lot, change.contract.lot_id)
    return {
        **_contract(session, change.contract, lot, change.proposed_by, change.proposed_at),
        "made_at": change.settled_at,
        "option": None,
        "change": {
            "n": change.n,
            "ground": dict(ground.name),
            "section": ground.section,
            "counts": ground.counts,
            "text": change.text,
            "reason": change.reason,
            "value": change.value,
            "original_value": change.original_value,
            "total": change.against_ceiling,
            "ceiling": change.ceiling,
            "consented_by": change.settled_by.name,
            "consented_at": change.settled_at,
        },
    }


def _contract(
    session: Session, contract: Contract, lot: Lot, decided_by: Person, decided_at: Any
) -> dict[str, Any]:
    procurement = session.get_one(Procurement, contract.procurement_id)
    return {
        "made_at": decided_at,
        "buyer": _party(buyer_at(session, contract, decided_at)),
        "provider": _party(contract.provider),
        "contract": {
            "reference": contract.reference,
            "in_force_at": contract.in_force_at,
            "unit": lot.unit,
        },
        "procurement": {
            "reference": procurement.reference,
            "title": dict(procurement.title),
            "lot": dict(lot.title),
        },
        "decided_by": decided_by.name,
        "decided_at": decided_at,
    }


def _party(organisation: Organisation) -> dict[str, Any]:
    return {"name": dict(organisation.name), "business_id": organisation.business_id}


def handover_context(session: Session, subject: UUID, language: str) -> dict[str, Any]:
    """What a provider leaves: its model and promises, practices, who goes on, contacts.

    Participants are the keys under which their office knows them, never names.
    """
    handover = session.get_one(Handover, subject)
    contract, to_contract = handover.contract, handover.to_contract
    lot = session.get_one(Lot, contract.lot_id)
    return {
        **_contract(session, contract, lot, handover.by, handover.at),
        "to": {
            "reference": to_contract.reference,
            "provider": _party(to_contract.provider),
        },
        **_offered(session, contract, language),
        "practices": [
            {
                "text": practice.text,
                "owner": practice.owner.name,
                "due": practice.due,
                "status": practice.status,
            }
            for practice in session.scalars(
                select(Practice)
                .where(Practice.contract_id == contract.id, Practice.agreed_at <= handover.at)
                .order_by(Practice.due, Practice.agreed_at, Practice.id)
            )
        ],
        "trainings": _trainings(session, contract),
        "contacts": _contacts(session, contract),
    }


def _offered(session: Session, contract: Contract, language: str) -> dict[str, Any]:
    """The model and the promises as the offer wrote them, without what it holds to be secret."""
    opened = session.get(OpenedContent, contract.award.offer_id)
    if opened is None:
        return {"answers": [], "promises": []}
    content = unpacked(opened.content)
    procurement = session.get_one(Procurement, contract.procurement_id)
    questions = {asked.key: dict(asked.question) for asked in criteria_shown(procurement)}
    passages = secret_passages(content)
    return {
        "answers": [
            {"question": questions[key], "text": text}
            for key, text in public_answers(content, language).items()
            if key in questions
        ],
        "promises": [
            {"text": scrubbed(promise.text, passages, language)} for promise in content.promises
        ],
    }


def _trainings(session: Session, contract: Contract) -> list[dict[str, Any]]:
    going_on: dict[UUID, list[dict[str, Any]]] = {}
    for training_id, key, started_on in session.execute(
        select(Enrolment.training_id, Enrolment.external_key, Enrolment.started_on)
        .join(Training, Training.id == Enrolment.training_id)
        .where(Training.contract_id == contract.id, Enrolment.state.in_(GOING_ON))
        .order_by(Enrolment.external_key)
    ):
        going_on.setdefault(training_id, []).append({"key": key, "started_on": started_on})
    return [
        {
            "n": n,
            "field": field,
            "starts": starts,
            "participants": going_on.get(training_id, []),
        }
        for training_id, n, field, starts in session.execute(
            select(Training.id, Training.n, Training.field, Training.starts)
            .where(Training.contract_id == contract.id, Training.state == TrainingState.OPEN)
            .order_by(Training.n)
        )
    ]


def _contacts(session: Session, contract: Contract) -> list[dict[str, Any]]:
    """Whom to ask: the provider's staff, the buyer's officers."""
    found = []
    for organisation, roles in (
        (contract.provider, (Role.REPRESENTATIVE, Role.TRAINER)),
        (contract.buyer, (Role.PROCUREMENT_OFFICER,)),
    ):
        found += [
            {"name": person.name, "organisation": dict(organisation.name), "email": person.email}
            for person in people_of(session, organisation.id, *roles)
        ]
    return found


DOCUMENTS: dict[str, Builder] = {
    "amendment": amendment_context,
    "handover_pack": handover_context,
}
