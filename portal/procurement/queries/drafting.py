"""What the officer's pages work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.criteria.bank import bank
from portal.criteria.rules import CriteriaSet, Criterion, Use, by_group
from portal.organisations.models import Membership, Organisation, OrganisationKind, Person
from portal.permissions import Kind, Role
from portal.procurement.access import is_officer
from portal.procurement.consequences import Advice, worth_stating
from portal.procurement.copies import passed_notice_days
from portal.procurement.models import Procurement, Question
from portal.procurement.queries.advice import advice_on
from portal.procurement.queries.shown import evaluators_of
from portal.procurement.rules import (
    CallTerms,
    CriterionTerms,
    LotTerms,
    OptionTerms,
    RequirementTerms,
    State,
    latest_end_of_call,
    missing_from_call,
    weights_total,
)
from portal.procurement.terms import call_terms
from portal.procurement.usecases.openers import keys_for
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound, RuleBroken


@dataclass(frozen=True)
class Draft:
    """A draft as it stands; ``revision`` tells whether it has been changed meanwhile.

    ``latest_end`` is when the longest of its contracts can end, with every option.
    """

    id: UUID
    revision: int
    call: CallTerms
    latest_end: date | None

    def lot(self, key: str) -> LotTerms:
        """A lot by key. Raises NotFound."""
        return lot_of(self.call, key)

    def requirement(self, key: str) -> RequirementTerms:
        """A requirement of suitability by key. Raises NotFound."""
        for requirement in self.call.requirements:
            if requirement.key == key:
                return requirement
        raise NotFound


def lot_of(call: CallTerms, key: str) -> LotTerms:
    """A lot by key. Raises NotFound."""
    for lot in call.lots:
        if lot.key == key:
            return lot
    raise NotFound


def option_of(lot: LotTerms, key: str) -> OptionTerms:
    """An option clause by key. Raises NotFound."""
    for option in lot.options:
        if option.key == key:
            return option
    raise NotFound


def officers_procurement(session: Session, procurement_id: UUID, person: Person) -> Procurement:
    """A procurement of a buyer whose officer the person is. Raises NotFound."""
    procurement = session.get(Procurement, procurement_id)
    if procurement is None or not is_officer(person, procurement):
        raise NotFound
    return procurement


def draft_page(session: Session, procurement_id: UUID, person: Person, at: datetime) -> Draft:
    """A draft to work on. Raises NotFound, ``wrong_state`` once it has been published."""
    procurement = officers_procurement(session, procurement_id, person)
    if procurement.state != State.DRAFT:
        raise RuleBroken("wrong_state")
    call = call_terms(procurement)
    latest_end = latest_end_of_call(call, day_in_helsinki(at))
    return Draft(procurement.id, procurement.revision, call, latest_end)


def buyers_of(person: Person) -> list[Organisation]:
    """For whom the person may draft a procurement, by name."""
    found = person.organisations_as(Role.PROCUREMENT_OFFICER)
    return sorted(found, key=lambda buyer: (buyer.name.get("fi", ""), buyer.id))


@dataclass(frozen=True)
class CriteriaPage:
    """The draft's criteria beside what the bank offers for an award, by its groups.

    ``followed`` is the set whose criteria all stay, where the call follows one.
    ``low_price_percent`` is the installation's own measure.
    """

    draft: Draft
    bank: tuple[Criterion, ...]
    sets: tuple[CriteriaSet, ...]
    followed: CriteriaSet | None
    low_price_percent: Decimal
    total: Decimal

    @property
    def groups(self) -> list[tuple[str, list[Criterion]]]:
        """The criteria of the bank by group."""
        return by_group(self.bank)

    @property
    def shared(self) -> frozenset[str]:
        """The keys of the criteria that the followed set holds fast."""
        entries = self.followed.criteria if self.followed is not None else ()
        return frozenset(entry.criterion.key for entry in entries)


def criteria_page(
    session: Session, procurement_id: UUID, person: Person, at: datetime
) -> CriteriaPage:
    """What may be chosen, and the weights together. Raises NotFound, ``wrong_state``."""
    draft = draft_page(session, procurement_id, person, at)
    reference = draft.call.criteria_set
    return CriteriaPage(
        draft=draft,
        bank=bank().criteria_for(Use.AWARD),
        sets=bank().sets_for(Use.AWARD),
        followed=None if reference is None else bank().set_named(reference),
        low_price_percent=settings_of(session).low_price_percent,
        total=weights_total(draft.call),
    )


def following(call: CallTerms, key: str) -> CallTerms:
    """The call with what a set of the bank proposes, its own criteria kept. Raises NotFound."""
    chosen = bank().criteria_set(key)
    criteria = tuple(
        CriterionTerms(
            entry.criterion.key, entry.weight or Decimal(0), version=entry.criterion.version
        )
        for entry in chosen.criteria
    )
    return replace(
        call,
        price_weight=chosen.price_weight,
        criteria_set=chosen.reference,
        criteria=(*criteria, *call.own_criteria),
    )


@dataclass(frozen=True)
class PublishPage:
    """What still keeps a draft from being published, apart from what is only worth stating.

    ``openers`` is how many of those named have a key.
    ``passed`` are the options whose last day of notice comes before the contract could begin.
    """

    draft: Draft
    missing: list[str]
    openers: int
    openers_needed: int
    unstated: list[str]
    advice: Advice
    total: Decimal
    passed: list[tuple[LotTerms, OptionTerms]]

    @property
    def ready(self) -> bool:
        """Nothing is missing."""
        return not self.missing


def publish_page(
    session: Session, procurement_id: UUID, person: Person, at: datetime
) -> PublishPage:
    """The check before publishing. Raises NotFound, ``wrong_state``."""
    draft = draft_page(session, procurement_id, person, at)
    total = weights_total(draft.call)
    missing = missing_from_call(draft.call, at)
    keys = keys_for(session, officers_procurement(session, procurement_id, person))
    needed = settings_of(session).sealing_openers
    return PublishPage(
        draft=draft,
        missing=[
            *missing,
            *(["weights"] if total != 100 else []),
            *(["openers"] if len(keys) < needed else []),
        ],
        openers=len(keys),
        openers_needed=needed,
        unstated=worth_stating(draft.call),
        advice=advice_on(draft.call, day_in_helsinki(at)),
        total=total,
        passed=passed_notice_days(draft.call, day_in_helsinki(at)),
    )


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be appointed an evaluator, and where they belong."""

    id: UUID
    name: str
    organisation: Mapping[str, str]


@dataclass(frozen=True)
class EvaluatorsPage:
    """The appointed evaluators, and who else could be one."""

    procurement: Procurement
    appointed: list[Person]
    candidates: list[Candidate]


def evaluators_page(session: Session, procurement_id: UUID, person: Person) -> EvaluatorsPage:
    """Evaluators of the buyer and of employment offices. Raises NotFound."""
    procurement = officers_procurement(session, procurement_id, person)
    appointed = evaluators_of(session, procurement)
    offices = select(OrganisationKind.organisation_id).where(
        OrganisationKind.kind == Kind.EMPLOYMENT_OFFICE
    )
    found = session.execute(
        select(Person.id, Person.name, Organisation.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.role == Role.EVALUATOR,
            Person.closed_at.is_(None),
            Person.id.not_in([one.id for one in appointed]),
            or_(
                Membership.organisation_id == procurement.buyer_id,
                Membership.organisation_id.in_(offices),
            ),
        )
        .order_by(Person.name, Person.id)
    )
    candidates = {key: Candidate(key, name, organisation) for key, name, organisation in found}
    return EvaluatorsPage(procurement, appointed, list(candidates.values()))


def question_of(session: Session, procurement: Procurement, question_id: UUID) -> Question:
    """A question about this call. Raises NotFound."""
    question = session.get(Question, question_id)
    if question is None or question.procurement_id != procurement.id:
        raise NotFound
    return question


def evaluator_named(session: Session, person_id: UUID) -> Person:
    """Somebody by key. Raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


def buyer_named(session: Session, person: Person, buyer_id: UUID) -> Organisation:
    """One of the buyers for whom the person may draft. Raises NotFound."""
    for buyer in buyers_of(session.get_one(Person, person.id)):
        if buyer.id == buyer_id:
            return buyer
    raise NotFound
