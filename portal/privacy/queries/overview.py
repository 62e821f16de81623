"""The page of an organisation's personal data: periods, what is due when, what is held, what went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.organisations.models import Organisation, Person
from portal.permissions import ACTS
from portal.privacy.access import (
    answered_for,
    may_hold_for,
    offices_of,
    organisations_of,
    trainings_of_offices,
)
from portal.privacy.inventory import inventory
from portal.privacy.models import Anonymisation, AnonymisedTraining, Hold, RetentionPeriod
from portal.privacy.queries.due import Holds, in_force, terms_of
from portal.privacy.rules import Held, Retention
from portal.privacy.usecases.periods import kinds_of, proposal_for
from portal.procurement.models import Procurement
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
    gone = set(
        session.execute(
            select(AnonymisedTraining.training_id, AnonymisedTraining.part).where(
                AnonymisedTraining.training_id.in_(keys)
            )
        )
    )
    done = {(key, part) for key, part in gone}
    holds = Holds(session, today)
    return Overview(
        controllers=controllers_of(session, person),
        trainings=[
            _row(row, terms, done, holds.on_training(row[0], row[3], row[5])) for row in rows
        ],
        paging=shown,
        holds=_count_of_holds(session, person, today),
        gone=_gone(session, which),
        may_hold=bool(may_hold_for(person)),
    )


def _row(row: object, terms: Mapping[object, object], done: set[object], held: bool) -> TrainingRow:
    key, number, field, contract_id, reference, procurement_id = row  # type: ignore[misc]
    people = terms.get((key, Retention.PARTICIPANTS))
    feedback = terms.get((key, Retention.FEEDBACK))
    either = people or feedback
    return TrainingRow(
        id=key,  # type: ignore[has-type]
        contract_id=contract_id,  # type: ignore[has-type]
        procurement_id=procurement_id,  # type: ignore[has-type]
        reference=f"{reference}/{number}",  # type: ignore[has-type]
        field=field,  # type: ignore[has-type]
        ended=getattr(either, "ended", None),
        people=getattr(people, "last_day", None),
        feedback=getattr(feedback, "last_day", None),
        people_gone=(key, Retention.PARTICIPANTS.value) in done,  # type: ignore[has-type]
        feedback_gone=(key, Retention.FEEDBACK.value) in done,  # type: ignore[has-type]
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


def _gone(session: Session, which: object) -> Gone:
    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(Anonymisation.people), 0),
            func.coalesce(func.sum(Anonymisation.rows), 0),
            func.coalesce(func.sum(Anonymisation.documents), 0),
            func.max(Anonymisation.at),
        ).where(Anonymisation.training_id.in_(select(Training.id).where(which)))  # type: ignore[arg-type]
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


@dataclass(frozen=True)
class Subject:
    """What a hold is on: its words, and in whose name it is placed."""

    kind: Held
    key: UUID
    words: str
    organisation_id: UUID


def subject_of(session: Session, kind: str, key: UUID, person: Person) -> Subject:
    """What this person may hold. Raises NotFound for anything else, foreign as missing."""
    if kind not in set(Held):
        raise NotFound
    held = Held(kind)
    if held == Held.PARTICIPANT:
        enrolment = answered_for(session, key, person)
        if enrolment.office_id not in may_hold_for(person):
            raise NotFound
        return Subject(held, key, enrolment.name, enrolment.office_id)
    own = may_hold_for(person)
    column = {
        Held.TRAINING: Training.id,
        Held.CONTRACT: Contract.id,
        Held.PROCUREMENT: Contract.procurement_id,
    }[held]
    row = session.execute(
        select(Training, Contract)
        .join(Contract, Contract.id == Training.contract_id)
        .where(column == key, trainings_of_offices(own) | Contract.buyer_id.in_(own))
        .order_by(Training.n)
        .limit(1)
    ).first()
    if row is None:
        raise NotFound
    training, contract = row
    words = {
        Held.TRAINING: f"{contract.reference}/{training.n}",
        Held.CONTRACT: contract.reference,
        Held.PROCUREMENT: _reference(session, contract.procurement_id),
    }[held]
    offices = {one.office_id for one in training.call_offs} | {contract.buyer_id}
    name = next((one for one in own if one in offices), own[0])
    return Subject(held, key, words, name)


def _reference(session: Session, procurement_id: UUID) -> str:
    return session.get_one(Procurement, procurement_id).reference


@dataclass(frozen=True)
class HoldRow:
    """A hold as it is listed."""

    hold: Hold
    words: str
    running: bool
    may_release: bool


@dataclass(frozen=True)
class HoldsPage:
    """A page of the holds of the reader's organisations, the latest first."""

    rows: list[HoldRow]
    paging: Paging


def holds_page(session: Session, person: Person, today: date, n: int) -> HoldsPage:
    """The holds of the reader's organisations."""
    own = [one.id for one in organisations_of(person)]
    mine = Hold.organisation_id.in_(own)
    total = session.scalar(select(func.count()).select_from(Hold).where(mine)) or 0
    shown = paging(total, n)
    holds = session.scalars(
        select(Hold)
        .where(mine)
        .order_by(Hold.placed_at.desc(), Hold.id)
        .limit(ROWS_ON_A_PAGE)
        .offset(shown.offset)
    ).all()
    words = _words(session, [one.subject for one in holds])
    releasing = may_hold_for(person)
    return HoldsPage(
        [
            HoldRow(
                one,
                words.get(one.subject, "–"),
                one.released_at is None and (one.until is None or one.until >= today),
                one.released_at is None and one.organisation_id in releasing,
            )
            for one in holds
        ],
        shown,
    )


def _words(session: Session, keys: list[UUID]) -> dict[UUID, str]:
    found = dict(
        session.execute(select(Enrolment.id, Enrolment.name).where(Enrolment.id.in_(keys))).all()
    )
    for model in (Contract, Procurement):
        rows = session.execute(select(model.id, model.reference).where(model.id.in_(keys)))
        found |= {key: reference for key, reference in rows}
    for key, reference, number in session.execute(
        select(Training.id, Contract.reference, Training.n)
        .join(Contract, Contract.id == Training.contract_id)
        .where(Training.id.in_(keys))
    ):
        found[key] = f"{reference}/{number}"
    return found  # type: ignore[return-value]


def hold_of(session: Session, hold_id: UUID, person: Person) -> Hold:
    """A hold that this person may release. Raises NotFound."""
    found = session.get(Hold, hold_id)
    if found is None or found.organisation_id not in may_hold_for(person):
        raise NotFound
    return found
