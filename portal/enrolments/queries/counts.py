"""How many came how far in each training: numbers only, one query for any number of trainings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from portal.database import Rows
from portal.enrolments.access import people_counted_by
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import HOLDING_A_PLACE, EnrolmentState, LeftTo
from portal.organisations.asking import statement_for
from portal.organisations.models import Person


@dataclass(frozen=True)
class Counts:
    """How many people; ``applied`` counts everybody, ``started`` whatever became of them.

    ``open`` are those not turned down and not transferred: who may still fill a place.
    ``to_interview`` have applied only, ``to_decide`` have been interviewed.
    """

    applied: int = 0
    open: int = 0
    to_interview: int = 0
    to_decide: int = 0
    rejected: int = 0
    selected: int = 0
    started: int = 0
    going: int = 0
    completed: int = 0
    left_for_work: int = 0
    left_for_studies: int = 0
    interrupted: int = 0
    transferred: int = 0
    units: int = 0
    qualifications: int = 0

    @property
    def undecided(self) -> bool:
        """Whether a decision can be made on anybody, also on who was selected and will not come."""
        return bool(self.to_interview or self.to_decide or self.selected > self.started)


def counts_of(
    session: Session,
    trainings: Collection[UUID],
    narrowed: ColumnElement[bool] | None = None,
) -> dict[UUID, Counts]:
    """The counts of each training; narrowed to a condition on Enrolment where one is given."""
    counted = _counted() if narrowed is None else _counted().where(narrowed)
    return _found(session, trainings, counted, {})


def counts_for(session: Session, trainings: Collection[UUID], person: Person) -> dict[UUID, Counts]:
    """The counts of each training that this person is shown."""
    return _found(session, trainings, *statement_for(person, _counted_for))


def _found(
    session: Session, trainings: Collection[UUID], counted: Rows, keys: Mapping[str, Any]
) -> dict[UUID, Counts]:
    found = dict.fromkeys(trainings, Counts())
    for training_id, *numbers in session.execute(counted, {**keys, "trainings": list(trainings)}):
        found[training_id] = Counts(*(int(number) for number in numbers))
    return found


def _counted_for(person: Person) -> Rows:
    return _counted().where(people_counted_by(person, _TRAININGS))


def _counted() -> Rows:
    return (
        select(Enrolment.training_id, *_NUMBERS)
        .where(Enrolment.training_id.in_(_TRAININGS))
        .group_by(Enrolment.training_id)
    )


_S = EnrolmentState
_TRAININGS = bindparam("trainings", type_=Uuid(), expanding=True)


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _left_to(to: LeftTo) -> ColumnElement[int]:
    return _how_many(and_(Enrolment.state == _S.LEFT_EARLY, Enrolment.left_to == to))


# In the order of `Counts`, and made once: to make them costs more than to ask for them.
_NUMBERS: tuple[ColumnElement[int], ...] = (
    func.count(),
    _how_many(Enrolment.state.not_in([_S.REJECTED, _S.TRANSFERRED])),
    _how_many(Enrolment.state == _S.APPLIED),
    _how_many(Enrolment.state == _S.INTERVIEWED),
    _how_many(Enrolment.state == _S.REJECTED),
    _how_many(or_(Enrolment.state.in_(sorted(HOLDING_A_PLACE)), Enrolment.started_on.is_not(None))),
    _how_many(Enrolment.started_on.is_not(None)),
    _how_many(Enrolment.state == _S.STARTED),
    _how_many(Enrolment.state == _S.COMPLETED),
    _left_to(LeftTo.WORK),
    _left_to(LeftTo.STUDIES),
    _how_many(Enrolment.state == _S.INTERRUPTED),
    _how_many(Enrolment.state == _S.TRANSFERRED),
    func.coalesce(func.sum(Enrolment.units), 0),
    func.coalesce(func.sum(Enrolment.qualifications), 0),
)
