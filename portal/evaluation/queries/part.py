"""In what capacity somebody takes part, and what that opens and shuts to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, select
from sqlalchemy.orm import Session, lazyload

from portal.database import Rows
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.evaluation.access import appointed_to, conflicted, declared, second_envelope_opened
from portal.evaluation.comparison import sort_key
from portal.evaluation.models import Award, Discontinuation, InterestDeclaration
from portal.offers.access import opened
from portal.offers.models import Offer
from portal.organisations.models import Organisation, OrganisationKind, Person
from portal.organisations.queries import Named, organisations
from portal.permissions import Kind, Role, may
from portal.procurement.access import is_handler
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import State
from portal.shared.errors import NotFound, RuleBroken


@dataclass(frozen=True)
class Part:
    """One person's part in one procurement's evaluation."""

    procurement: Procurement
    person: Person
    evaluates: bool
    declared: bool
    conflicted: bool
    prices_opened: bool
    """Whether the second envelope has been opened; never where there is one only."""

    @cached_property
    def officer(self) -> bool:
        """Whether the person judges, agrees and awards."""
        return may(self.person, "award", self.procurement.buyer_id)

    @property
    def decides(self) -> bool:
        """Whether the person issues the decision."""
        return may(self.person, "issue_decision", self.procurement.buyer_id)

    @property
    def signs(self) -> bool:
        """Whether the person signs the buyer's contracts."""
        return self.person.holds({Role.SIGNATORY}, self.procurement.buyer_id)

    @property
    def clean(self) -> bool:
        """Whether the person may see the opened offers."""
        return self.declared and not self.conflicted

    @property
    def opened(self) -> bool:
        """Whether the offers have been opened."""
        return self.procurement.state in (State.OPENED, State.DECIDED)

    @property
    def under_way(self) -> bool:
        """Whether the offers are being evaluated, the decision not being issued yet."""
        return self.procurement.state == State.OPENED

    def require_free(self) -> None:
        """Refuses by ``conflict_of_interest``."""
        if self.conflicted:
            raise RuleBroken("conflict_of_interest")

    def require_open(self) -> None:
        """Refuses whoever may not see the offers.

        Raises ``conflict_of_interest``, ``not_opened``, ``interests_undeclared``.
        """
        self.require_free()
        if not self.opened:
            raise RuleBroken("not_opened")
        self.require_declared()

    def require_declared(self) -> None:
        """Refuses by ``interests_undeclared``."""
        if not self.declared:
            raise RuleBroken("interests_undeclared")


@dataclass(frozen=True)
class LotPart:
    """Somebody's part in a procurement, with one of its lots and how that has ended, if it has."""

    part: Part
    lot: Lot
    award: Award | None
    discontinuation: Discontinuation | None


def part_of(session: Session, procurement_id: UUID, person: Person) -> Part:
    """The person's part in a published procurement. Raises NotFound for whoever has none."""
    keys = {"procurement": procurement_id, "person": person.id}
    found = session.execute(_a_part(), keys).first()
    if found is None:
        raise NotFound
    procurement, *flags = found
    return _part(procurement, person, *flags)


# These are written once: with all that hangs on them they take longer to write than to ask.
@cache
def _a_part() -> Rows:
    return (
        select(Procurement, *_flags())
        .where(Procurement.id == bindparam("procurement"))
        .options(lazyload(Procurement.requirements))
    )


@cache
def _a_lot_part() -> Rows:
    return (
        select(Procurement, Lot, Award, Discontinuation, *_flags())
        .outerjoin(Lot, and_(Lot.procurement_id == Procurement.id, Lot.key == bindparam("lot")))
        .outerjoin(Award, and_(Award.lot_id == Lot.id, Award.voided_at.is_(None)))
        .outerjoin(
            Discontinuation,
            and_(Discontinuation.lot_id == Lot.id, Discontinuation.voided_at.is_(None)),
        )
        .where(Procurement.id == bindparam("procurement"))
        .options(
            lazyload(Procurement.requirements),
            lazyload(Procurement.lots),
            lazyload(Lot.options),
            lazyload(Award.offer),
        )
    )


def _flags() -> tuple[ColumnElement[bool], ...]:
    """What else a part needs of the database, so that one query brings all of it."""
    person: BindParameter[UUID] = bindparam("person")
    return (
        appointed_to(Procurement.id, person),
        declared(Procurement.id, person),
        conflicted(Procurement.id, person),
        second_envelope_opened(Procurement.id),
    )


def _part(
    procurement: Procurement,
    person: Person,
    appointed: bool,
    has_declared: bool,
    tied: bool,
    second_opened: bool,
) -> Part:
    evaluates = person.holds({Role.EVALUATOR}) and appointed
    if procurement.state == State.DRAFT or not (evaluates or is_handler(person, procurement)):
        raise NotFound
    return Part(
        procurement=procurement,
        person=person,
        evaluates=evaluates,
        declared=has_declared,
        conflicted=tied,
        prices_opened=procurement.two_envelopes and second_opened,
    )


def seeing_part(session: Session, procurement_id: UUID, person: Person) -> Part:
    """The part of somebody who may see the opened offers. Raises as `Part.require_open`."""
    part = part_of(session, procurement_id, person)
    part.require_open()
    return part


def seeing_lot(session: Session, procurement_id: UUID, lot_key: str, person: Person) -> LotPart:
    """The same with one lot, without reading the others. Raises NotFound for no such lot, too."""
    return _lot_part(session, procurement_id, lot_key, person, seeing=True)


def lot_part_of(session: Session, procurement_id: UUID, lot_key: str, person: Person) -> LotPart:
    """As `part_of` with one lot, for an act that asks itself what it needs. Raises NotFound."""
    return _lot_part(session, procurement_id, lot_key, person, seeing=False)


def _lot_part(
    session: Session, procurement_id: UUID, lot_key: str, person: Person, *, seeing: bool
) -> LotPart:
    keys = {"procurement": procurement_id, "lot": lot_key, "person": person.id}
    found = session.execute(_a_lot_part(), keys).first()
    if found is None:
        raise NotFound
    procurement, lot, award, discontinuation, *flags = found
    part = _part(procurement, person, *flags)
    if seeing:
        part.require_open()
    if lot is None:
        raise NotFound
    return LotPart(part, lot, award, discontinuation)


def lot_of(procurement: Procurement, key: str) -> Lot:
    """A lot of the procurement. Raises NotFound."""
    for lot in procurement.lots:
        if lot.key == key:
            return lot
    raise NotFound


def offer_of(session: Session, procurement: Procurement, offer_id: UUID) -> Offer:
    """An opened offer. Raises ``not_opened`` before the opening, NotFound for any other key."""
    if procurement.state == State.PUBLISHED:
        raise RuleBroken("not_opened")
    offer = session.scalar(select(Offer).where(Offer.id == offer_id, opened(procurement)))
    if offer is None:
        raise NotFound
    return offer


def providers_named(session: Session, keys: Collection[UUID]) -> list[Organisation]:
    """The providers of the portal with these keys, by name."""
    found = session.scalars(
        select(Organisation)
        .join(OrganisationKind)
        .where(OrganisationKind.kind == Kind.PROVIDER, Organisation.id.in_(keys))
    )
    return sorted(found, key=sort_key)


@dataclass(frozen=True)
class InterestsPage:
    """What somebody has declared so far, and what can be declared.

    ``providers`` are all of the portal, so that the list tells nothing of who has offered.
    """

    part: Part
    providers: list[Named]
    declared_at: datetime | None


def interests_page(session: Session, procurement_id: UUID, person: Person) -> InterestsPage:
    """The declaration of interests. Raises NotFound, ``conflict_of_interest``."""
    part = part_of(session, procurement_id, person)
    part.require_free()
    last = session.scalar(
        select(InterestDeclaration.declared_at)
        .where(
            InterestDeclaration.procurement_id == procurement_id,
            InterestDeclaration.person_id == person.id,
        )
        .order_by(InterestDeclaration.declared_at.desc())
        .limit(1)
    )
    return InterestsPage(part, organisations(session, Kind.PROVIDER), last)


def result_sheet_of(
    session: Session, procurement_id: UUID, award_id: UUID, person: Person
) -> StoredDocument | None:
    """The result sheet of an award; None until it is made. Raises NotFound and the refusals."""
    part = seeing_part(session, procurement_id, person)
    award = session.get(Award, award_id)
    if award is None or award.offer.procurement_id != part.procurement.id:
        raise NotFound
    return store.find(session, "result_sheet", award.id, person.language)
