"""The course sponsor's page: all my trainings, what needs me this week first.

As many queries for five hundred trainings with ten thousand people as for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from portal.capacity.models import CallOff, Training, TrainingSponsor
from portal.capacity.rules import CallOffState, TrainingState
from portal.contracts.models import Contract
from portal.enrolments.access import offices_of
from portal.enrolments.models import Enrolment
from portal.enrolments.queries.counts import Counts, counts_of
from portal.enrolments.queries.waiting import (
    THIS_WEEK,
    SponsoredTraining,
    TrainingNeed,
    needs_of,
)
from portal.organisations.models import Organisation, Person
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging


@dataclass(frozen=True)
class NeedShown:
    """A need with its training, and when it presses: ``late``, ``this_week`` or ``later``."""

    need: TrainingNeed
    training: SponsoredTraining
    when: str


@dataclass(frozen=True)
class MyTrainings:
    """One page of the needs and one of the trainings, with how many there are of each."""

    needs: list[NeedShown]
    needs_paging: Paging
    pressing: int
    trainings: list[SponsoredTraining]
    paging: Paging
    needs_by_training: dict[UUID, int]
    shown: str


STATES = (str(TrainingState.OPEN), str(TrainingState.CLOSED))


def my_trainings(
    session: Session, person: Person, state: str | None, needs_n: int, n: int, today: date
) -> MyTrainings:
    """What the sponsor's trainings wait for, and the open or the closed ones themselves."""
    every = sponsored(session, person)
    needs = needs_of(session, person, every, today)
    by_key = {one.id: one for one in every}
    needs_paging = paging(len(needs), needs_n)
    shown = state if state in STATES else STATES[0]
    listed = [one for one in every if one.is_open == (shown == TrainingState.OPEN)]
    pages = paging(len(listed), n)
    by_training: dict[UUID, int] = {}
    for need in needs:
        by_training[need.training_id] = by_training.get(need.training_id, 0) + 1
    return MyTrainings(
        needs=[
            NeedShown(need, by_key[need.training_id], _when(need.day, today))
            for need in needs[needs_paging.offset : needs_paging.offset + ROWS_ON_A_PAGE]
        ],
        needs_paging=needs_paging,
        pressing=sum(need.day <= today + THIS_WEEK for need in needs),
        trainings=listed[pages.offset : pages.offset + ROWS_ON_A_PAGE],
        paging=pages,
        needs_by_training=by_training,
        shown=shown,
    )


def sponsored(session: Session, person: Person) -> list[SponsoredTraining]:
    """Every training that a course sponsor is named for, the next start first."""
    offices = offices_of(person)
    if not offices:
        return []
    confirmed = and_(CallOff.training_id == Training.id, CallOff.state == CallOffState.CONFIRMED)
    own = func.sum(case((CallOff.office_id.in_(offices), CallOff.places), else_=0))
    buyers = func.sum(case((CallOff.office_id.is_(None), CallOff.places), else_=0))
    found = session.execute(
        select(
            Training.id,
            Training.n,
            Training.form,
            Training.field,
            Training.places,
            Training.starts,
            Training.ends,
            Training.state,
            Training.started_at.is_not(None).label("has_started"),
            Contract.reference,
            Contract.ends_on,
            Organisation.name.label("provider"),
            own.label("own_places"),
            buyers.label("buyers_places"),
            func.min(CallOff.start_by).label("start_by"),
        )
        .join(TrainingSponsor, TrainingSponsor.training_id == Training.id)
        .join(Contract, Contract.id == Training.contract_id)
        .join(Organisation, Organisation.id == Contract.provider_id)
        .outerjoin(CallOff, confirmed)
        .where(TrainingSponsor.person_id == person.id, TrainingSponsor.office_id.in_(offices))
        .group_by(Training.id, Contract.id, Organisation.id)
        .order_by(Training.starts, Contract.reference, Training.n)
    ).all()
    counts = counts_of(session, [row.id for row in found], Enrolment.office_id.in_(offices))
    return [
        SponsoredTraining(
            id=row.id,
            reference=f"{row.reference}/{row.n}",
            provider=row.provider,
            form=row.form,
            field=row.field,
            starts=row.starts,
            ends=row.ends or row.ends_on,
            start_by=row.start_by or row.starts,
            has_started=bool(row.has_started),
            is_open=row.state == TrainingState.OPEN,
            places=int((row.own_places or 0) + (row.buyers_places or 0)) or row.places,
            counts=counts.get(row.id, Counts()),
        )
        for row in found
    ]


def _when(day: date, today: date) -> str:
    if day < today:
        return "late"
    return "this_week" if day <= today + THIS_WEEK else "later"
