"""What the pages of the record show, each in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from portal.audit.heads import latest_head
from portal.audit.models import AuditEntry, AuditStamp, ReadEntry
from portal.audit.record import ACCOUNTS, entries_in, heads_in
from portal.audit.verifying import faults_of
from portal.auditing.access import (
    entries_seen_by,
    procurement_audited,
    procurements_audited_by,
)
from portal.auditing.rules import ChainState
from portal.capacity.models import CallOff, Training
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.offers.models import Offer, OfferVersion
from portal.organisations.models import Membership, Organisation, Person
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import State
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging

PEOPLE_FOUND = 200
"""So many people at most are looked for by a part of a name."""


@dataclass(frozen=True)
class Search:
    """What is looked for; whatever is None or empty leaves the record as it is.

    ``since`` is the first instant, ``before`` the first one after the days asked for.
    """

    procurement: UUID | None = None
    person: str = ""
    act: str = ""
    outcome: str = ""
    rule: str = ""
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True)
class EntryShown:
    """One entry in plain values. Without ``n`` and hashes where gaps would tell of what is sealed.

    ``reference`` is that of the procurement; None in the chain of the accounts.
    """

    at: datetime
    reference: str | None
    title: dict[str, str] | None
    by: UUID | None
    who: str
    homes: list[dict[str, str]]
    act: str
    outcome: str
    rule: str | None
    chain: str
    n: int | None
    previous: str | None
    hash: str | None
    facts: Mapping[str, Any] | None


@dataclass(frozen=True)
class HeadShown:
    """The newest signed head: its number and time, how many faults, and what of its stamp."""

    number: int
    at: datetime
    faults: int
    stamped_at: datetime | None
    stamp_fault: str | None


@dataclass(frozen=True)
class EntriesPage:
    """The page's whole data."""

    rows: list[EntryShown]
    paging: Paging
    procurements: list[tuple[UUID, str, dict[str, str]]]
    acts: list[str]
    state: ChainState
    head: HeadShown | None


def entries_page(session: Session, person: Person, search: Search, n: int) -> EntriesPage:
    """One page of the entries that are looked for, the newest first. Raises NotFound."""
    wanted = _wanted(session, person, search)
    total = session.scalar(select(func.count()).select_from(AuditEntry).where(*wanted)) or 0
    shown = paging(total, n)
    found = _entries(wanted).limit(ROWS_ON_A_PAGE).offset(shown.offset)
    head = _head_shown(session)
    acts = select(AuditEntry.act).where(entries_seen_by(session, person)).distinct()
    return EntriesPage(
        rows=_shown(session, session.scalars(found).all()),
        paging=shown,
        procurements=_procurements(session, person),
        acts=sorted(session.scalars(acts)),
        state=_state(session, search, head),
        head=head,
    )


def entries_found(session: Session, person: Person, search: Search) -> list[EntryShown]:
    """All entries that are looked for, the newest first, for a file. Raises NotFound."""
    wanted = _wanted(session, person, search)
    return _shown(session, session.scalars(_entries(wanted)).all())


def _entries(wanted: Sequence[ColumnElement[bool]]) -> Select[AuditEntry]:
    return select(AuditEntry).where(*wanted).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())


def _wanted(session: Session, person: Person, search: Search) -> list[ColumnElement[bool]]:
    wanted = [entries_seen_by(session, person)]
    if search.procurement is not None:
        procurement = procurement_audited(session, search.procurement, person)
        wanted.append(AuditEntry.chain == str(procurement.id))
    if search.person:
        wanted.append(AuditEntry.by.in_(_people_called(session, search.person)))
    if search.act:
        wanted.append(AuditEntry.act == search.act)
    if search.outcome:
        wanted.append(AuditEntry.outcome == search.outcome)
    if search.rule:
        wanted.append(AuditEntry.rule == search.rule)
    return wanted + _in_days(search, AuditEntry.at)


def _in_days(search: Search, at: Any) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if search.since is not None:
        wanted.append(at >= search.since)
    if search.before is not None:
        wanted.append(at < search.before)
    return wanted


def _people_called(session: Session, text: str) -> list[UUID]:
    found = select(Person.id).where(Person.name.icontains(text, autoescape=True))
    return list(session.scalars(found.order_by(Person.name, Person.id).limit(PEOPLE_FOUND)))


def _procurements(session: Session, person: Person) -> list[tuple[UUID, str, dict[str, str]]]:
    found = session.execute(
        select(Procurement.id, Procurement.reference, Procurement.title)
        .where(procurements_audited_by(person))
        .order_by(Procurement.created_at.desc(), Procurement.id)
    )
    return [(key, reference, title) for key, reference, title in found]


def _state(session: Session, search: Search, head: HeadShown | None) -> ChainState:
    """Of the chain that is looked at, as it is now; of all, as the last daily run found it."""
    if search.procurement is not None:
        chain = str(search.procurement)
        broken = bool(faults_of(entries_in(session, chain), heads_in(session, chain)))
        return ChainState.BROKEN if broken else ChainState.WHOLE
    if head is None:
        return ChainState.UNCHECKED
    return ChainState.BROKEN if head.faults else ChainState.WHOLE


def _head_shown(session: Session) -> HeadShown | None:
    head = latest_head(session)
    if head is None:
        return None
    stamp = session.execute(
        select(AuditStamp.at, AuditStamp.fault)
        .where(AuditStamp.number == head.number)
        .order_by(AuditStamp.token.is_(None), AuditStamp.at.desc())
        .limit(1)
    ).one_or_none()
    stamped_at = stamp.at if stamp is not None and stamp.fault is None else None
    fault = stamp.fault if stamp is not None else None
    return HeadShown(head.number, head.at, head.faults, stamped_at, fault)


def _shown(session: Session, entries: Sequence[AuditEntry]) -> list[EntryShown]:
    people = _people(session, {one.by for one in entries if one.by is not None})
    keys = {UUID(one.chain) for one in entries if one.chain != ACCOUNTS}
    procurements = {
        str(row.id): row
        for row in session.execute(
            select(
                Procurement.id, Procurement.reference, Procurement.title, Procurement.state
            ).where(Procurement.id.in_(keys))
        )
    }
    rows = []
    for one in entries:
        of = procurements.get(one.chain)
        whole = of is None or of.state == State.DECIDED
        who, homes = people.get(one.by, ("", [])) if one.by else ("", [])
        rows.append(
            EntryShown(
                at=one.at,
                reference=of.reference if of else None,
                title=of.title if of else None,
                by=one.by,
                who=who,
                homes=homes,
                act=one.act,
                outcome=one.outcome,
                rule=one.rule,
                chain=one.chain,
                n=one.n if whole else None,
                previous=one.previous if whole else None,
                hash=one.hash if whole else None,
                facts=one.facts if whole else None,
            )
        )
    return rows


def _people(session: Session, keys: Iterable[UUID]) -> dict[UUID, tuple[str, list[dict[str, str]]]]:
    """Each person's name and the organisations where they have a role."""
    found = session.execute(
        select(Person.id, Person.name, Organisation.id.label("home"), Organisation.name)
        .outerjoin(Membership, Membership.person_id == Person.id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(Person.id.in_(set(keys)))
        .order_by(Organisation.id)
    )
    people: dict[UUID, tuple[str, list[dict[str, str]]]] = {}
    for key, name, home, called in found:
        homes = people.setdefault(key, (name, []))[1]
        if home is not None and called not in homes:
            homes.append(called)
    return people


@dataclass(frozen=True)
class ReadShown:
    """One reading: who read what kind of thing on which page. No participant is named here."""

    at: datetime
    who: str
    homes: list[dict[str, str]]
    page: str
    kind: str
    subject: str


@dataclass(frozen=True)
class ReadsPage:
    """The page's whole data; no rows before a procurement has been chosen."""

    rows: list[ReadShown]
    paging: Paging
    procurements: list[tuple[UUID, str, dict[str, str]]]


def reads_page(
    session: Session, reads: Session, person: Person, search: Search, n: int
) -> ReadsPage:
    """One page of the readings of a procurement, the newest first. Raises NotFound."""
    listed = _procurements(session, person)
    if search.procurement is None:
        return ReadsPage([], paging(0, 1), listed)
    kinds = _kinds(session, procurement_audited(session, search.procurement, person))
    wanted = _reads_wanted(session, search, kinds)
    total = reads.scalar(select(func.count()).select_from(ReadEntry).where(*wanted)) or 0
    shown = paging(total, n)
    found = reads.scalars(_reads(wanted).limit(ROWS_ON_A_PAGE).offset(shown.offset)).all()
    return ReadsPage(_reads_shown(session, found, kinds), shown, listed)


def reads_found(
    session: Session, reads: Session, person: Person, search: Search
) -> list[ReadShown]:
    """All readings of a procurement, the newest first, for a file. Raises NotFound."""
    if search.procurement is None:
        return []
    kinds = _kinds(session, procurement_audited(session, search.procurement, person))
    found = reads.scalars(_reads(_reads_wanted(session, search, kinds))).all()
    return _reads_shown(session, found, kinds)


def _reads(wanted: Sequence[ColumnElement[bool]]) -> Select[ReadEntry]:
    return select(ReadEntry).where(*wanted).order_by(ReadEntry.at.desc(), ReadEntry.id)


def _reads_wanted(
    session: Session, search: Search, kinds: Mapping[str, str]
) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [ReadEntry.subject.in_(list(kinds))]
    if search.person:
        wanted.append(ReadEntry.by.in_(_people_called(session, search.person)))
    return wanted + _in_days(search, ReadEntry.at)


def _kinds(session: Session, procurement: Procurement) -> dict[str, str]:
    """What belongs to a procurement and may have been read: each key with what it is.

    Until the decision, nothing that only an offer has: its own provider reads it, too.
    """
    contracts = select(Contract.id).where(Contract.procurement_id == procurement.id)
    trainings = select(Training.id).where(Training.contract_id.in_(contracts))
    asked: dict[str, Select[Any]] = {
        "read_lot": select(Lot.id).where(Lot.procurement_id == procurement.id),
        "read_contract": contracts,
        "read_call_off": select(CallOff.id).where(CallOff.contract_id.in_(contracts)),
        "read_training": trainings,
        "read_participant": select(Enrolment.id).where(Enrolment.training_id.in_(trainings)),
    }
    if procurement.state == State.DECIDED:
        offers = select(Offer.id).where(Offer.procurement_id == procurement.id)
        asked["read_offer"] = offers
        asked["read_offer_version"] = select(OfferVersion.id).where(
            OfferVersion.offer_id.in_(offers)
        )
    kinds = {str(procurement.id): "read_procurement"}
    for kind, query in asked.items():
        kinds |= dict.fromkeys(map(str, session.scalars(query)), kind)
    return kinds


def _reads_shown(
    session: Session, found: Sequence[ReadEntry], kinds: Mapping[str, str]
) -> list[ReadShown]:
    people = _people(session, {one.by for one in found if one.by is not None})
    rows = []
    for one in found:
        who, homes = people.get(one.by, ("", [])) if one.by else ("", [])
        rows.append(ReadShown(one.at, who, homes, one.page, kinds[one.subject], one.subject))
    return rows
