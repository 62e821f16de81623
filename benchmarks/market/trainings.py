"""Trainings with their people, each as far as its first accepted month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from benchmarks.market.ground import AT, DAY, Market
from benchmarks.market.people import organisation, person
from portal.capacity.models import CallOff, CapacityLedger, Training, TrainingSponsor
from portal.database import Base
from portal.enrolments.models import Enrolment, Interview, SelectionDecision
from portal.permissions import Kind, Role
from portal.workdays.models import WorkdayLine, WorkdayRecord

IN_A_TRAINING = 20
OF_AN_OFFICE = 50
SEX = ("woman", "man", "woman", "other", "man", "undisclosed")
EDUCATION = ("basic", "upper_secondary", "post_secondary", "higher")
STATUS = ("unemployed", "long_term_unemployed", "outside", "in_education")
STARTS = date(2026, 2, 2)


def trainings(market: Market, places: range) -> None:
    """The trainings with these numbers, of the contracts in turn; twenty people in each.

    Fifty are of one office and its sponsor: a country has more offices, and no busier ones.
    """
    if not places:
        return
    for contract in market.contracts:
        if contract not in market.with_ledger:
            market.with_ledger.add(contract)
            market.put(
                CapacityLedger,
                [
                    {
                        "contract_id": contract,
                        "maximum": Decimal(2_000_000),
                        "reserved": Decimal(0),
                        "committed": Decimal(0),
                        "delivered": Decimal(0),
                        "entries": 0,
                    }
                ],
            )
    for n in places:
        training = _training(market, n, market.contracts[n % len(market.contracts)])
        market.training = market.training or training


def _office(market: Market, n: int) -> tuple[UUID, UUID]:
    """Whose the training is: an office and its sponsor; the first are those of the cast."""
    place = n // OF_AN_OFFICE
    if place == 0:
        return market.organisations["office"], market.people["sponsor"]
    key = f"office-{place}"
    if key not in market.organisations:
        house = organisation(market, f"Työllisyysalue {place:03}", Kind.EMPLOYMENT_OFFICE)
        market.organisations[key] = house
        market.people[key] = person(market, f"Kummi {place:03}", house, Role.COURSE_SPONSOR)
    return market.organisations[key], market.people[key]


def _training(market: Market, n: int, contract: UUID) -> UUID:
    training, call_off = uuid4(), uuid4()
    office, sponsor = _office(market, n)
    at = AT - 60 * DAY
    common = {
        "contract_id": contract,
        "n": n + 1,
        "form": "cohort",
        "field": "Hitsaus",
        "places": IN_A_TRAINING,
    }
    market.put(Training, [{"id": training, **common, "starts": STARTS, "started_at": at}])
    market.put(
        CallOff,
        [
            {
                "id": call_off,
                **common,
                "office_id": office,
                "amount": Decimal(400),
                "called_by_id": sponsor,
                "called_at": at,
                "called_on": at.date(),
                "start_by": STARTS,
                "state": "confirmed",
                "starts": STARTS,
                "training_id": training,
            }
        ],
    )
    market.put(
        TrainingSponsor,
        [
            {
                "id": uuid4(),
                "training_id": training,
                "person_id": sponsor,
                "office_id": office,
                "named_by_id": sponsor,
                "named_at": at,
            }
        ],
    )
    people = [uuid4() for _ in range(IN_A_TRAINING)]
    for table, rows in _people(market, n, training, call_off, people).items():
        market.put(table, rows)
    return training


def _people(
    market: Market, n: int, training: UUID, call_off: UUID, people: list[UUID]
) -> dict[type[Base], list[dict[str, Any]]]:
    office, sponsor = _office(market, n)
    at, record = AT - 50 * DAY, uuid4()
    first = n * IN_A_TRAINING
    return {
        Enrolment: [
            {
                "id": key,
                "training_id": training,
                "office_id": office,
                "call_off_id": call_off,
                "sponsor_id": sponsor,
                "external_key": f"A-{place:06}",
                "name": f"Henkilö {place:06}",
                "birth_year": 1961 + place * 7 % 45,
                "sex": SEX[place % 6],
                "education": EDUCATION[place % 4],
                "status_at_start": STATUS[place % 4],
                "state": "started",
                "applied_at": at,
                "started_on": STARTS,
            }
            for place, key in enumerate(people, first)
        ],
        Interview: [
            {
                "id": uuid4(),
                "enrolment_id": key,
                "by_id": sponsor,
                "at": at + DAY,
                "need": place % 4,
                "urgency": 2,
                "suitability": 2,
            }
            for place, key in enumerate(people)
        ],
        SelectionDecision: [
            {
                "id": uuid4(),
                "enrolment_id": key,
                "outcome": "selected",
                "by_id": sponsor,
                "at": at + 2 * DAY,
            }
            for key in people
        ],
        WorkdayRecord: [
            {
                "id": record,
                "training_id": training,
                "period": "2026-02",
                "n": 1,
                "state": "recorded" if n % 50 == 0 else "accepted",
                "recorded_by_id": sponsor,
                "recorded_at": AT,
            }
        ],
        WorkdayLine: [
            {"id": uuid4(), "record_id": record, "enrolment_id": key, "days": Decimal("18.5")}
            for key in people
        ],
    }
