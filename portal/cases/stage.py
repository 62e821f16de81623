"""The stage of a case: its organisations, people and draft, put into the portal before the play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.models import CallOff, Training
from portal.cases.format import (
    Case,
    ConditionHead,
    LotHead,
    OptionHead,
    OrganisationHead,
    PersonHead,
    ResultBonusHead,
)
from portal.config import settings_of
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.evaluation.models import Clarification
from portal.feedback.models import Proposal
from portal.meetings.models import Practice
from portal.organisations.models import Membership, Organisation, Person
from portal.organisations.usecases import register_organisation, register_person
from portal.organisations.usecases.opener_keys import (
    enter_opener_key,
    is_opened_by,
    opener_key_of,
)
from portal.permissions import Kind, Role
from portal.privacy.usecases import bring_periods
from portal.procurement.models import Lot, Procurement, Question
from portal.procurement.rules import (
    CallTerms,
    Comparison,
    CriterionTerms,
    LotTerms,
    OptionKind,
    OptionTerms,
    PriceModel,
    ProcurementKind,
    Unit,
)
from portal.procurement.usecases import draft_procurement
from portal.scorecards.models import Scorecard
from portal.storage.sealing import new_phrase


@dataclass
class Stage:
    """Which row stands for which key of the case; rows are fetched anew for every act."""

    organisations: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    questions: dict[str, UUID] = field(default_factory=dict)
    clarifications: dict[str, UUID] = field(default_factory=dict)
    contracts: dict[str, UUID] = field(default_factory=dict)
    call_offs: dict[str, UUID] = field(default_factory=dict)
    trainings: dict[str, UUID] = field(default_factory=dict)
    participants: dict[str, UUID] = field(default_factory=dict)
    meetings: dict[str, UUID] = field(default_factory=dict)
    practices: dict[str, UUID] = field(default_factory=dict)
    proposals: dict[str, UUID] = field(default_factory=dict)
    scorecards: dict[str, UUID] = field(default_factory=dict)
    phrases: dict[UUID, str] = field(default_factory=dict)
    procurement_id: UUID | None = None

    def person(self, session: Session, key: str) -> Person:
        """A person of the case."""
        return session.get_one(Person, self.people[key])

    def organisation(self, session: Session, key: str) -> Organisation:
        """An organisation of the case."""
        return session.get_one(Organisation, self.organisations[key])

    def home_of(self, session: Session, person: str) -> Organisation:
        """The organisation in whose name a person of the case acts."""
        return self.organisation(session, self.homes[person])

    def procurement(self, session: Session) -> Procurement:
        """The procurement of the case."""
        return session.get_one(Procurement, self.procurement_id)

    def lot(self, session: Session, key: str) -> Lot:
        """A lot of the procurement."""
        return next(lot for lot in self.procurement(session).lots if lot.key == key)

    def question(self, session: Session, key: str) -> Question:
        """A question that an act has asked."""
        return session.get_one(Question, self.questions[key])

    def clarification(self, session: Session, key: str) -> Clarification:
        """A clarification that an act has asked for."""
        return session.get_one(Clarification, self.clarifications[key])

    def contract(self, session: Session, key: str) -> Contract:
        """A contract that an act has concluded."""
        return session.get_one(Contract, self.contracts[key])

    def call_off(self, session: Session, key: str) -> CallOff:
        """A call-off that an act has made."""
        return session.get_one(CallOff, self.call_offs[key])

    def training(self, session: Session, key: str) -> Training:
        """A training that a confirmation has made."""
        return session.get_one(Training, self.trainings[key])

    def enrolment(self, session: Session, key: str) -> Enrolment:
        """A participant of the case, in the training applied for."""
        return session.get_one(Enrolment, self.participants[key])

    def practice(self, session: Session, key: str) -> Practice:
        """A practice that a meeting has agreed."""
        return session.get_one(Practice, self.practices[key])

    def proposal(self, session: Session, key: str) -> Proposal:
        """A proposal that feedback has made."""
        return session.get_one(Proposal, self.proposals[key])

    def scorecard(self, session: Session, key: str) -> Scorecard:
        """A scorecard that has been drawn up."""
        return session.get_one(Scorecard, self.scorecards[key])

    def organisation_key(self, organisation_id: UUID) -> str:
        """The case's key of an organisation."""
        return next(key for key, value in self.organisations.items() if value == organisation_id)


def set_stage(
    session: Session,
    case: Case,
    at: datetime,
    password_hash: str | None,
    phrase: str | None = None,
) -> Stage:
    """Enter the organisations and people that are not there yet, and draft the call.

    The buyer's openers get keys closed by the ``phrase``, by default one that only this play knows.
    The buyer is the organisation of whoever publishes. Raises RuleBroken where the draft cannot
    be entered (a reference that the buyer has used already, say).
    """
    stage = Stage(homes={key: person.organisation for key, person in case.people.items()})
    for organisation_head in case.organisations.values():
        organisation = _organisation(session, organisation_head, at)
        if Kind.EMPLOYMENT_OFFICE in organisation.kinds:
            # The format knows no periods: a case brings those that are proposed.
            bring_periods(session, organisation, at)
        stage.organisations[organisation_head.key] = organisation.id
    for person_head in case.people.values():
        home = stage.organisation(session, person_head.organisation)
        person = _person(session, case, person_head, home, at, password_hash)
        stage.people[person_head.key] = person.id
    publisher = publisher_of(case)
    buyer = stage.home_of(session, publisher)
    stage.phrases.update(_give_keys(session, buyer, at, phrase or new_phrase()))
    procurement = draft_procurement(
        session,
        buyer=buyer,
        call=call_of(case),
        by=stage.person(session, publisher),
        at=at,
    )
    stage.procurement_id = procurement.id
    return stage


def _give_keys(session: Session, buyer: Organisation, at: datetime, phrase: str) -> dict[UUID, str]:
    """Keys for the buyer's openers, and openers in reserve where the case has too few.

    A key that the phrase does not open is replaced only where it has been left behind by an
    earlier play, as that of somebody who cannot log in; another's own stays.
    """
    openers = list(
        session.scalars(
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.organisation_id == buyer.id,
                Membership.role == Role.OPENER,
                Person.closed_at.is_(None),
            )
            .distinct()
        )
    )
    openers += [
        register_person(
            session,
            name=f"Varalla oleva avaaja {n + 1}",
            email=f"varalla-{n + 1}@{buyer.id}.example",
            memberships=[(buyer, Role.OPENER)],
            password_hash=None,
            at=at,
        )
        for n in range(len(openers), settings_of(session).sealing_openers)
    ]
    for opener in openers:
        key = opener_key_of(session, opener)
        if key is None or (opener.password_hash is None and not is_opened_by(key, phrase)):
            enter_opener_key(session, opener, phrase, at)
    return {opener.id: phrase for opener in openers}


def publisher_of(case: Case) -> str:
    """Who publishes the call; else the buyer's first officer."""
    for act in case.timeline:
        if act.do == "publish" and not act.expect_refused:
            return act.by
    buyers = {key for key, head in case.organisations.items() if Kind.BUYER in head.kinds}
    return next(
        key
        for key, person in case.people.items()
        if person.organisation in buyers and Role.PROCUREMENT_OFFICER in person.roles
    )


def _organisation(session: Session, head: OrganisationHead, at: datetime) -> Organisation:
    known = select(Organisation)
    if head.business_id:
        found = session.scalar(known.where(Organisation.business_id == head.business_id))
    else:
        found = next(
            (row for row in session.scalars(known) if dict(row.name) == dict(head.name)), None
        )
    if found is not None:
        return found
    return register_organisation(
        session,
        name=dict(head.name),
        kinds=[Kind(kind) for kind in head.kinds],
        business_id=head.business_id,
        at=at,
    )


def _person(
    session: Session,
    case: Case,
    head: PersonHead,
    home: Organisation,
    at: datetime,
    password_hash: str | None,
) -> Person:
    same = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == home.id, Person.name == head.name)
    )
    roles = [Role(role) for role in head.roles]
    for found in session.scalars(same.distinct()):
        if all(found.holds({role}, home.id) for role in roles):
            return found
    email = f"{head.key}@{head.organisation}.example"
    if session.scalar(select(Person.id).where(Person.email == email)) is not None:
        email = f"{head.key}@{head.organisation}.{case.name}.example"
    return register_person(
        session,
        name=head.name,
        email=email,
        memberships=[(home, role) for role in roles],
        password_hash=password_hash,
        at=at,
    )


def call_of(case: Case) -> CallTerms:
    """The call that the case's head describes."""
    head = case.procurement
    return CallTerms(
        reference=head.reference,
        title=head.title,
        kind=ProcurementKind(head.kind),
        questions_due=head.questions_due,
        offers_due=head.offers_due,
        contract_start=head.contract_start,
        contract_end=head.contract_end,
        price_weight=head.award.price_weight,
        comparison=Comparison(head.award.comparison),
        scale_top=head.award.scale_top,
        two_envelopes=head.award.two_envelopes,
        criteria=tuple(
            CriterionTerms(criterion.key, criterion.weight, question=criterion.question)
            for criterion in head.award.criteria
        ),
        lots=tuple(_lot(lot) for lot in head.lots),
    )


def _lot(head: LotHead) -> LotTerms:
    return LotTerms(
        key=head.key,
        title=head.title,
        region=head.region,
        fields=head.fields,
        unit=Unit(head.capacity.unit),
        capacity_minimum=head.capacity.minimum,
        capacity_estimated=head.capacity.estimated,
        capacity_maximum=head.capacity.maximum,
        price_model=PriceModel(head.price_model),
        minimum_group=head.minimum_group,
        target_participants=head.targets.participants if head.targets else None,
        target_open_market_share=head.targets.open_market_share if head.targets else None,
        result_bonus=_bonus(head.result_bonus),
        options=tuple(_option(option) for option in head.options),
    )


def _bonus(head: ResultBonusHead | None) -> Mapping[str, object] | None:
    if head is None:
        return None
    return {
        "status": head.status,
        "after_months": head.after_months,
        "amount": f"{head.amount:f}",
        "only_started_as": None if head.only_started_as is None else list(head.only_started_as),
        "at_most": head.at_most,
    }


def _option(head: OptionHead) -> OptionTerms:
    return OptionTerms(
        key=head.key,
        kind=OptionKind(head.kind),
        amount=head.amount,
        times=head.times,
        notice_by=head.notice_by,
        window_months=head.window_months,
        price=head.price,
        condition=_condition(head.condition),
    )


def _condition(head: ConditionHead | None) -> dict[str, Decimal] | None:
    if head is None:
        return None
    named = {
        "feedback_mean_at_least": head.feedback_mean_at_least,
        "open_market_share_at_least": head.open_market_share_at_least,
        "answers_at_least": head.answers_at_least,
    }
    return {name: Decimal(value) for name, value in named.items() if value is not None}
