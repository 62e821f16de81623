"""The list of soundings, and one sounding with what the market says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, false, func, or_, select
from sqlalchemy.orm import Session

from portal.database import by_name, sorted_by
from portal.organisations.models import Organisation, Person
from portal.permissions import may
from portal.shared.errors import NotFound, RuleBroken
from portal.shared.ordering import Ordering, ordering
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging
from portal.soundings.access import (
    buyers_of,
    buyers_read_by,
    is_sounder,
    may_see_sounding,
    providers_of,
)
from portal.soundings.models import Sounding, SoundingAnswer
from portal.soundings.queries.needs import NeedSum, need_sums, sums_of
from portal.soundings.rules import (
    SoundingStanding,
    SoundingState,
    missing_from_sounding,
    sounding_standing,
)
from portal.soundings.usecases.sounding import terms_of

Names = Mapping[str, str]
SORTED: dict[str, Any] = {
    "title": by_name(Sounding.title),
    "buyer": by_name(Organisation.name),
    "comments_due": Sounding.comments_due,
}
"""What the list of soundings can be sorted by."""


@dataclass(frozen=True)
class BegunFrom:
    """A procurement that was begun from a sounding."""

    id: UUID
    reference: str
    title: Names


Find = Callable[[Session, UUID, Person | None], list[BegunFrom]]
_find: list[Find] = []


def led_to_procurements(find: Find) -> None:
    """Let the later room that drafts procurements tell, at wiring, which began from a sounding.

    It names only those that the reader may see.
    """
    _find[:] = [find]


@dataclass(frozen=True)
class SoundingRow:
    """One sounding of the list; ``would`` and ``would_not`` count standing answers."""

    id: UUID
    title: Names
    buyer: Names
    standing: SoundingStanding
    comments_due: datetime | None
    would: int
    would_not: int


@dataclass(frozen=True)
class SoundingList:
    """One page of the list, and what it can be narrowed to."""

    rows: list[SoundingRow]
    paging: Paging
    chosen: str
    states: list[str]
    may_draft: bool
    order: Ordering


def soundings_page(
    session: Session,
    person: Person | None,
    at: datetime,
    state: str | None,
    n: int,
    sort: str | None = None,
) -> SoundingList:
    """Those open for comments, the nearest last moment first, then the others, the newest first.

    Drafts are only ever the buyer's own. ``sort`` sorts by one column instead.
    """
    order = ordering(sort, SORTED)
    own = buyers_read_by(person)
    states = [str(one) for one in SoundingStanding if own or one != SoundingStanding.DRAFT]
    chosen = state if state in states else ""
    wanted = _wanted(chosen, Sounding.buyer_id.in_(own) if own else false(), at)
    total = session.scalar(select(func.count()).select_from(Sounding).where(wanted)) or 0
    pages = paging(total, n)
    return SoundingList(
        rows=_rows(session, wanted, at, pages, order),
        paging=pages,
        chosen=chosen,
        states=["", *states],
        may_draft=person is not None and may(person, "draft_sounding"),
        order=order,
    )


def _is_open(at: datetime) -> ColumnElement[bool]:
    return (Sounding.state == SoundingState.PUBLISHED) & (Sounding.comments_due >= at)


def _wanted(chosen: str, mine: ColumnElement[bool], at: datetime) -> ColumnElement[bool]:
    drafts = mine & (Sounding.state == SoundingState.DRAFT)
    if chosen == SoundingStanding.DRAFT:
        return drafts
    if chosen == SoundingStanding.OPEN:
        return _is_open(at)
    if chosen == SoundingStanding.CLOSED:
        return (Sounding.state == SoundingState.PUBLISHED) & (Sounding.comments_due < at)
    return or_(drafts, Sounding.state == SoundingState.PUBLISHED)


def _rows(
    session: Session, wanted: ColumnElement[bool], at: datetime, pages: Paging, order: Ordering
) -> list[SoundingRow]:
    is_open = _is_open(at)
    found = session.execute(
        select(
            Sounding.id,
            Sounding.title,
            Organisation.name,
            Sounding.state,
            Sounding.comments_due,
        )
        .join(Organisation, Organisation.id == Sounding.buyer_id)
        .where(wanted)
        .order_by(
            *sorted_by(order, SORTED),
            case((is_open, 0), (Sounding.state == SoundingState.DRAFT, 1), else_=2),
            case((is_open, Sounding.comments_due)),
            Sounding.comments_due.desc().nulls_first(),
            Sounding.created_at.desc(),
            Sounding.id,
        )
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    ).all()
    counts = _counts(session, [row.id for row in found])
    return [
        SoundingRow(
            id=key,
            title=title,
            buyer=buyer,
            standing=sounding_standing(state, due, at),
            comments_due=due,
            would=counts.get((key, True), 0),
            would_not=counts.get((key, False), 0),
        )
        for key, title, buyer, state, due in found
    ]


def _counts(session: Session, keys: list[UUID]) -> dict[tuple[UUID, bool], int]:
    rows = session.execute(
        select(SoundingAnswer.sounding_id, SoundingAnswer.would_bid, func.count())
        .where(SoundingAnswer.sounding_id.in_(keys), SoundingAnswer.replaced_at.is_(None))
        .group_by(SoundingAnswer.sounding_id, SoundingAnswer.would_bid)
    )
    return {(key, would_bid): count for key, would_bid, count in rows}


@dataclass(frozen=True)
class AnswerShown:
    """A provider's standing answer, open to all."""

    provider_id: UUID
    provider: Names
    would_bid: bool
    reason: str
    comment: str
    answered_at: datetime


@dataclass(frozen=True)
class SoundingPage:
    """Everything of the sounding's page; ``missing`` keeps a draft from being published."""

    sounding: Sounding
    standing: SoundingStanding
    needs: list[NeedSum]
    people: int
    answers: list[AnswerShown]
    procurements: list[BegunFrom]
    missing: list[str]
    answers_as: list[Organisation]
    may_change: bool
    may_begin: bool

    @property
    def would(self) -> list[AnswerShown]:
        """Those who would bid."""
        return [answer for answer in self.answers if answer.would_bid]

    @property
    def would_not(self) -> list[AnswerShown]:
        """Those who would not."""
        return [answer for answer in self.answers if not answer.would_bid]

    def own_answer(self, provider_id: UUID | None) -> AnswerShown | None:
        """The provider's answer that stands."""
        return next((one for one in self.answers if one.provider_id == provider_id), None)


def visible_sounding(session: Session, sounding_id: UUID, person: Person | None) -> Sounding:
    """A sounding that this reader may see. Raises NotFound."""
    sounding = session.get(Sounding, sounding_id)
    if sounding is None or not may_see_sounding(person, sounding):
        raise NotFound
    return sounding


def sounding_page(
    session: Session, sounding_id: UUID, person: Person | None, at: datetime
) -> SoundingPage:
    """The sounding with what this reader may do next. Raises NotFound."""
    sounding = visible_sounding(session, sounding_id, person)
    standing = sounding_standing(sounding.state, sounding.comments_due, at)
    draft = standing == SoundingStanding.DRAFT
    needs = sums_of(session, sounding.id)
    answering = person is not None and standing == SoundingStanding.OPEN
    sounder = is_sounder(person, sounding)
    return SoundingPage(
        sounding=sounding,
        standing=standing,
        needs=needs,
        people=sum(one.people for one in needs),
        answers=[] if draft else _answers(session, sounding),
        procurements=[one for find in _find for one in find(session, sounding.id, person)],
        missing=missing_from_sounding(terms_of(sounding), at) if draft else [],
        answers_as=providers_of(person) if person is not None and answering else [],
        may_change=sounder and draft,
        may_begin=sounder and not draft,
    )


def _answers(session: Session, sounding: Sounding) -> list[AnswerShown]:
    rows = session.execute(
        select(
            SoundingAnswer.provider_id,
            Organisation.name,
            SoundingAnswer.would_bid,
            SoundingAnswer.reason,
            SoundingAnswer.comment,
            SoundingAnswer.answered_at,
        )
        .join(Organisation, Organisation.id == SoundingAnswer.provider_id)
        .where(SoundingAnswer.sounding_id == sounding.id, SoundingAnswer.replaced_at.is_(None))
        .order_by(SoundingAnswer.answered_at, SoundingAnswer.id)
    )
    return [AnswerShown(*row) for row in rows]


def sounders_sounding(session: Session, sounding_id: UUID, person: Person) -> Sounding:
    """A sounding of a buyer whose officer the person is. Raises NotFound."""
    sounding = session.get(Sounding, sounding_id)
    if sounding is None or not is_sounder(person, sounding):
        raise NotFound
    return sounding


@dataclass(frozen=True)
class SoundingDraft:
    """A draft to work on, and the sums of needs that it may build on."""

    sounding: Sounding
    chosen: list[NeedSum]
    sums: list[NeedSum]


def sounding_draft(session: Session, sounding_id: UUID, person: Person) -> SoundingDraft:
    """What the officer's page works on. Raises NotFound, ``wrong_state`` once published."""
    sounding = sounders_sounding(session, sounding_id, person)
    if sounding.state != SoundingState.DRAFT:
        raise RuleBroken("wrong_state")
    return SoundingDraft(sounding, sums_of(session, sounding.id), need_sums(session))


def sounding_buyer(session: Session, person: Person, buyer_id: UUID) -> Organisation:
    """One of the buyers for which the person may sound out the market. Raises NotFound."""
    for buyer in buyers_of(session.get_one(Person, person.id)):
        if buyer.id == buyer_id:
            return buyer
    raise NotFound


def answering_provider(session: Session, person: Person, provider_id: UUID) -> Organisation:
    """One of the providers in whose name the person may answer. Raises NotFound."""
    for provider in providers_of(session.get_one(Person, person.id)):
        if provider.id == provider_id:
            return provider
    raise NotFound
