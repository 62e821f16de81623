"""The list of trainings, and one training with its people as far as its reader sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.record import note_shown
from portal.capacity.access import OF_BUYER, capacity_seen_by, is_of_provider, trainings_seen_by
from portal.capacity.models import Training, TrainingCoach, TrainingSponsor
from portal.capacity.rules import CallOffState, TrainingState
from portal.config import settings_of
from portal.contracts.models import Contract
from portal.database import by_name, sorted_by
from portal.enrolments.access import (
    is_coach,
    is_sponsor_of,
    is_trainer,
    offices_of,
    people_counted_by,
)
from portal.enrolments.models import BackgroundReport, Enrolment, FollowUp
from portal.enrolments.people import enrolments_seen_by
from portal.enrolments.queries.counts import Counts, counts_of
from portal.enrolments.rules import ENDED, LEAST_STARTED, due_follow_ups
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
    wanted = (Training.state == shown) & trainings_seen_by(person)
    pages = paging(session.scalar(select(func.count(Training.id)).where(wanted)) or 0, n)
    found = session.execute(
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
        .where(wanted)
        .order_by(*sorted_by(order, SORTED), Training.starts.desc(), Contract.reference, Training.n)
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    ).all()
    shown = [row.id for row in found]
    counts = counts_of(session, shown, people_counted_by(person, shown))
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
    training = training_of(session, training_id, person)
    counted = people_counted_by(person, [training.id])
    counts = counts_of(session, [training.id], counted)[training.id]
    confirmed = [one for one in training.call_offs if one.state == CallOffState.CONFIRMED]
    places = _places(training, person)
    names = sees_names(person, training)
    people, pages = _people(session, training, person, n, today) if names else (None, paging(0, 1))
    start_by = min((one.start_by for one in confirmed), default=training.starts)
    waits = training.started_at is None and training.state == TrainingState.OPEN
    lot = session.get_one(Lot, training.contract.lot_id)
    return TrainingShown(
        training=training,
        lot=lot.title,
        region=lot.region,
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
        background=session.scalar(
            select(BackgroundReport).where(
                BackgroundReport.training_id == training.id, BackgroundReport.replaced_at.is_(None)
            )
        ),
        acts=acts_of(session, person, training, counts),
        of_contract=session.scalar(
            select(Contract.id).where(Contract.id == training.contract_id, capacity_seen_by(person))
        )
        is not None,
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
    session: Session, training: Training, person: Person, n: int, today: date
) -> tuple[list[PersonRow], Paging]:
    seen = (Enrolment.training_id == training.id) & enrolments_seen_by(person)
    pages = paging(session.scalar(select(func.count(Enrolment.id)).where(seen)) or 0, n)
    found = session.execute(
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
        .where(seen)
        .order_by(Enrolment.name, Enrolment.id)
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    ).all()
    note_shown(session, *(row.id for row in found))
    recorded: dict[UUID, set[int]] = {}
    for enrolment_id, months in session.execute(
        select(FollowUp.enrolment_id, FollowUp.months).where(
            FollowUp.enrolment_id.in_([row.id for row in found])
        )
    ):
        recorded.setdefault(enrolment_id, set()).add(months)
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
            due=[
                one.months
                for one in due_follow_ups(row.ended_on, recorded.get(row.id, set()), asked, today)
            ]
            if row.state in ENDED and row.ended_on and row.office_id in own
            else [],
        )
        for row in found
    ], pages
