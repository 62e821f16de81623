"""The data of the pages of visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from portal.audit.record import note_shown
from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.enrolments.people import enrolments_seen_by
from portal.enrolments.workplaces.models import Placement, Workplace
from portal.meetings.models import WorkplaceVisit
from portal.meetings.visits.access import visited_by, visits_seen_by
from portal.meetings.visits.rules import Stop
from portal.organisations.models import Person
from portal.permissions import may
from portal.shared.errors import NotFound
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging


@dataclass(frozen=True)
class VisitRow:
    """One visit, planned or made."""

    id: UUID
    day: date
    workplace: str
    address: str
    training: str
    people: list[str]
    note: str
    possibilities: str
    made: bool
    by: str


@dataclass(frozen=True)
class RouteDay:
    """A day with stops planned and not yet made."""

    day: date
    stops: int


@dataclass(frozen=True)
class TrainingChoice:
    """A training in which the reader visits."""

    id: UUID
    label: str


@dataclass(frozen=True)
class VisitList:
    """The reader's coming routes, and the visits made that they may read of."""

    routes: list[RouteDay]
    rows: list[VisitRow]
    paging: Paging
    trainings: list[TrainingChoice]
    may_visit: bool


def visits_page(session: Session, person: Person, n: int) -> VisitList:
    """Made visits with the newest first, planned days with the earliest first."""
    wanted = visits_seen_by(person) & WorkplaceVisit.made
    pages = paging(
        session.scalar(select(func.count()).select_from(WorkplaceVisit).where(wanted)) or 0, n
    )
    made = _visits(wanted).order_by(WorkplaceVisit.day.desc(), WorkplaceVisit.id)
    planned = (
        select(WorkplaceVisit.day, func.count())
        .where(WorkplaceVisit.by_id == person.id, WorkplaceVisit.made.is_(False))
        .group_by(WorkplaceVisit.day)
        .order_by(WorkplaceVisit.day)
    )
    may_visit = may(person, "visit")
    return VisitList(
        routes=[RouteDay(*row) for row in session.execute(planned)],
        rows=_rows(session, person, made.limit(ROWS_ON_A_PAGE).offset(pages.offset)),
        paging=pages,
        trainings=_trainings(session, person) if may_visit else [],
        may_visit=may_visit,
    )


@dataclass(frozen=True)
class Route:
    """One's own stops of a day, in their order."""

    day: date
    rows: list[VisitRow]


def route_page(session: Session, person: Person, day: date) -> Route:
    """The route of a day. Raises NotFound where nothing is planned or made on it."""
    own = (WorkplaceVisit.by_id == person.id) & (WorkplaceVisit.day == day)
    rows = _rows(
        session,
        person,
        _visits(own).order_by(WorkplaceVisit.position, WorkplaceVisit.at, WorkplaceVisit.id),
    )
    if not rows:
        raise NotFound
    return Route(day, rows)


def _visits(wanted: ColumnElement[bool]) -> Select[WorkplaceVisit, int, str, str, str]:
    return (
        select(
            WorkplaceVisit,
            Training.n,
            Training.field,
            Contract.reference,
            Person.name.label("by"),
        )
        .join(Training, Training.id == WorkplaceVisit.training_id)
        .join(Contract, Contract.id == Training.contract_id)
        .join(Person, Person.id == WorkplaceVisit.by_id)
        .where(wanted)
    )


def _rows(
    session: Session, person: Person, query: Select[WorkplaceVisit, int, str, str, str]
) -> list[VisitRow]:
    found = session.execute(query).all()
    keys = {UUID(key) for row in found for key in row.WorkplaceVisit.participant_ids}
    people = session.execute(
        select(Enrolment.id, Enrolment.name).where(
            Enrolment.id.in_(keys), enrolments_seen_by(person)
        )
    ).all()
    note_shown(session, *(row.id for row in people))
    names = {str(row.id): row.name for row in people}
    addresses = _addresses(session, [row.WorkplaceVisit for row in found])
    return [
        VisitRow(
            id=one.id,
            day=one.day,
            workplace=one.workplace,
            address=addresses.get((one.training_id, one.workplace), ""),
            training=_label(row.reference, row.n, row.field),
            people=sorted(names[key] for key in one.participant_ids if key in names),
            note=one.note,
            possibilities=one.possibilities,
            made=one.made,
            by=row.by,
        )
        for row in found
        for one in [row.WorkplaceVisit]
    ]


def _addresses(session: Session, visits: Sequence[WorkplaceVisit]) -> dict[tuple[UUID, str], str]:
    known = session.execute(
        select(Workplace.training_id, Workplace.name, Workplace.address).where(
            Workplace.training_id.in_({one.training_id for one in visits})
        )
    )
    return {(row.training_id, row.name): row.address for row in known if row.training_id}


def _label(reference: str, n: int, field: str) -> str:
    return f"{reference} / {n}, {field}"


def _trainings(session: Session, person: Person) -> list[TrainingChoice]:
    query = (
        select(Training.id, Training.n, Training.field, Contract.reference)
        .join(Contract, Contract.id == Training.contract_id)
        .where(visited_by(person), Training.state == "open")
        .order_by(Training.starts.desc(), Training.id)
    )
    return [
        TrainingChoice(row.id, _label(row.reference, row.n, row.field))
        for row in session.execute(query)
    ]


@dataclass(frozen=True)
class Placed:
    """A workplace of the training with those who are there now."""

    key: str
    workplace: str
    people: list[tuple[UUID, str]]


@dataclass(frozen=True)
class PlanPage:
    """What can be planned or recorded in one training."""

    training: Training
    label: str
    placed: list[Placed]
    people: list[tuple[UUID, str]]

    def stops(self, keys: Sequence[str]) -> list[Stop]:
        """The stops ticked, each with those who are there."""
        return [
            Stop(one.workplace, tuple(key for key, _name in one.people))
            for one in self.placed
            if one.key in keys
        ]


def plan_page(session: Session, training_id: UUID, person: Person, today: date) -> PlanPage:
    """The page's whole data. Raises NotFound where the person does not visit."""
    training = session.scalar(
        select(Training).where(Training.id == training_id, visited_by(person))
    )
    if training is None:
        raise NotFound
    rows = session.execute(
        select(
            Workplace.id,
            Workplace.name,
            Enrolment.id.label("enrolment"),
            Enrolment.name.label("who"),
        )
        .join(Placement, Placement.workplace_id == Workplace.id)
        .join(Enrolment, Enrolment.id == Placement.enrolment_id)
        .where(
            Enrolment.training_id == training_id,
            enrolments_seen_by(person),
            or_(Placement.ends.is_(None), Placement.ends >= today),
        )
        .order_by(Workplace.name, Workplace.id, Enrolment.name)
    ).all()
    places: dict[UUID, Placed] = {}
    for row in rows:
        place = places.setdefault(row.id, Placed(str(row.id), row.name, []))
        place.people.append((row.enrolment, row.who))
    people = session.execute(
        select(Enrolment.id, Enrolment.name)
        .where(Enrolment.training_id == training_id, enrolments_seen_by(person))
        .where(Enrolment.state.not_in(("applied", "interviewed", "rejected")))
        .order_by(Enrolment.name, Enrolment.id)
    ).all()
    note_shown(session, *(row.enrolment for row in rows), *(row.id for row in people))
    return PlanPage(
        training=training,
        label=_label(training.contract.reference, training.n, training.field),
        placed=list(places.values()),
        people=[(row.id, row.name) for row in people],
    )


def people_chosen(session: Session, page: PlanPage, keys: Sequence[str]) -> list[Enrolment]:
    """The participants ticked, among those whom the page shows."""
    shown = {str(key) for key, _name in page.people}
    return list(
        session.scalars(
            select(Enrolment).where(Enrolment.id.in_([UUID(key) for key in keys if key in shown]))
        )
    )


def own_visit(session: Session, visit_id: UUID, person: Person) -> WorkplaceVisit:
    """A visit that this person has planned or made. Raises NotFound."""
    found = session.get(WorkplaceVisit, visit_id)
    if found is None or found.by_id != person.id:
        raise NotFound
    return found
