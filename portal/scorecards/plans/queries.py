"""What the pages of improvement plans show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.contracts.models import Contract
from portal.contracts.queries import contract_of
from portal.contracts.rules import ContractState
from portal.criteria.bank import bank
from portal.criteria.rules import Names
from portal.organisations.models import Membership, Organisation, Person
from portal.permissions import BUYERS_HANDLERS, PROVIDING, may
from portal.scorecards.models import Scorecard
from portal.scorecards.plans.access import acts_for, plans_seen_by, scorecards_agreed_on
from portal.scorecards.plans.models import ImprovementPlan, ImprovementStep, StepMark
from portal.scorecards.plans.rules import Side, StepState, in_order, is_overdue
from portal.scorecards.plans.usecases import figures_of
from portal.scorecards.rules import ScorecardState
from portal.shared.errors import NotFound
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging


@dataclass(frozen=True)
class PlanRow:
    """A plan of a list, with how many of its steps are open, and of those how many overdue."""

    id: UUID
    n: int
    aim: str
    provider: Names
    buyer: Names
    steps: int
    open: int
    overdue: int
    next_due: date | None


def _row(plan: ImprovementPlan, today: date) -> PlanRow:
    planned = [one.due for one in plan.steps if one.state == StepState.PLANNED]
    return PlanRow(
        id=plan.id,
        n=plan.n,
        aim=plan.aim,
        provider=plan.provider.name,
        buyer=plan.buyer.name,
        steps=len(plan.steps),
        open=sum(one.closed_at is None for one in plan.steps),
        overdue=sum(due < today for due in planned),
        next_due=min(planned, default=None),
    )


def _earliest() -> ColumnElement[date]:
    """The earliest last day among a plan's planned steps."""
    return (
        select(func.min(ImprovementStep.due))
        .where(
            ImprovementStep.plan_id == ImprovementPlan.id,
            ImprovementStep.state == StepState.PLANNED,
        )
        .correlate(ImprovementPlan)
        .scalar_subquery()
    )


def _plans(
    session: Session, *which: ColumnElement[bool], limit: int, offset: int = 0
) -> Sequence[ImprovementPlan]:
    """Those with the earliest open day first, and so the overdue ones before all others."""
    earliest = _earliest()
    return session.scalars(
        select(ImprovementPlan)
        .where(*which)
        .order_by(
            earliest.is_(None), earliest, ImprovementPlan.drawn_up_at.desc(), ImprovementPlan.id
        )
        .limit(limit)
        .offset(offset)
    ).all()


MOST_SHOWN = 20


def open_plans(session: Session, provider_id: UUID, person: Person, today: date) -> list[PlanRow]:
    """The provider's plans with something left to do that this reader may see, twenty at most.

    For the pages of other rooms: a plan without steps is open, and so is one with a step that the
    other side has not agreed to.
    """
    steps = select(ImprovementStep.id).where(ImprovementStep.plan_id == ImprovementPlan.id)
    left = or_(~steps.exists(), steps.where(ImprovementStep.closed_at.is_(None)).exists())
    found = _plans(
        session,
        ImprovementPlan.provider_id == provider_id,
        plans_seen_by(person),
        left,
        limit=MOST_SHOWN,
    )
    return [_row(plan, today) for plan in found]


@dataclass(frozen=True)
class PlanList:
    """The plans of a reader, or of one provider."""

    provider: Names | None
    provider_id: UUID | None
    rows: list[PlanRow]
    paging: Paging


def plans_page(
    session: Session, person: Person, n: int, today: date, provider_id: UUID | None = None
) -> PlanList:
    """What the reader may see; with a provider, its plans only. Raises NotFound for no provider."""
    wanted = plans_seen_by(person)
    provider = None
    if provider_id is not None:
        provider = session.get(Organisation, provider_id)
        wanted = and_(wanted, ImprovementPlan.provider_id == provider_id)
    total = session.scalar(select(func.count()).select_from(ImprovementPlan).where(wanted)) or 0
    if provider_id is not None and not total:
        raise NotFound
    pages = paging(total, n)
    found = _plans(session, wanted, limit=ROWS_ON_A_PAGE, offset=pages.offset)
    return PlanList(
        provider=None if provider is None else provider.name,
        provider_id=provider_id,
        rows=[_row(plan, today) for plan in found],
        paging=pages,
    )


@dataclass(frozen=True)
class About:
    """What a step is about: ``kind`` is indicator or criterion; ``title`` is a criterion's."""

    value: str
    kind: str
    key: str
    title: Names | None


def about(value: str) -> About:
    """What a step names, with the criterion's title of the newest version."""
    kind, _sign, key = value.partition(":")
    title = bank().criterion(key).title if kind == "criterion" else None
    return About(value, kind, key, title)


@dataclass(frozen=True)
class StepRow:
    """A step, and where it stands today."""

    step: ImprovementStep
    about: About
    overdue: bool
    reported: bool


def _step_row(step: ImprovementStep, today: date) -> StepRow:
    return StepRow(
        step=step,
        about=about(step.about),
        overdue=is_overdue(step.state, step.due, today),
        reported=step.state != StepState.PLANNED and step.closed_at is None,
    )


@dataclass(frozen=True)
class PartyPerson:
    """Somebody of a party who may be named for a step."""

    id: UUID
    name: str
    side: Side


@dataclass(frozen=True)
class PlanPage:
    """A plan with its steps, the overdue first, and what may be added to it."""

    plan: ImprovementPlan
    steps: list[StepRow]
    people: list[PartyPerson]
    abouts: list[About]
    may_add: bool


def plan_of(session: Session, plan_id: UUID, person: Person) -> ImprovementPlan:
    """A plan that this reader may see. Raises NotFound."""
    found = session.scalar(
        select(ImprovementPlan).where(ImprovementPlan.id == plan_id, plans_seen_by(person))
    )
    if found is None:
        raise NotFound
    return found


def plan_page(session: Session, plan_id: UUID, person: Person, today: date) -> PlanPage:
    """The page's whole data. Raises NotFound."""
    plan = plan_of(session, plan_id, person)
    may_add = any(acts_for(person, side, plan) for side in Side)
    steps = sorted(
        plan.steps, key=lambda one: in_order(one.state, one.due, one.closed_at is not None, today)
    )
    return PlanPage(
        plan=plan,
        steps=[_step_row(step, today) for step in steps],
        people=_people(session, plan) if may_add else [],
        abouts=[about(value) for value in figures_of(plan)] if may_add else [],
        may_add=may_add,
    )


def _people(session: Session, plan: ImprovementPlan) -> list[PartyPerson]:
    """The provider's people, then the buyer's, each once."""
    people: dict[UUID, PartyPerson] = {}
    parties = (
        (Side.PROVIDER, plan.provider_id, PROVIDING),
        (Side.BUYER, plan.buyer.id, BUYERS_HANDLERS),
    )
    for side, party, roles in parties:
        found = session.execute(
            select(Person.id, Person.name)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.organisation_id == party,
                Membership.role.in_(roles),
                Person.closed_at.is_(None),
            )
            .order_by(Person.name, Person.id)
            .distinct()
        )
        for key, name in found:
            people.setdefault(key, PartyPerson(key, name, side))
    return list(people.values())


@dataclass(frozen=True)
class StepPage:
    """A step, what has been said of it, and what this reader may say now."""

    row: StepRow
    plan: ImprovementPlan
    marks: list[StepMark]
    may_report: bool
    may_review: bool


def step_of(session: Session, step_id: UUID, person: Person) -> ImprovementStep:
    """A step of a plan that this reader may see. Raises NotFound."""
    found = session.scalar(
        select(ImprovementStep)
        .join(ImprovementPlan, ImprovementPlan.id == ImprovementStep.plan_id)
        .where(ImprovementStep.id == step_id, plans_seen_by(person))
    )
    if found is None:
        raise NotFound
    return found


def step_page(session: Session, step_id: UUID, person: Person, today: date) -> StepPage:
    """The page's whole data. Raises NotFound."""
    step = step_of(session, step_id, person)
    row = _step_row(step, today)
    marks = select(StepMark).where(StepMark.step_id == step.id).order_by(StepMark.n)
    return StepPage(
        row=row,
        plan=step.plan,
        marks=list(session.scalars(marks)),
        may_report=step.state == StepState.PLANNED and acts_for(person, step.side, step.plan),
        may_review=row.reported and acts_for(person, Side(step.side).other, step.plan),
    )


@dataclass(frozen=True)
class OriginPage:
    """What a plan would be drawn up from; ``rule`` is what refuses it now."""

    origin: Scorecard | Contract
    scorecard: Scorecard | None
    contract: Contract | None
    rule: str | None


def scorecard_origin(session: Session, scorecard_id: UUID, person: Person) -> OriginPage:
    """A scorecard of which the reader is a party. Raises NotFound."""
    found = session.scalar(
        select(Scorecard).where(Scorecard.id == scorecard_id, scorecards_agreed_on(person))
    )
    if found is None or not may(person, "draw_up_plan", found.buyer_id, found.provider_id):
        raise NotFound
    rule = None if found.state == ScorecardState.SETTLED else "wrong_state"
    return OriginPage(found, found, None, rule)


def contract_origin(session: Session, contract_id: UUID, person: Person) -> OriginPage:
    """A contract of which the reader is a party. Raises NotFound."""
    found = contract_of(session, contract_id, person)
    if not may(person, "draw_up_plan", found.buyer_id, found.provider_id):
        raise NotFound
    rule = None if found.state == ContractState.IN_FORCE else "contract_not_in_force"
    return OriginPage(found, None, found, rule)
