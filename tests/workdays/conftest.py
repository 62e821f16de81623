"""A training with three participants under a contract in force, and days of April."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from portal.capacity.models import CallOff, Training
from portal.contracts.models import Contract
from portal.database import Database
from portal.enrolments.models import Enrolment
from portal.unit_of_work import unit_of_work
from portal.workdays.usecases import accept_workdays, record_workdays
from tests.cast import Cast
from tests.underway import contract_in_force, enrolled, training_of

RECORDED = datetime(2026, 4, 2, 12, 0, tzinfo=UTC)
ACCEPTED = datetime(2026, 4, 7, 6, 0, tzinfo=UTC)
LATER = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@dataclass
class Running:
    """Keys of a training that runs, and its people."""

    contract_id: UUID
    training_id: UUID
    people: dict[str, UUID]

    def training(self, session: Session) -> Training:
        return session.get_one(Training, self.training_id)

    def contract(self, session: Session) -> Contract:
        return session.get_one(Contract, self.contract_id)

    def days(self, **days: str) -> dict[UUID, Decimal]:
        return {self.people[name]: Decimal(amount) for name, amount in days.items()}


Run = Callable[..., Running]


@pytest.fixture
def run(database: Database, cast: Cast) -> Run:
    """Puts a training with participants a, b and c (who left for work on 15 April) in."""

    def begin(*, workdays: str = "300", places: int = 5, **values: Any) -> Running:
        with unit_of_work(database) as session:
            contract = contract_in_force(session, cast, **values)
            training = training_of(session, cast, contract, workdays=workdays, places=places)
            people = {
                "a": enrolled(session, training, "Osallistuja A"),
                "b": enrolled(session, training, "Osallistuja B"),
                "c": enrolled(
                    session,
                    training,
                    "Osallistuja C",
                    state="left_early",
                    ended_on=date(2026, 4, 15),
                    status_at_end="open_market",
                ),
                "waiting": enrolled(session, training, "Osallistuja D", state="selected"),
            }
            return Running(contract.id, training.id, {key: one.id for key, one in people.items()})

    return begin


@pytest.fixture
def running(run: Run) -> Running:
    """The training, per student workday at 58.00."""
    return run()


def record(
    database: Database, cast: Cast, running: Running, period: str = "2026-03", **days: str
) -> None:
    """The trainer's record."""
    with unit_of_work(database) as session:
        record_workdays(
            session,
            training=running.training(session),
            period=period,
            days=running.days(**days),
            by=cast.tuula,
            at=RECORDED,
        )


def accept(
    database: Database,
    cast: Cast,
    running: Running,
    period: str = "2026-03",
    at: datetime = ACCEPTED,
) -> None:
    """The sponsor's acceptance."""
    with unit_of_work(database) as session:
        accept_workdays(
            session, training=running.training(session), period=period, by=cast.kaisa, at=at
        )


def pooled(
    session: Session, cast: Cast, training: Training, other: CallOff, name: str
) -> Enrolment:
    """Somebody of another office's call-off that was joined to the training."""
    person = enrolled(session, training, name)
    other.training = training
    person.call_off_id = other.id
    if other.office_id is not None:
        person.office_id = other.office_id
    session.flush()
    return person
