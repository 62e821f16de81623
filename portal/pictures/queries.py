"""The home page of a reader and how things stand for them, each whole in a few queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from portal.capacity.access import capacity_seen_by
from portal.capacity.ledger import balances_of
from portal.config import Settings
from portal.contracts.models import Contract
from portal.contracts.rules import ContractState
from portal.database import Instant
from portal.enrolments.access import people_counted_by
from portal.enrolments.models import Enrolment, FollowUp
from portal.enrolments.rules import EnrolmentState
from portal.feedback.models import Feedback as Answer
from portal.feedback.rules import Giver
from portal.indicators.access import counted_for
from portal.organisations.asking import statement_for
from portal.organisations.models import Person
from portal.permissions import BUYERS_HANDLERS, Role
from portal.pictures.rules import (
    GIVERS,
    Capacity,
    Deadline,
    Due,
    Feedback,
    Flow,
    flow_of,
    in_order_of_days,
    last_quarters,
    marks_of,
)
from portal.procurement.models import Lot, Procurement
from portal.procurement.queries.listing import CallRow, open_calls
from portal.procurement.rules import State
from portal.shared.clock import day_in_helsinki, from_local, months_later
from portal.waiting.queries import waiting_for
from portal.waiting.rules import Waiting

CALLS, WAITING, CONTRACTS, DAYS = 5, 8, 6, 12
"""The most of each on a page; the lists behind its links have all."""


@dataclass(frozen=True)
class Home:
    """What a home page shows; nobody but somebody logged in has anything but the open calls."""

    calls: list[CallRow]
    today: date
    waiting: list[Waiting]
    waiting_total: int
    days: list[Due]


def home_page(session: Session, person: Person | None, at: datetime, settings: Settings) -> Home:
    """The home page of this reader: what waits, and the days that come near."""
    today = day_in_helsinki(at)
    calls = open_calls(session, at, CALLS)
    if person is None:
        return Home(calls, today, [], 0, [])
    waiting = waiting_for(session, person, at, settings)
    days = [*_ends(session, person, today), *_deadlines(session, person, at), *_tasks(waiting)]
    return Home(
        calls=calls,
        today=today,
        waiting=waiting[:WAITING],
        waiting_total=len(waiting),
        days=in_order_of_days(days, DAYS),
    )


@dataclass(frozen=True)
class HowThingsStand:
    """The state of what the reader follows; what there is nothing of is None or empty."""

    capacity: list[Capacity]
    capacity_total: int
    flow: Flow | None
    feedback: Feedback | None

    @property
    def more_contracts(self) -> int:
        """How many contracts in force the picture leaves out."""
        return self.capacity_total - len(self.capacity)


def how_things_stand(
    session: Session, person: Person, at: datetime, settings: Settings
) -> HowThingsStand:
    """The pictures of this reader, each of no more than they may see elsewhere."""
    today = day_in_helsinki(at)
    capacity, total = _capacity(session, person, today)
    return HowThingsStand(
        capacity=capacity,
        capacity_total=total,
        flow=_flow(session, person, today, settings),
        feedback=_feedback(session, person, today, settings),
    )


def _in_force(person: Person) -> ColumnElement[bool]:
    """A condition on Contract: in force and not over, of those whose use this reader follows."""
    return and_(
        capacity_seen_by(person),
        Contract.state == ContractState.IN_FORCE,
        Contract.ends_on >= bindparam("today", type_=Date),
    )


def _first_to_end(person: Person) -> Select[Contract, str, int]:
    return (
        select(Contract, Lot.unit, func.count().over())
        .join(Lot, Lot.id == Contract.lot_id)
        .where(_in_force(person))
        .order_by(Contract.ends_on, Contract.reference)
        .limit(CONTRACTS)
    )


def _capacity(session: Session, person: Person, today: date) -> tuple[list[Capacity], int]:
    """The contracts that end first, and how many are in force altogether."""
    statement, keys = statement_for(person, _first_to_end)
    found = session.execute(statement, keys | {"today": today}).all()
    if not found:
        return [], 0
    balances = balances_of(session, [contract for contract, _unit, _total in found])
    shown = [
        Capacity(one.id, one.reference, one.provider.name, unit, balances[one.id])
        for one, unit, _total in found
    ]
    return shown, found[0][2]


def _tasks(waiting: list[Waiting]) -> list[Due]:
    return [
        Due(one.by, f"wait_{one.kind}", one.subject, one.endpoint, one.key, one.count)
        for one in waiting
        if one.by is not None
    ]


def _last_days(person: Person) -> Select[UUID, str, date]:
    return (
        select(Contract.id, Contract.reference, Contract.ends_on)
        .where(_in_force(person))
        .order_by(Contract.ends_on, Contract.reference)
        .limit(DAYS)
    )


def _ends(session: Session, person: Person, today: date) -> list[Due]:
    """The last days of contracts in force."""
    statement, keys = statement_for(person, _last_days)
    return [
        Due(ends_on, Deadline.CONTRACT_ENDS, reference, "capacity.use", key)
        for key, reference, ends_on in session.execute(statement, keys | {"today": today})
    ]


def _open_to(person: Person) -> Select[UUID, dict[str, str], datetime | None]:
    """Of a buyer's people their own calls, of a provider's representatives all that are open.

    Whether they have an offer is not asked.
    """
    calls = (
        select(Procurement.id, Procurement.title, Procurement.offers_due)
        .where(
            Procurement.state == State.PUBLISHED,
            Procurement.offers_due >= bindparam("at", type_=Instant),
        )
        .order_by(Procurement.offers_due)
        .limit(DAYS)
    )
    if person.holds({Role.REPRESENTATIVE}):
        return calls
    buyers = [one.id for one in person.organisations_as(*BUYERS_HANDLERS)]
    return calls.where(Procurement.buyer_id.in_(buyers))


def _deadlines(session: Session, person: Person, at: datetime) -> list[Due]:
    """The deadlines of calls that concern the reader."""
    if not person.holds(BUYERS_HANDLERS | {Role.REPRESENTATIVE}):
        return []
    statement, keys = statement_for(person, _open_to)
    return [
        Due(day_in_helsinki(due), Deadline.OFFERS_DUE, title, "procurement.show", key)
        for key, title, due in session.execute(statement, keys | {"at": at})
        if due is not None
    ]


def _flow(session: Session, person: Person, today: date, settings: Settings) -> Flow | None:
    """The people who count for this reader, in two queries; None where there is nobody."""
    counted = people_counted_by(person)
    states = dict(
        session.execute(
            select(Enrolment.state, func.count()).where(counted).group_by(Enrolment.state)
        ).all()
    )
    months = min(settings.follow_up_months, default=0)
    if not states.keys() - {EnrolmentState.TRANSFERRED} or not months:
        return None
    latest = (
        select(FollowUp.enrolment_id, func.max(FollowUp.at).label("at"))
        .where(FollowUp.months == months)
        .group_by(FollowUp.enrolment_id)
        .subquery()
    )
    ended = (EnrolmentState.COMPLETED, EnrolmentState.LEFT_EARLY, EnrolmentState.INTERRUPTED)
    rows = session.execute(
        select(FollowUp.status, func.count(Enrolment.id.distinct()).label("people"))
        .select_from(Enrolment)
        .outerjoin(latest, latest.c.enrolment_id == Enrolment.id)
        .outerjoin(
            FollowUp,
            and_(
                FollowUp.enrolment_id == Enrolment.id,
                FollowUp.months == months,
                FollowUp.at == latest.c.at,
            ),
        )
        .where(
            counted,
            Enrolment.state.in_(ended),
            Enrolment.started_on.is_not(None),
            Enrolment.ended_on <= months_later(today, -months),
        )
        .group_by(FollowUp.status)
    )
    statuses: dict[str | None, int] = {row.status: row.people for row in rows}
    return flow_of(states, statuses, months, settings.small_group)


def _feedback(session: Session, person: Person, today: date, settings: Settings) -> Feedback | None:
    """The answers about contracts whose figures the reader sees; None where there are none."""
    quarters = last_quarters(today)
    begins = [from_local(datetime.combine(one.first_day, time())) for one in quarters]
    nth = case(
        *[(Answer.given_at < begin, n) for n, begin in enumerate(begins[1:])],
        else_=len(quarters) - 1,
    ).label("nth")
    giver = case(
        (Answer.enrolment_id.is_not(None), Giver.PARTICIPANT.value),
        else_=Giver.EMPLOYER.value,
    ).label("giver")
    contracts = select(Contract.id).where(counted_for(person))
    rows = session.execute(
        select(nth, giver, func.count(), func.sum(Answer.points))
        .where(
            Answer.contract_id.in_(contracts),
            Answer.given_at >= begins[0],
            Answer.person_id.is_(None),
        )
        .group_by(nth, giver)
    )
    found = {(n, kind): (answers, total) for n, kind, answers, total in rows}
    feedback = Feedback(
        quarters=quarters,
        marks={
            kind: [
                marks_of(*found.get((n, kind.value), (0, 0)), settings.small_group)
                for n in range(len(quarters))
            ]
            for kind in GIVERS
        },
        least=settings.small_group,
    )
    return feedback if feedback.shown else None
