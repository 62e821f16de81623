"""The needs of employment offices: of the own office, or of all of them and their sums."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from portal.database import by_name, sorted_by
from portal.organisations.models import Organisation, Person
from portal.permissions import ACTS, may
from portal.shared.errors import NotFound, RuleBroken
from portal.shared.ordering import Ordering, ordering
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging
from portal.soundings.access import (
    is_own_need,
    offices_of,
    offices_read_by,
    sees_all_needs,
)
from portal.soundings.models import Need, SoundedNeed
from portal.soundings.rules import NeedState

Names = Mapping[str, str]
Place = tuple[str, str]
"""A field of training and a region, by which needs are summed."""


@dataclass(frozen=True)
class NeedRow:
    """One need of the list."""

    id: UUID
    office: Names
    target_group: str
    people: int
    region: str
    field: str
    wanted_from: date
    note: str
    state: str
    may_change: bool


@dataclass(frozen=True)
class NeedSum:
    """The open needs of one field in one region together."""

    field: str
    region: str
    people: int
    needs: int
    earliest: date

    @property
    def place(self) -> Place:
        """What it is summed by."""
        return self.field, self.region


SORTED: dict[str, Any] = {
    "target_group": func.lower(Need.target_group),
    "office": by_name(Organisation.name),
    "people": Need.people,
    "field": Need.field,
    "region": Need.region,
    "wanted_from": Need.wanted_from,
}
"""What the list of needs can be sorted by."""


@dataclass(frozen=True)
class NeedList:
    """One page of the needs, with the sums of all open ones that the reader may see."""

    rows: list[NeedRow]
    paging: Paging
    chosen: str
    states: list[str]
    sums: list[NeedSum]
    people: int
    sees_all: bool
    may_record: bool
    may_sound: bool
    order: Ordering


def needs_page(
    session: Session, person: Person, state: str | None, n: int, sort: str | None = None
) -> NeedList:
    """The needs that stand so, open ones where nothing is asked for, the newest first.

    A buyer's officer sees those of every office; an office's people, their own. ``sort`` sorts by
    one column instead.
    """
    order = ordering(sort, SORTED)
    states = [str(one) for one in NeedState]
    chosen = state if state in states else str(NeedState.OPEN)
    seen = _seen_by(person)
    wanted = (Need.state == chosen) & seen
    pages = paging(session.scalar(select(func.count()).select_from(Need).where(wanted)) or 0, n)
    own = {row.organisation_id for row in person.memberships if row.role in ACTS["change_need"]}
    found = session.execute(
        select(
            Need.id,
            Organisation.name,
            Need.target_group,
            Need.people,
            Need.region,
            Need.field,
            Need.wanted_from,
            Need.note,
            Need.state,
            Need.office_id,
        )
        .join(Organisation, Organisation.id == Need.office_id)
        .where(wanted)
        .order_by(*sorted_by(order, SORTED), Need.recorded_at.desc(), Need.id)
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    )
    sums = need_sums(session, seen)
    return NeedList(
        rows=[
            NeedRow(
                id=row.id,
                office=row.name,
                target_group=row.target_group,
                people=row.people,
                region=row.region,
                field=row.field,
                wanted_from=row.wanted_from,
                note=row.note,
                state=row.state,
                may_change=row.office_id in own and chosen == NeedState.OPEN,
            )
            for row in found
        ],
        paging=pages,
        chosen=chosen,
        states=states,
        order=order,
        sums=sums,
        people=sum(one.people for one in sums),
        sees_all=sees_all_needs(person),
        may_record=may(person, "record_need"),
        may_sound=may(person, "draft_sounding"),
    )


def _seen_by(person: Person) -> ColumnElement[bool]:
    if sees_all_needs(person):
        return Need.id.is_not(None)
    return Need.office_id.in_(offices_read_by(person))


def need_sums(session: Session, seen: ColumnElement[bool] | None = None) -> list[NeedSum]:
    """The open needs by field and region, the most people first; all of them unless narrowed."""
    people = func.sum(Need.people)
    query = (
        select(Need.field, Need.region, people, func.count(), func.min(Need.wanted_from))
        .where(Need.state == NeedState.OPEN)
        .group_by(Need.field, Need.region)
        .order_by(people.desc(), Need.field, Need.region)
    )
    if seen is not None:
        query = query.where(seen)
    return [NeedSum(*row) for row in session.execute(query)]


def open_needs_of(session: Session, places: Collection[Place]) -> list[UUID]:
    """The open needs of these fields in these regions."""
    return list(
        session.scalars(
            select(Need.id).where(
                Need.state == NeedState.OPEN, tuple_(Need.field, Need.region).in_(list(places))
            )
        )
    )


def sums_of(session: Session, sounding_id: UUID) -> list[NeedSum]:
    """The needs that a sounding builds on, by field and region."""
    people = func.sum(Need.people)
    rows = session.execute(
        select(Need.field, Need.region, people, func.count(), func.min(Need.wanted_from))
        .join(SoundedNeed, SoundedNeed.need_id == Need.id)
        .where(SoundedNeed.sounding_id == sounding_id, Need.state != NeedState.WITHDRAWN)
        .group_by(Need.field, Need.region)
        .order_by(people.desc(), Need.field, Need.region)
    )
    return [NeedSum(*row) for row in rows]


@dataclass(frozen=True)
class Known:
    """The regions and fields named so far, offered to whoever names one."""

    regions: list[str]
    fields: list[str]


def known_places(session: Session) -> Known:
    """In alphabetical order, each once."""
    rows = session.execute(select(Need.region, Need.field).distinct()).all()
    return Known(sorted({row.region for row in rows}), sorted({row.field for row in rows}))


def own_need(session: Session, need_id: UUID, person: Person) -> Need:
    """A need of an office for which the person records them. Raises NotFound."""
    need = session.get(Need, need_id)
    if need is None or not is_own_need(person, need):
        raise NotFound
    return need


def need_to_change(session: Session, need_id: UUID, person: Person) -> Need:
    """An own need that can still be changed. Raises NotFound, ``need_used``, ``wrong_state``."""
    need = own_need(session, need_id, person)
    if need.state == NeedState.USED:
        raise RuleBroken("need_used")
    if need.state != NeedState.OPEN:
        raise RuleBroken("wrong_state")
    return need


def office_named(session: Session, person: Person, office_id: UUID) -> Organisation:
    """One of the offices for which the person may record needs. Raises NotFound."""
    for office in offices_of(session.get_one(Person, person.id)):
        if office.id == office_id:
            return office
    raise NotFound
