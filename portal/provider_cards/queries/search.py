"""The search over all cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased, joinedload, load_only

from portal.config import settings_of
from portal.organisations.models import Organisation, Person
from portal.permissions import may
from portal.provider_cards.lists import Lists, lists_of, names_of
from portal.provider_cards.models import CardEntry, CardTerm, ProviderCard
from portal.provider_cards.rules import (
    WHOLE_COUNTRY,
    CardState,
    EntryKind,
    Wanted,
    cleaned,
    is_out_of_date,
    out_of_date_before,
    wanted_in,
)
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging

Names = Mapping[str, str]
LAST_SIGN = "\U0010ffff"


@dataclass(frozen=True)
class Option:
    """One entry of a list to narrow a search by, and how many cards it would leave."""

    key: str
    name: Names
    cards: int


@dataclass(frozen=True)
class Facet:
    """One list to narrow a search by; ``chosen`` is empty where nothing is chosen."""

    kind: EntryKind
    chosen: str
    options: list[Option]


@dataclass(frozen=True)
class CardRow:
    """One card that was found, with what is needed to get in touch at once."""

    id: UUID
    title: Names
    provider: Names
    description: Names
    stages: list[Names]
    regions: list[Names]
    contact_name: str
    phone: str
    email: str
    confirmed_on: date
    out_of_date: bool


@dataclass(frozen=True)
class Found:
    """One page of the cards that answer to a search.

    ``words`` are those looked for; ``unusable``: something was typed, and no word was in it.
    """

    query: str
    words: list[str]
    unusable: bool
    facets: list[Facet]
    rows: list[CardRow]
    paging: Paging
    may_write: bool

    @property
    def asked(self) -> dict[str, str]:
        """The search as the arguments of an address."""
        chosen = {str(facet.kind): facet.chosen for facet in self.facets if facet.chosen}
        return {"q": self.query, **chosen} if self.query else chosen


_OF_A_ROW = load_only(
    ProviderCard.title,
    ProviderCard.description,
    ProviderCard.contact_name,
    ProviderCard.phone,
    ProviderCard.email,
    ProviderCard.confirmed_on,
)
"""What a row shows: the texts of the card's own page are read there."""


def found_cards(
    session: Session,
    person: Person,
    query: str,
    chosen: Mapping[EntryKind, str],
    today: date,
    n: int,
) -> Found:
    """The cards that answer to these words and entries.

    Those with more of the words come first, then those in which they weigh more, those that are
    not out of date, and then by title. Any word is enough. An entry that is on no list counts as
    not chosen.
    """
    lists = lists_of(session)
    typed = cleaned(query)
    wanted = wanted_in(typed)
    narrowed = {kind: chosen[kind] for kind in EntryKind if chosen.get(kind) in lists[kind]}
    hits = _hits(wanted) if wanted else None
    days = settings_of(session).card_confirm_days
    late = ProviderCard.confirmed_on < out_of_date_before(today, days)

    matching = _matching(hits, narrowed).with_only_columns(func.count())
    pages = paging(session.scalar(matching) or 0, n)
    # Sorted by what an index holds: the cards themselves are read for one page only.
    order = (late, ProviderCard.sorted_as, ProviderCard.id)
    ranks = [hits.c.words, hits.c.weight] if hits is not None else []
    shown = (
        _matching(hits, narrowed)
        .add_columns(*ranks)
        .order_by(*(rank.desc() for rank in ranks), *order)
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
        .subquery()
    )
    cards = session.scalars(
        select(ProviderCard)
        .join(shown, shown.c.id == ProviderCard.id)
        .options(_OF_A_ROW, joinedload(ProviderCard.provider).load_only(Organisation.name))
        .order_by(*(shown.c[rank.name].desc() for rank in ranks), *order)
    ).unique()
    return Found(
        query=typed,
        words=[one.word for one in wanted],
        unusable=bool(query.strip()) and not wanted,
        facets=_facets(session, hits, narrowed, lists),
        rows=[_row(card, lists, today, days) for card in cards],
        paging=pages,
        may_write=may(person, "write_card"),
    )


def first_cards(session: Session, query: str, most: int) -> list[tuple[UUID, Names, Names]]:
    """The first cards that such a search finds: their keys, titles and providers; else none."""
    wanted = wanted_in(cleaned(query))
    if not wanted:
        return []
    hits = _hits(wanted)
    found = session.execute(
        _matching(hits, {})
        .join(Organisation, Organisation.id == ProviderCard.provider_id)
        .with_only_columns(ProviderCard.id, ProviderCard.title, Organisation.name)
        .order_by(
            hits.c.words.desc(), hits.c.weight.desc(), ProviderCard.sorted_as, ProviderCard.id
        )
        .limit(most)
    )
    return [(key, title, provider) for key, title, provider in found]


def cards_of(session: Session, provider_id: UUID, most: int) -> list[tuple[UUID, Names, Names]]:
    """A provider's first cards in the register, by title."""
    found = session.execute(
        _matching(None, {})
        .join(Organisation, Organisation.id == ProviderCard.provider_id)
        .with_only_columns(ProviderCard.id, ProviderCard.title, Organisation.name)
        .where(ProviderCard.provider_id == provider_id)
        .order_by(ProviderCard.sorted_as, ProviderCard.id)
        .limit(most)
    )
    return [(key, title, provider) for key, title, provider in found]


def _hits(wanted: list[Wanted]) -> Subquery:
    """By card: how many of the words are found in it, and how much they weigh there."""
    each = union_all(
        *(
            select(CardTerm.card_id, func.max(CardTerm.weight).label("weight"))
            .where(_answers(one))
            .group_by(CardTerm.card_id)
            for one in wanted
        )
    ).subquery()
    return (
        select(
            each.c.card_id,
            func.count().label("words"),
            func.sum(each.c.weight).label("weight"),
        )
        .group_by(each.c.card_id)
        .subquery()
    )


def _answers(wanted: Wanted) -> ColumnElement[bool]:
    """As `rules.Wanted.found_in`. A beginning is a range, which takes signs as they are."""
    beginnings = [
        and_(CardTerm.term >= start, CardTerm.term < start + LAST_SIGN)
        for start in sorted(wanted.beginnings)
    ]
    return or_(CardTerm.term.in_(sorted(wanted.whole)), *beginnings)


def _matching(hits: Subquery | None, narrowed: Mapping[EntryKind, str]) -> Select[Any]:
    query: Select[Any] = select(ProviderCard.id).where(ProviderCard.state == CardState.SHOWN)
    if hits is not None:
        query = query.join(hits, hits.c.card_id == ProviderCard.id)
    for kind, key in narrowed.items():
        keys = {key, WHOLE_COUNTRY} if kind == EntryKind.REGION else {key}
        entry = aliased(CardEntry)
        query = query.where(
            select(entry.card_id)
            .where(entry.card_id == ProviderCard.id, entry.kind == kind, entry.key.in_(keys))
            .exists()
        )
    return query


def _facets(
    session: Session, hits: Subquery | None, narrowed: Mapping[EntryKind, str], lists: Lists
) -> list[Facet]:
    """The entries of each list with what each would find, whatever else is chosen."""
    counts: dict[tuple[str, str], int] = {}
    free = [kind for kind in EntryKind if kind not in narrowed]
    # The lists in which nothing is chosen are narrowed by the same, and counted at once.
    for kinds in ([free] if free else []) + [[kind] for kind in narrowed]:
        others = {kind: key for kind, key in narrowed.items() if kind not in kinds}
        counted = (
            select(CardEntry.kind, CardEntry.key, func.count().label("cards"))
            .where(CardEntry.kind.in_(kinds), _of_cards(hits, others))
            .group_by(CardEntry.kind, CardEntry.key)
        )
        counts |= {(row.kind, row.key): row.cards for row in session.execute(counted)}
    everywhere = counts.get((EntryKind.REGION, WHOLE_COUNTRY), 0)
    for key in lists[EntryKind.REGION]:
        if key != WHOLE_COUNTRY:
            place = (EntryKind.REGION.value, key)
            counts[place] = counts.get(place, 0) + everywhere
    return [
        Facet(
            kind=kind,
            chosen=narrowed.get(kind, ""),
            options=[
                Option(entry.key, entry.name, counts.get((kind.value, entry.key), 0))
                for entry in entries.values()
            ],
        )
        for kind, entries in lists.items()
    ]


def _of_cards(hits: Subquery | None, narrowed: Mapping[EntryKind, str]) -> ColumnElement[bool]:
    """A condition on CardEntry: whether its card answers."""
    if hits is None and not narrowed:
        # Nearly all do, so that it is quicker to leave out the few that do not.
        withdrawn = select(ProviderCard.id).where(ProviderCard.state != CardState.SHOWN)
        return CardEntry.card_id.not_in(withdrawn)
    return CardEntry.card_id.in_(_matching(hits, narrowed))


def _row(card: ProviderCard, lists: Lists, today: date, days: int) -> CardRow:
    return CardRow(
        id=card.id,
        title=card.title,
        provider=card.provider.name,
        description=card.description,
        stages=names_of(lists, EntryKind.STAGE, card.keys(EntryKind.STAGE)),
        regions=names_of(lists, EntryKind.REGION, card.keys(EntryKind.REGION)),
        contact_name=card.contact_name,
        phone=card.phone,
        email=card.email,
        confirmed_on=card.confirmed_on,
        out_of_date=is_out_of_date(card.confirmed_on, today, days),
    )
