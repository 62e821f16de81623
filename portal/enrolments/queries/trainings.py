"""The list of trainings, and one training with its people as far as its reader sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import Session, contains_eager, lazyload, selectinload

from portal.audit.record import note_shown
from portal.capacity.access import OF_BUYER, capacity_seen_by, is_of_provider, trainings_seen_by
from portal.capacity.models import CallOff, Training, TrainingCoach, TrainingSponsor
from portal.capacity.rules import CallOffState, TrainingState
from portal.config import settings_of
from portal.contracts.models import Contract
from portal.database import Rows, by_name, sorted_by
from portal.enrolments.access import (
    is_coach,
    is_sponsor_of,
    is_trainer,
    offices_of,
)
from portal.enrolments.models import BackgroundReport, Enrolment, FollowUp
from portal.enrolments.people import enrolments_seen_by
from portal.enrolments.queries.counts import Counts, counts_for
from portal.enrolments.rules import ENDED, LEAST_STARTED, due_follow_ups
from portal.organisations.asking import statement_for
from portal.organisations.models import Organisation, Person
from portal.permissions import Role
from portal.procurement.models import Lot
from portal.shared.errors import NotFound
from portal.shared.ordering import Ordering, ordering
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging

Names = Mapping[str, str]
SORTED: dict[str, Any] = {
    "reference": Contract.reference,
    "provider": by_name(Organisation.name),
    "starts": Training.starts,
    "places": Training.places,
}
"""What the list of trainings can be sorted by."""


@dataclass(frozen=True)
class TrainingRow:
    """One training of the list."""

    id: UUID
    reference: str
    provider: Names
    form: str
    field: str
    starts: date
    has_started: bool
    is_open: bool
    places: int
    counts: Counts


@dataclass(frozen=True)
class TrainingList:
    """One page of the trainings that stand so."""

    rows: list[TrainingRow]
    paging: Paging
    shown: str
    order: Ordering


def trainings_page(
    session: Session, person: Person, state: str | None, n: int, sort: str | None = None
) -> TrainingList:
    """The trainings of the provider, of the buyer, and those that a coach is named for.

    The latest start comes first; ``sort`` sorts by one column instead.
    """
    order = ordering(sort, SORTED)
    states = [str(one) for one in TrainingState]
    shown = state if state in states else states[0]
    counted, keys = statement_for(person, _counted)
    pages = paging(session.scalar(counted, keys | {"state": shown}) or 0, n)
    listed, keys = statement_for(person, _listed, order)
    found = session.execute(listed, keys | {"state": shown, "offset": pages.offset}).all()
    counts = counts_for(session, [row.id for row in found], person)
    return TrainingList(
        rows=[
            TrainingRow(
                id=row.id,
                reference=f"{row.reference}/{row.n}",
                provider=row.provider,
                form=row.form,
                field=row.field,
                starts=row.starts,
                has_started=row.started_at is not None,
                is_open=row.state == TrainingState.OPEN,
                places=row.places,
                counts=counts[row.id],
            )
            for row in found
        ],
        paging=pages,
        shown=shown,
        order=order,
    )


def _wanted(person: Person) -> ColumnElement[bool]:
    return (Training.state == bindparam("state", type_=String)) & trainings_seen_by(person)


def _counted(person: Person) -> Select[int]:
    return select(func.count(Training.id)).where(_wanted(person))


def _listed(person: Person, order: Ordering) -> Rows:
    return (
        select(
            Training.id,
            Training.n,
            Training.form,
            Training.field,
            Training.places,
            Training.starts,
            Training.state,
            Training.started_at,
            Contract.reference,
            Organisation.name.label("provider"),
        )
        .join(Contract, Contract.id == Training.contract_id)
        .join(Organisation, Organisation.id == Contract.provider_id)
        .where(_wanted(person))
        .order_by(*sorted_by(order, SORTED), Training.starts.desc(), Contract.reference, Training.n)
        .limit(ROWS_ON_A_PAGE)
        .offset(bindparam("offset", type_=Integer))
    )


@dataclass(frozen=True)
class PersonRow:
    """A participant in the list of a training; ``due`` are the months of follow-ups that wait."""

    id: UUID
    name: str
    office: Names
    state: str
    left_to: str | None
    status_at_start: str
    status_at_end: str | None
    due: list[int]


@dataclass(frozen=True)
class TrainingShown:
    """A training as far as its reader sees it; ``people`` is None for who sees numbers only.

    ``of_contract``: whether the reader may follow the whole contract and its meetings too.
    """

    training: Training
    lot: Names
    region: str
    places: int
    counts: Counts
    people: list[PersonRow] | None
    paging: Paging
    start_by: date
    late: bool
    missing: int
    shared: bool
    sponsors: list[TrainingSponsor]
    coaches: list[TrainingCoach]
    background: BackgroundReport | None
    acts: frozenset[str]
    of_contract: bool

    @property
    def is_open(self) -> bool:
        """Whether it still takes applications, selections and starts."""
        return self.training.state == TrainingState.OPEN

    @property
    def reference(self) -> str:
        """How the training is called: its contract and its number under it."""
        return reference_of(self.training)


def reference_of(training: Training) -> str:
    """How a training is called: its contract and its number under it."""
    return f"{training.contract.reference}/{training.n}"


def training_of(session: Session, training_id: UUID, person: Person) -> Training:
    """A training that the person sees. Raises NotFound, as for one that there is not."""
    found = session.scalar(
        select(Training).where(Training.id == training_id, trainings_seen_by(person))
    )
    if found is None:
        raise NotFound
    return found


def training_page(
    session: Session, training_id: UUID, person: Person, n: int, today: date
) -> TrainingShown:
    """One training with one page of its people. Raises NotFound."""
    found = session.execute(_training_shown(training_id, person)).first()
    if found is None:
        raise NotFound
    training, lot, region, background, of_contract, seen = found
    counts = counts_for(session, [training.id], person)[training.id]
    confirmed = [one for one in training.call_offs if one.state == CallOffState.CONFIRMED]
    places = _places(training, person)
    names = sees_names(person, training)
    pages = paging(seen if names else 0, n)
    people = _people(session, training, person, pages, today) if names else None
    start_by = min((one.start_by for one in confirmed), default=training.starts)
    waits = training.started_at is None and training.state == TrainingState.OPEN
    return TrainingShown(
        training=training,
        lot=lot,
        region=region,
        places=places,
        counts=counts,
        people=people,
        paging=pages,
        start_by=start_by,
        late=waits and min(start_by, training.starts) < today,
        missing=max(places - counts.open, 0) if waits else 0,
        shared=len({one.office_id for one in confirmed}) > 1,
        sponsors=list(training.sponsors),
        coaches=[one for one in training.coaches if one.removed_at is None],
        background=background,
        acts=acts_of(session, person, training, counts),
        of_contract=of_contract,
    )


def _training_shown(training_id: UUID, person: Person) -> Rows:
    """The training as far as its page needs it, what stands beside it, and how many are seen."""
    seen = (
        select(func.count(Enrolment.id))
        .where(Enrolment.training_id == Training.id, enrolments_seen_by(person))
        .scalar_subquery()
    )
    return (
        select(Training, Lot.title, Lot.region, BackgroundReport, capacity_seen_by(person), seen)
        .join(Training.contract)
        .join(Lot, Lot.id == Contract.lot_id)
        .outerjoin(
            BackgroundReport,
            and_(
                BackgroundReport.training_id == Training.id, BackgroundReport.replaced_at.is_(None)
            ),
        )
        .where(Training.id == training_id, trainings_seen_by(person))
        .options(
            contains_eager(Training.contract).lazyload(Contract.award),
            selectinload(Training.call_offs).options(
                lazyload(CallOff.contract), lazyload(CallOff.office), lazyload(CallOff.called_by)
            ),
            selectinload(Training.sponsors)
            .joinedload(TrainingSponsor.person)
            .lazyload(Person.memberships),
            selectinload(Training.coaches)
            .joinedload(TrainingCoach.person)
            .lazyload(Person.memberships),
        )
    )


def sees_names(person: Person, training: Training) -> bool:
    """Whether the reader sees people of the training by name, or numbers only."""
    named = any(
        one.person_id == person.id and one.office_id in offices_of(person)
        for one in training.sponsors
    )
    return named or is_of_provider(person, training) or is_coach(person, training)


def _places(training: Training, person: Person) -> int:
    """All places for the provider and the buyer; of the own office's call-offs for a sponsor."""
    whole = (
        is_of_provider(person, training)
        or is_coach(person, training)
        or person.holds(OF_BUYER, training.contract.buyer_id)
    )
    if whole:
        return training.places
    offices = {*offices_of(person), None}
    own = [
        one.places
        for one in training.call_offs
        if one.state == CallOffState.CONFIRMED and one.office_id in offices
    ]
    return sum(own) or training.places


def acts_of(session: Session, person: Person, training: Training, counts: Counts) -> frozenset[str]:
    """What the reader may do with the training now, by the names of the acts."""
    found = set()
    is_open = training.state == TrainingState.OPEN
    sponsors = is_sponsor_of(session, person, training)
    if sponsors and is_open:
        found.add("apply")
    if sponsors and counts.undecided:
        found.add("reject")
    if is_trainer(person, training):
        if is_open and counts.selected > counts.started:
            found.add("start")
        if counts.started >= LEAST_STARTED:
            found.add("report_background")
    if sponsors or person.holds({Role.PROCUREMENT_OFFICER}, training.contract.buyer_id):
        found.add("name_coach")
    return frozenset(found)


def _people(
    session: Session, training: Training, person: Person, pages: Paging, today: date
) -> list[PersonRow]:
    """One page of the people with their follow-ups, in one query."""
    people = (
        select(
            Enrolment.id,
            Enrolment.name,
            Organisation.name.label("office"),
            Enrolment.office_id,
            Enrolment.state,
            Enrolment.left_to,
            Enrolment.status_at_start,
            Enrolment.status_at_end,
            Enrolment.ended_on,
        )
        .join(Organisation, Organisation.id == Enrolment.office_id)
        .where(Enrolment.training_id == training.id, enrolments_seen_by(person))
        .order_by(Enrolment.name, Enrolment.id)
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
        .subquery()
    )
    found: dict[UUID, Row[*tuple[Any, ...]]] = {}
    recorded: dict[UUID, set[int]] = {}
    for row in session.execute(
        select(people, FollowUp.months)
        .outerjoin_from(people, FollowUp, FollowUp.enrolment_id == people.c.id)
        .order_by(people.c.name, people.c.id)
    ):
        found[row.id] = row
        recorded.setdefault(row.id, set())
        if row.months is not None:
            recorded[row.id].add(row.months)
    note_shown(session, *found)
    own, asked = offices_of(person), settings_of(session).follow_up_months
    return [
        PersonRow(
            id=row.id,
            name=row.name,
            office=row.office,
            state=row.state,
            left_to=row.left_to,
            status_at_start=row.status_at_start,
            status_at_end=row.status_at_end,
            due=[one.months for one in due_follow_ups(row.ended_on, recorded[row.id], asked, today)]
            if row.state in ENDED and row.ended_on and row.office_id in own
            else [],
        )
        for row in found.values()
    ]
