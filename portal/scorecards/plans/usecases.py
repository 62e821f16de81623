"""Drawing up an improvement plan, its steps with their reports and reviews, and late ones."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.config import settings_of
from portal.contracts.models import Contract
from portal.contracts.rules import ContractState
from portal.criteria.bank import bank
from portal.indicators.rules import MEASURES
from portal.jobs.mail import send_mail
from portal.organisations.models import Membership, Person
from portal.permissions import BUYERS_HANDLERS, PROVIDING, Role, require
from portal.scorecards.models import Scorecard
from portal.scorecards.plans.access import acts_for, plans_seen_by, side_of
from portal.scorecards.plans.models import (
    ImprovementPlan,
    ImprovementStep,
    LateStepNote,
    StepMark,
)
from portal.scorecards.plans.rules import (
    TRANSITIONS,
    Side,
    StepState,
    require_review,
    require_step,
    return_of,
)
from portal.scorecards.rules import ScorecardState
from portal.scorecards.usecases import FOLLOW_UP_SET, set_of
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.shared.transitions import status_after


def draw_up_plan(
    session: Session, *, origin: Scorecard | Contract, aim: str, by: Person, at: datetime
) -> ImprovementPlan:
    """A plan without steps, from a scorecard that stands or a contract in force.

    Raises ``not_permitted``, ``wrong_state`` (the scorecard is a draft),
    ``contract_not_in_force``, ``text_missing``.
    """
    chain = origin.provider_id
    with acting(session, "draw_up_plan", chain=chain, by=by.id, at=at) as facts:
        require(by, "draw_up_plan")
        side = side_of(by, origin.buyer_id, origin.provider_id)
        if isinstance(origin, Scorecard):
            if origin.state != ScorecardState.SETTLED:
                raise RuleBroken("wrong_state")
        elif origin.state != ContractState.IN_FORCE:
            raise RuleBroken("contract_not_in_force")
        if not aim.strip():
            raise RuleBroken("text_missing", field="aim")
        latest = select(func.max(ImprovementPlan.n)).where(
            ImprovementPlan.provider_id == origin.provider_id
        )
        plan = ImprovementPlan(
            provider_id=origin.provider_id,
            n=(session.scalar(latest) or 0) + 1,
            scorecard_id=origin.id if isinstance(origin, Scorecard) else None,
            contract_id=origin.id if isinstance(origin, Contract) else None,
            aim=aim.strip(),
            drawn_up_by_id=by.id,
            drawn_up_at=at,
        )
        session.add(plan)
        session.flush()
        facts.note(plan=plan.id, origin=origin.id, side=side)
        return plan


def figures_of(plan: ImprovementPlan) -> list[str]:
    """What a step may be about: every indicator, and the criteria of the plan's follow-up set."""
    chosen = (
        bank().criteria_set(FOLLOW_UP_SET) if plan.scorecard is None else set_of(plan.scorecard)
    )
    return [
        *(f"indicator:{key}" for key in MEASURES),
        *(f"criterion:{one.criterion.key}" for one in chosen.criteria),
    ]


def add_improvement(
    session: Session,
    *,
    plan: ImprovementPlan,
    what: str,
    side: Side,
    due: date,
    about: str,
    responsible: Person | None = None,
    role: str = "",
    by: Person,
    at: datetime,
) -> ImprovementStep:
    """A step that ``side`` takes care of: a person of it, or whoever has the role named.

    Raises ``not_permitted``, ``not_of_party``, and what `rules.require_step` does.
    """
    with acting(session, "add_improvement", chain=plan.provider_id, by=by.id, at=at) as facts:
        require(by, "add_improvement")
        side_of(by, plan.buyer.id, plan.provider_id)
        if responsible is not None and not responsible.holds(*_members(plan, side)):
            raise RuleBroken("not_of_party", field="who")
        require_step(
            what=what,
            named=responsible is not None or bool(role.strip()),
            due=due,
            about=about,
            known=figures_of(plan),
            today=day_in_helsinki(at),
        )
        step = ImprovementStep(
            plan=plan,
            n=len(plan.steps) + 1,
            what=what.strip(),
            side=side,
            person_id=None if responsible is None else responsible.id,
            role=role.strip(),
            due=due,
            about=about,
            added_by_id=by.id,
            added_at=at,
        )
        session.add(step)
        session.flush()
        facts.note(plan=plan.id, step=step.id, due=due.isoformat(), about=about, side=side)
        return step


def _members(plan: ImprovementPlan, side: Side) -> tuple[frozenset[Role], UUID]:
    if side == Side.BUYER:
        return BUYERS_HANDLERS, plan.buyer.id
    return PROVIDING, plan.provider_id


def report_step(
    session: Session, *, step: ImprovementStep, done: bool, note: str, by: Person, at: datetime
) -> None:
    """The side that takes care of a step says that it is done, or that it will not be.

    Raises ``not_permitted`` (the other side), ``wrong_state`` (reported already),
    ``reason_missing`` where it is not done.
    """
    chain = step.plan.provider_id
    with acting(session, "report_step", chain=chain, by=by.id, at=at) as facts:
        require(by, "report_step")
        if not acts_for(by, step.side, step.plan):
            raise RuleBroken("not_permitted")
        kind = "report_done" if done else "report_not_done"
        state = status_after(TRANSITIONS, StepState(step.state), kind)
        if not done and not note.strip():
            raise RuleBroken("reason_missing", field="note")
        step.state = state
        _mark(session, step, kind, step.side, note, day_in_helsinki(at), None, by, at)
        facts.note(plan=step.plan_id, step=step.id, state=state)


def review_step(
    session: Session,
    *,
    step: ImprovementStep,
    agreed: bool,
    note: str,
    day: date,
    due: date | None = None,
    by: Person,
    at: datetime,
) -> None:
    """The other side's review of what was reported: it agrees, or gives the step back.

    A step given back is planned again, with a new last day where one is given. Raises
    ``not_permitted`` (the step's own side), ``wrong_state`` (not reported, or agreed to already),
    and what `rules.require_review` does.
    """
    chain = step.plan.provider_id
    with acting(session, "review_step", chain=chain, by=by.id, at=at) as facts:
        require(by, "review_step")
        side = Side(step.side).other
        if not acts_for(by, side, step.plan):
            raise RuleBroken("not_permitted")
        # Asked of the table even where the review agrees: only what is reported is reviewed.
        returned = status_after(TRANSITIONS, StepState(step.state), return_of(step.state))
        if step.closed_at is not None:
            raise RuleBroken("wrong_state")
        new_day = None if agreed else due
        require_review(note=note, day=day, today=day_in_helsinki(at), due=new_day)
        if agreed:
            step.closed_at = at
        else:
            step.state = returned
            step.due = new_day or step.due
        _mark(session, step, "agree" if agreed else "return", side, note, day, new_day, by, at)
        facts.note(plan=step.plan_id, step=step.id, agreed=agreed)


def _mark(
    session: Session,
    step: ImprovementStep,
    kind: str,
    side: str,
    note: str,
    day: date,
    due: date | None,
    by: Person,
    at: datetime,
) -> None:
    latest = session.scalar(select(func.max(StepMark.n)).where(StepMark.step_id == step.id))
    session.add(
        StepMark(
            step_id=step.id,
            n=(latest or 0) + 1,
            kind=kind,
            side=side,
            note=note.strip(),
            day=day,
            due=due,
            by_id=by.id,
            at=at,
        )
    )


def tell_of_late_steps(session: Session, on: datetime) -> int:
    """Write to the buyer's officers of each step that is late by more than the setting allows.

    Returns the letters. Each step is told once for each last day that it has had; it may run
    twice at once, late, or not at all for a week.
    """
    today = day_in_helsinki(on)
    days = settings_of(session).late_step_days
    late = session.scalars(
        select(ImprovementStep)
        .outerjoin(
            LateStepNote,
            (LateStepNote.step_id == ImprovementStep.id)
            & (LateStepNote.due == ImprovementStep.due),
        )
        .where(ImprovementStep.state == StepState.PLANNED, LateStepNote.id.is_(None))
        .where(ImprovementStep.due < today - timedelta(days))
        .order_by(ImprovementStep.due, ImprovementStep.id)
    ).all()
    sent = 0
    for step in late:
        if not _note(session, step, on):
            continue
        for officer in _officers(session, step.plan):
            send_mail(
                session,
                to=officer,
                letter="step_late",
                facts={
                    "organisation": step.plan.provider.name,
                    "late_since": step.due.isoformat(),
                    "path": f"/improvement-plans/{step.plan_id}",
                },
                at=on,
                about=step.id,
            )
            sent += 1
    return sent


def _note(session: Session, step: ImprovementStep, at: datetime) -> bool:
    """Whether this run is the one that noted it; another at the same moment waits, and is not."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"id": uuid4(), "step_id": step.id, "due": step.due, "noted_at": at}
    noting = insert(LateStepNote).values(values).on_conflict_do_nothing()
    return session.scalar(noting.returning(LateStepNote.due)) is not None


def _officers(session: Session, plan: ImprovementPlan) -> list[Person]:
    """The buyer's officers who may see the plan."""
    found = session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == plan.buyer.id,
            Membership.role == Role.PROCUREMENT_OFFICER,
            Person.closed_at.is_(None),
        )
        .order_by(Person.name, Person.email)
        .distinct()
    ).all()
    seen = select(ImprovementPlan.id).where(ImprovementPlan.id == plan.id)
    return [one for one in found if session.scalar(seen.where(plans_seen_by(one))) is not None]
