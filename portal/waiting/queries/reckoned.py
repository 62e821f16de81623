"""What waits by rules that no single query can say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.config import settings_of
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment, FollowUp
from portal.enrolments.rules import due_follow_ups
from portal.evaluation.queries.listed import first_listed
from portal.permissions import BUYERS_HANDLERS, Role
from portal.scorecards.queries import scorecards_waiting
from portal.shared.clock import months_later
from portal.shared.names import DEFAULT_LANGUAGE, name_in
from portal.waiting.queries.reader import Reader
from portal.waiting.queries.trainings import sponsored
from portal.waiting.rules import Wait, Waiting

_EVALUATING = {"declare": Wait.INTERESTS_TO_DECLARE, "assess": Wait.OFFERS_TO_ASSESS}


def evaluations(session: Session, reader: Reader) -> Iterable[Waiting]:
    """What the first page of the person's evaluations says that they are to do."""
    if not reader.person.holds(BUYERS_HANDLERS | {Role.EVALUATOR}):
        return
    for row in first_listed(session, reader.person):
        kind = _EVALUATING.get(row.waits or "")
        if kind is not None:
            count = row.to_assess if kind is Wait.OFFERS_TO_ASSESS else 1
            yield Waiting(kind, row.reference, None, row.procurement_id, count)


def follow_ups(session: Session, reader: Reader) -> Iterable[Waiting]:
    """People to be asked how it went on."""
    offices = reader.places(Role.COURSE_SPONSOR)
    months = sorted(settings_of(session).follow_up_months)
    if not offices or not months:
        return
    since = reader.days.today - timedelta(days=31 * (months[-1] + 6))
    people = session.execute(
        select(Enrolment.id, Enrolment.ended_on, Training.id, Contract.reference, Training.n)
        .join(Training, Training.id == Enrolment.training_id)
        .join(Contract, Contract.id == Training.contract_id)
        .where(
            sponsored(reader),
            Enrolment.office_id.in_(offices),
            Enrolment.ended_on >= since,
            Enrolment.ended_on <= months_later(reader.days.today, -months[0]),
        )
    ).all()
    known: dict[UUID, set[int]] = defaultdict(set)
    answered = session.execute(
        select(FollowUp.enrolment_id, FollowUp.months)
        .join(Enrolment, Enrolment.id == FollowUp.enrolment_id)
        .join(Training, Training.id == Enrolment.training_id)
        .where(sponsored(reader), Enrolment.ended_on >= since)
    )
    for enrolment_id, n in answered:
        known[enrolment_id].add(n)
    due: dict[tuple[UUID, str], int] = defaultdict(int)
    for enrolment_id, ended_on, training_id, reference, n in people:
        assert ended_on is not None
        if due_follow_ups(ended_on, known[enrolment_id], months, reader.days.today):
            due[training_id, f"{reference} / {n}"] += 1
    for (training_id, subject), count in due.items():
        yield Waiting(Wait.FOLLOW_UP, subject, None, training_id, count)


def scorecards(session: Session, reader: Reader) -> Iterable[Waiting]:
    """Scorecards to assess, to answer or to let stand."""
    for one in scorecards_waiting(session, reader.person, reader.days.today):
        subject = f"{name_in(one.provider, DEFAULT_LANGUAGE)} {one.first_day}–{one.last_day}"
        yield Waiting(Wait(f"scorecard_{one.what}"), subject, one.by, one.id)
