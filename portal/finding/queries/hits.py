"""What a search finds, kind by kind: never more than the reader's own lists would show.

Which rows somebody sees is told by the rooms' own conditions (`access`), and whether they come to
such rows at all, by the table of pages. One query for each kind, whatever is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.audit.record import note_shown
from portal.capacity.access import call_offs_seen_by, trainings_seen_by
from portal.capacity.models import CallOff, Training
from portal.contracts.access import seen_by as contracts_seen_by
from portal.contracts.models import Contract
from portal.database import Rows
from portal.enrolments.models import Enrolment
from portal.enrolments.people import enrolments_seen_by
from portal.finding.models import SearchTerm
from portal.finding.rules import Kind, Typed
from portal.organisations.models import Organisation, Person
from portal.organisations.queries import organisation
from portal.permissions import PAGES
from portal.procurement.access import calls_seen_by
from portal.procurement.models import Procurement
from portal.procurement.rules import standing
from portal.provider_cards.queries.search import cards_of, first_cards
from portal.shared.names import DEFAULT_LANGUAGE
from portal.soundings.access import soundings_seen_by
from portal.soundings.models import Sounding
from portal.soundings.rules import sounding_standing

Names = Mapping[str, str]
MOST_HITS = 6
"""Of each kind: what does not stand among the first is found by typing on."""
LAST_SIGN = "\U0010ffff"


@dataclass(frozen=True)
class Hit:
    """One thing that was found: its page, what it is called, what tells it from others.

    ``number`` is what it is called by, ``name`` and ``of`` are in the languages that they have.
    """

    endpoint: str
    key: Mapping[str, Any]
    number: str = ""
    name: Names = field(default_factory=dict)
    of: Sequence[Names] = ()
    state: str | None = None


@dataclass(frozen=True)
class Group:
    """The first hits of one kind; ``more``, whether there are others."""

    kind: str
    hits: list[Hit]
    more: bool


Wanted = ColumnElement[bool]
"""A condition on the rows of a kind, besides whose they are to see."""


@dataclass(frozen=True)
class _Reader:
    person: Person
    at: datetime

    def comes_to(self, endpoint: str) -> bool:
        return PAGES[endpoint].allows(self.person)


_Source = Callable[[Session, _Reader, Wanted], list[Hit]]


def found_by(session: Session, person: Person, typed: Typed, at: datetime) -> list[Group]:
    """The kinds of which something was found by these words, in a fixed order."""
    if not typed.usable:
        return []
    organisation = (Kind.ORGANISATION, Organisation.id)
    sounding = ((Kind.SOUNDING, Sounding.id), (Kind.ORGANISATION, Sounding.buyer_id))
    numbers = {typed.whole, typed.whole.upper(), typed.whole.lower()}
    wanted: list[tuple[str, _Source, Wanted]] = [
        ("calls", _calls, _every(typed.words, *_CALL)),
        ("contracts", _contracts, _every(typed.words, *_CONTRACT)),
        ("call_offs", _call_offs, _numbered(typed, CallOff.n, (Kind.CALL_OFF, CallOff.id))),
        ("trainings", _trainings, _numbered(typed, Training.n, (Kind.TRAINING, Training.id))),
        ("participants", _participants, Enrolment.external_key.in_(numbers)),
        ("organisations", _organisations, _every(typed.words, organisation)),
        ("soundings", _soundings, _every(typed.words, *sounding)),
    ]
    reader = _Reader(person, at)
    cards = []
    if reader.comes_to("provider_cards.index"):
        cards = _cards(first_cards(session, typed.whole, MOST_HITS + 1))
    return _groups([(kind, find(session, reader, one)) for kind, find, one in wanted], cards)


@dataclass(frozen=True)
class OrganisationPage:
    """An organisation, and the first of what the reader sees that has to do with it."""

    organisation: Organisation
    groups: list[Group]


def organisation_page(
    session: Session, organisation_id: UUID, person: Person, at: datetime
) -> OrganisationPage:
    """What the reader's lists hold of an organisation. Raises NotFound."""
    one = organisation(session, organisation_id)
    parties = or_(Contract.provider_id == one.id, Contract.buyer_id == one.id)
    wanted: list[tuple[str, _Source, Wanted]] = [
        ("calls", _calls, Procurement.buyer_id == one.id),
        ("contracts", _contracts, parties),
        ("call_offs", _call_offs, or_(parties, CallOff.office_id == one.id)),
        ("trainings", _trainings, parties),
        ("soundings", _soundings, Sounding.buyer_id == one.id),
    ]
    reader = _Reader(person, at)
    cards = []
    if reader.comes_to("provider_cards.index"):
        cards = _cards(cards_of(session, one.id, MOST_HITS + 1))
    return OrganisationPage(
        one, _groups([(kind, find(session, reader, some)) for kind, find, some in wanted], cards)
    )


def _groups(found: list[tuple[str, list[Hit]]], cards: list[Hit]) -> list[Group]:
    return [
        Group(kind, hits[:MOST_HITS], len(hits) > MOST_HITS)
        for kind, hits in [*found, ("cards", cards)]
        if hits
    ]


def _cards(found: Iterable[tuple[UUID, Names, Names]]) -> list[Hit]:
    return [
        Hit("provider_cards.show", {"card_id": key}, name=title, of=[provider])
        for key, title, provider in found
    ]


def _named(word: str, kind: Kind, key: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether the word begins one of the thing's words. A range takes signs as they are."""
    return key.in_(
        select(SearchTerm.key).where(
            SearchTerm.kind == kind.value,
            SearchTerm.term >= word,
            SearchTerm.term < word + LAST_SIGN,
        )
    )


def _every(
    words: Sequence[str], *named: tuple[Kind, InstrumentedAttribute[UUID]]
) -> ColumnElement[bool]:
    """Each word names one of these things."""
    # SQLite begins with the first: a number is in few names, and a long word in fewer than a short.
    telling = sorted(words, key=lambda word: (word[0].isdigit(), len(word)), reverse=True)
    each = (or_(*(_named(word, kind, key) for kind, key in named)) for word in telling)
    return and_(true(), *each)


_CALL = ((Kind.PROCUREMENT, Procurement.id), (Kind.ORGANISATION, Procurement.buyer_id))
_CONTRACT = (
    (Kind.CONTRACT, Contract.id),
    (Kind.PROCUREMENT, Contract.procurement_id),
    (Kind.ORGANISATION, Contract.provider_id),
    (Kind.ORGANISATION, Contract.buyer_id),
)


def _numbered(
    typed: Typed,
    n: InstrumentedAttribute[int],
    own: tuple[Kind, InstrumentedAttribute[UUID]],
) -> ColumnElement[bool]:
    """Found by its own words and its contract's, or by its contract's and its number under it."""
    by_words = _every(typed.words, own, *_CONTRACT)
    if typed.n is None:
        return by_words
    return or_(by_words, (n == typed.n) & _every(typed.named, *_CONTRACT))


def _first(session: Session, query: Rows) -> Sequence[Any]:
    return session.execute(query.limit(MOST_HITS + 1)).all()


def _calls(session: Session, reader: _Reader, wanted: Wanted) -> list[Hit]:
    found = _first(
        session,
        select(
            Procurement.id,
            Procurement.reference,
            Procurement.title,
            Procurement.state,
            Procurement.offers_due,
            Organisation.name,
        )
        .join(Organisation, Organisation.id == Procurement.buyer_id)
        .where(calls_seen_by(reader.person), wanted)
        .order_by(Procurement.offers_due.desc().nulls_first(), Procurement.reference),
    )
    return [
        Hit(
            "procurement.show",
            {"procurement_id": row.id},
            row.reference,
            row.title,
            [row.name],
            standing(row.state, row.offers_due, reader.at),
        )
        for row in found
    ]


def _contracts(session: Session, reader: _Reader, wanted: Wanted) -> list[Hit]:
    if not reader.comes_to("contracts.index"):
        return []
    found = _first(
        session,
        select(
            Contract.id,
            Contract.reference,
            Contract.state,
            Procurement.title,
            Organisation.name,
        )
        .join(Procurement, Procurement.id == Contract.procurement_id)
        .join(Organisation, Organisation.id == Contract.provider_id)
        .where(contracts_seen_by(reader.person), wanted)
        .order_by(Contract.concluded_at.desc(), Contract.reference, Contract.id),
    )
    return [
        Hit(
            "contracts.show",
            {"contract_id": row.id},
            row.reference,
            row.title,
            [row.name],
            row.state,
        )
        for row in found
    ]


def _call_offs(session: Session, reader: _Reader, wanted: Wanted) -> list[Hit]:
    if not reader.comes_to("capacity.index"):
        return []
    found = _first(
        session,
        select(
            CallOff.id,
            CallOff.n,
            CallOff.field,
            CallOff.state,
            Contract.reference,
            Organisation.name,
        )
        .join(Contract, Contract.id == CallOff.contract_id)
        .join(Organisation, Organisation.id == Contract.provider_id)
        .where(call_offs_seen_by(reader.person), wanted)
        .order_by(CallOff.called_at.desc(), CallOff.n.desc(), CallOff.id),
    )
    return [
        Hit(
            "capacity.show",
            {"call_off_id": row.id},
            f"{row.reference}/{row.n}",
            {DEFAULT_LANGUAGE: row.field},
            [row.name],
            row.state,
        )
        for row in found
    ]


def _trainings(session: Session, reader: _Reader, wanted: Wanted) -> list[Hit]:
    if not reader.comes_to("enrolments.training"):
        return []
    found = _first(
        session,
        select(Training.id, Training.n, Training.field, Contract.reference, Organisation.name)
        .join(Contract, Contract.id == Training.contract_id)
        .join(Organisation, Organisation.id == Contract.provider_id)
        .where(trainings_seen_by(reader.person), wanted)
        .order_by(Training.starts.desc(), Contract.reference, Training.n, Training.id),
    )
    return [
        Hit(
            "enrolments.training",
            {"training_id": row.id},
            f"{row.reference}/{row.n}",
            {DEFAULT_LANGUAGE: row.field},
            [row.name],
        )
        for row in found
    ]


def _participants(session: Session, reader: _Reader, wanted: Wanted) -> list[Hit]:
    """By the whole of their office's number only, and without a name.

    So nobody is shown to whoever is still typing, or looks for somebody else.
    """
    if not reader.comes_to("enrolments.participant"):
        return []
    found = _first(
        session,
        select(Enrolment.id, Enrolment.external_key, Training.n, Contract.reference)
        .join(Training, Training.id == Enrolment.training_id)
        .join(Contract, Contract.id == Training.contract_id)
        .where(enrolments_seen_by(reader.person), wanted)
        .order_by(Enrolment.applied_at.desc(), Enrolment.id),
    )
    note_shown(session, *(row.id for row in found[:MOST_HITS]))
    return [
        Hit(
            "enrolments.participant",
            {"enrolment_id": row.id},
            row.external_key,
            {DEFAULT_LANGUAGE: f"{row.reference}/{row.n}"},
        )
        for row in found
    ]


def _organisations(session: Session, reader: _Reader, wanted: Wanted) -> list[Hit]:
    if not reader.comes_to("organisations.index"):
        return []
    found = _first(
        session,
        select(Organisation.id, Organisation.name, Organisation.business_id)
        .where(wanted)
        .order_by(func.lower(Organisation.name[DEFAULT_LANGUAGE].as_string()), Organisation.id),
    )
    return [
        Hit("finding.organisation", {"organisation_id": row.id}, row.business_id or "", row.name)
        for row in found
    ]


def _soundings(session: Session, reader: _Reader, wanted: Wanted) -> list[Hit]:
    found = _first(
        session,
        select(
            Sounding.id, Sounding.title, Sounding.state, Sounding.comments_due, Organisation.name
        )
        .join(Organisation, Organisation.id == Sounding.buyer_id)
        .where(soundings_seen_by(reader.person), wanted)
        .order_by(Sounding.created_at.desc(), Sounding.id),
    )
    return [
        Hit(
            "soundings.show",
            {"sounding_id": row.id},
            name=row.title,
            of=[row.name],
            state=sounding_standing(row.state, row.comments_due, reader.at),
        )
        for row in found
    ]
