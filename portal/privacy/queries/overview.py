"""The page of an organisation's personal data: periods, what is due when, what has gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.organisations.models import Organisation, Person
from portal.permissions import ACTS
from portal.privacy.access import (
    may_hold_for,
    offices_of,
    organisations_of,
    trainings_of_offices,
)
from portal.privacy.inventory import inventory
from portal.privacy.models import Anonymisation, AnonymisedTraining, Hold, RetentionPeriod
from portal.privacy.queries.due import Holds, Term, in_force, terms_of
from portal.privacy.rules import Retention
from portal.privacy.usecases.periods import kinds_of, proposal_for
from portal.shared.errors import NotFound
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging


@dataclass(frozen=True)
class Period:
    """One kind of data: the months in force, if any, and those proposed."""

    kind: Retention
    name: Mapping[str, str]
    months: int | None
    proposal: int
    set_at: datetime | None


@dataclass(frozen=True)
class Controller:
    """An organisation with its periods; ``may_set`` where the reader sets them."""

    organisation: Organisation
    periods: list[Period]
    may_set: bool


@dataclass(frozen=True)
class TrainingRow:
    """A training: until when its data is kept, whether it is held, or gone."""

    id: UUID
    contract_id: UUID
    procurement_id: UUID
    reference: str
    field: str
    ended: date | None
    people: date | None
    feedback: date | None
    people_gone: bool
    feedback_gone: bool
    held: bool


class _Found(NamedTuple):
    id: UUID
    n: int
    field: str
    contract_id: UUID
    reference: str
    procurement_id: UUID


@dataclass(frozen=True)
class Gone:
    """What the command has anonymised so far for the trainings shown to this reader."""

    batches: int
    people: int
    rows: int
    documents: int
    latest: datetime | None


@dataclass(frozen=True)
class Overview:
    """The whole page."""

    controllers: list[Controller]
    trainings: list[TrainingRow]
    paging: Paging
    holds: int
    gone: Gone
    may_hold: bool


def overview_page(session: Session, person: Person, today: date, n: int) -> Overview:
    """What is kept for how long in the reader's organisations."""
    offices = offices_of(person)
    which = trainings_of_offices(offices)
    total = session.scalar(select(func.count()).select_from(Training).where(which)) or 0
    shown = paging(total, n)
    rows = session.execute(
        select(
            Training.id,
            Training.n,
            Training.field,
            Contract.id,
            Contract.reference,
            Contract.procurement_id,
        )
        .join(Contract, Contract.id == Training.contract_id)
        .where(which)
        .order_by(Contract.ends_on, Contract.reference, Training.n)
        .limit(ROWS_ON_A_PAGE)
        .offset(shown.offset)
    ).all()
    keys = [row[0] for row in rows]
    terms = {(term.training_id, term.part): term for term in terms_of(session, keys)}
    gone = session.execute(
        select(AnonymisedTraining.training_id, AnonymisedTraining.part).where(
            AnonymisedTraining.training_id.in_(keys)
        )
    )
    done: set[object] = {tuple(row) for row in gone}
    holds = Holds(session, today)
    return Overview(
        controllers=controllers_of(session, person),
        trainings=[
            _row(_Found(*row), terms, done, holds.on_training(row[0], row[3], row[5]))
            for row in rows
        ],
        paging=shown,
        holds=_count_of_holds(session, person, today),
        gone=_gone(session, which),
        may_hold=bool(may_hold_for(person)),
    )


def _row(
    row: _Found, terms: Mapping[tuple[UUID, Retention], Term], done: set[object], held: bool
) -> TrainingRow:
    key, number, field, contract_id, reference, procurement_id = row
    people = terms.get((key, Retention.PARTICIPANTS))
    feedback = terms.get((key, Retention.FEEDBACK))
    either = people or feedback
    return TrainingRow(
        id=key,
        contract_id=contract_id,
        procurement_id=procurement_id,
        reference=f"{reference}/{number}",
        field=field,
        ended=either.ended if either else None,
        people=people.last_day if people else None,
        feedback=feedback.last_day if feedback else None,
        people_gone=(key, Retention.PARTICIPANTS.value) in done,
        feedback_gone=(key, Retention.FEEDBACK.value) in done,
        held=held,
    )


def controllers_of(session: Session, person: Person) -> list[Controller]:
    """The reader's organisations that set periods, each with those in force and proposed."""
    own = [one for one in organisations_of(person) if kinds_of(one)]
    found = {
        (one.organisation_id, one.kind): one
        for one in session.scalars(
            select(RetentionPeriod).where(
                RetentionPeriod.organisation_id.in_([one.id for one in own])
            )
        )
    }
    told = inventory().retention
    return [
        Controller(
            organisation,
            [
                Period(
                    kind,
                    told[kind.value]["name"],
                    row.months if row else None,
                    proposal_for(kind),
                    row.set_at if row else None,
                )
                for kind in kinds_of(organisation)
                for row in [found.get((organisation.id, kind.value))]
            ],
            person.holds(ACTS["set_retention"], organisation.id),
        )
        for organisation in own
    ]


def controller_of(session: Session, organisation_id: UUID, person: Person) -> Controller:
    """One organisation whose periods the reader sets. Raises NotFound, for foreign as for none."""
    for one in controllers_of(session, person):
        if one.organisation.id == organisation_id and one.may_set:
            return one
    raise NotFound


def _gone(session: Session, which: ColumnElement[bool]) -> Gone:
    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(Anonymisation.people), 0),
            func.coalesce(func.sum(Anonymisation.rows), 0),
            func.coalesce(func.sum(Anonymisation.documents), 0),
            func.max(Anonymisation.at),
        ).where(Anonymisation.training_id.in_(select(Training.id).where(which)))
    ).one()
    return Gone(int(row[0]), int(row[1]), int(row[2]), int(row[3]), row[4])


def _count_of_holds(session: Session, person: Person, today: date) -> int:
    own = [one.id for one in organisations_of(person)]
    return (
        session.scalar(
            select(func.count())
            .select_from(Hold)
            .where(Hold.organisation_id.in_(own), in_force(today))
        )
        or 0
    )
