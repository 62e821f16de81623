"""The page of the table, and the page of the rows behind a figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from portal.audit.record import note_shown
from portal.capacity.models import Training
from portal.config import settings_of
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.enrolments.people import enrolments_seen_by
from portal.indicators.rules import Period
from portal.organisations.models import Person
from portal.permissions import PROVIDING, Role
from portal.reports.programme.access import (
    counts_own_office,
    groups_reported_to,
    people_reported_to,
)
from portal.reports.programme.queries.choosing import Choices, Names, choices_of, trainings_of
from portal.reports.programme.queries.counting import backgrounds_of, people_of, table_of
from portal.reports.programme.rules import (
    FIGURES,
    OF_GROUPS,
    Selection,
    Table,
    counted_in,
    may_open,
    reported_in,
    require_ordered,
)
from portal.shared.errors import NotFound
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging

_NAMING = PROVIDING | {Role.COURSE_SPONSOR}


@dataclass(frozen=True)
class TablePage:
    """The table of a selection; ``openable`` are the figures whose records the reader may see.

    ``own_people``: the figures are of those whom the reader's office has referred, and no others.
    """

    table: Table
    choices: Choices
    told: list[tuple[str, list[Names]]]
    period: Period
    openable: frozenset[str]
    own_people: bool


def table_page(session: Session, person: Person, chosen: Selection) -> TablePage:
    """The whole page, in as many queries for thousands of people as for none.

    Raises ``days_disordered``.
    """
    require_ordered(chosen.period)
    choices = choices_of(session, person, chosen)
    table = table_of(
        session,
        trainings_of(person, chosen),
        chosen.period,
        people=people_reported_to(person),
        groups=groups_reported_to(person),
    )
    small, named = settings_of(session).small_group, names_some(person)
    return TablePage(
        table=table,
        choices=choices,
        told=choices.told(chosen),
        period=chosen.period,
        openable=frozenset(
            key for key in FIGURES if may_open(key, table[key], named=named, small_group=small)
        ),
        own_people=counts_own_office(person),
    )


@dataclass(frozen=True)
class PersonRow:
    """One participation behind a figure; ``name`` and ``id`` only for whoever sees the person.

    ``place`` is where it stands among them all, ``count`` what it adds to the figure.
    """

    place: int
    id: UUID | None
    name: str
    contract: str
    n: int
    field: str
    started_on: date | None
    ended_on: date | None
    status_at_start: str
    status_at_end: str | None
    count: int


@dataclass(frozen=True)
class GroupRow:
    """A training's report behind a figure of a sensitive group.

    ``few``: so few that their number is not told training by training.
    """

    contract: str
    n: int
    field: str
    starts: date
    count: int
    few: bool


@dataclass(frozen=True)
class RowsPage:
    """One page of the records behind a figure.

    ``opened`` is false where there are too few to be shown to this reader one by one.
    """

    key: str
    figure: int
    opened: bool
    small_group: int
    people: list[PersonRow]
    groups: list[GroupRow]
    paging: Paging
    told: list[tuple[str, list[Names]]]
    period: Period


def rows_page(session: Session, person: Person, chosen: Selection, key: str, n: int) -> RowsPage:
    """The records that add up to a figure. Raises NotFound for none of the figures' keys.

    Raises ``days_disordered``.
    """
    if key not in FIGURES:
        raise NotFound
    require_ordered(chosen.period)
    small = settings_of(session).small_group
    trainings = trainings_of(person, chosen)
    hits, named = (
        _reports_behind(session, person, trainings, chosen.period, key)
        if key in OF_GROUPS
        else _people_behind(session, person, trainings, chosen.period, key)
    )
    figure = sum(count for _id, count in hits)
    # A sum of units tells how many people there are only when they are counted.
    of = figure if key in OF_GROUPS else len(hits)
    opened = may_open(key, of, named=named, small_group=small)
    pages = paging(len(hits) if opened else 0, n)
    shown = dict(hits[pages.offset : pages.offset + ROWS_ON_A_PAGE]) if opened else {}
    return RowsPage(
        key=key,
        figure=figure,
        opened=opened,
        small_group=small,
        people=[] if key in OF_GROUPS else _person_rows(session, person, shown, pages.offset),
        groups=_group_rows(session, shown, small) if key in OF_GROUPS else [],
        paging=pages,
        told=choices_of(session, person, chosen).told(chosen),
        period=chosen.period,
    )


_Hits = tuple[list[tuple[UUID, int]], bool]


def _people_behind(
    session: Session, person: Person, trainings: Select[UUID], period: Period, key: str
) -> _Hits:
    """Keys and amounts alone, and whether the reader sees every one of them by name."""
    seen = case((enrolments_seen_by(person), 1), else_=0).label("seen")
    hits, named = [], True
    for one in people_of(session, trainings, people_reported_to(person), seen):
        counts = dict(counted_in(one, period))
        if key in counts:
            hits.append((one.id, counts[key]))
            named = named and bool(one.seen)
    return hits, named


def _reports_behind(
    session: Session, person: Person, trainings: Select[UUID], period: Period, key: str
) -> _Hits:
    hits = []
    for one in backgrounds_of(session, trainings, groups_reported_to(person)):
        counts = dict(reported_in(one, period))
        if key in counts:
            hits.append((one.training_id, counts[key]))
    return hits, False


def _person_rows(
    session: Session, person: Person, shown: Mapping[UUID, int], before: int
) -> list[PersonRow]:
    places = {key: before + n for n, key in enumerate(shown, 1)}
    found = session.execute(
        select(
            Enrolment.id,
            case((enrolments_seen_by(person), Enrolment.name), else_="").label("name"),
            Contract.reference,
            Training.n,
            Training.field,
            Enrolment.started_on,
            Enrolment.ended_on,
            Enrolment.status_at_start,
            Enrolment.status_at_end,
        )
        .join(Training, Training.id == Enrolment.training_id)
        .join(Contract, Contract.id == Training.contract_id)
        .where(Enrolment.id.in_(list(shown)))
    ).all()
    note_shown(session, *(row.id for row in found if row.name))
    rows = {
        row.id: PersonRow(
            place=places[row.id],
            id=row.id if row.name else None,
            name=row.name,
            contract=row.reference,
            n=row.n,
            field=row.field,
            started_on=row.started_on,
            ended_on=row.ended_on,
            status_at_start=row.status_at_start,
            status_at_end=row.status_at_end,
            count=shown[row.id],
        )
        for row in found
    }
    return [rows[key] for key in shown]


def _group_rows(session: Session, shown: Mapping[UUID, int], small: int) -> list[GroupRow]:
    found = session.execute(
        select(Training.id, Contract.reference, Training.n, Training.field, Training.starts)
        .join(Contract, Contract.id == Training.contract_id)
        .where(Training.id.in_(list(shown)))
    )
    rows = {
        row.id: GroupRow(
            row.reference, row.n, row.field, row.starts, shown[row.id], shown[row.id] < small
        )
        for row in found
    }
    return [rows[key] for key in shown]


def names_some(person: Person) -> bool:
    """Whether the reader may see some people by name, so that few of them may be opened, too."""
    return person.holds(_NAMING)
