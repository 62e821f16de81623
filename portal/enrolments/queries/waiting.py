"""What a course sponsor's trainings wait for. Later rooms add what they know at wiring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.enrolments.access import offices_of
from portal.enrolments.models import Enrolment, FollowUp
from portal.enrolments.queries.counts import Counts
from portal.enrolments.rules import ENDED, last_day_ended
from portal.organisations.models import Person
from portal.shared.clock import months_later

THIS_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class TrainingNeed:
    """One thing that a training waits for, by which day, and for how many people or records.

    ``kind`` has its words and its address where pages are (`views.needs.say_need`).
    """

    training_id: UUID
    kind: str
    day: date
    count: int = 1


@dataclass(frozen=True)
class SponsoredTraining:
    """A training as its sponsor's page needs it: facts, and numbers of the own office's people.

    ``places`` are those that the own office called off; where the buyer called off, all of them.
    ``start_by`` is the last day of the two-week clock.
    """

    id: UUID
    reference: str
    provider: dict[str, str]
    form: str
    field: str
    starts: date
    ends: date
    start_by: date
    has_started: bool
    is_open: bool
    places: int
    counts: Counts

    @property
    def missing(self) -> int:
        """How many places nobody has been referred to yet."""
        return max(self.places - self.counts.open, 0)

    @property
    def late_since(self) -> date | None:
        """The day by which somebody should have started; only once it is past is it late."""
        return None if self.has_started or not self.is_open else min(self.starts, self.start_by)


Provider = Callable[[Session, Person, Sequence[SponsoredTraining], date], Iterable[TrainingNeed]]

_providers: list[Provider] = []


def needs_are_told_by(provider: Provider) -> None:
    """Hand over, at wiring, a later room's needs of a sponsor's trainings.

    It is called once for the whole page with all trainings of the sponsor, and so asks the
    database as often for five hundred as for one.
    """
    if provider not in _providers:
        _providers.append(provider)


def needs_of(
    session: Session, person: Person, trainings: Sequence[SponsoredTraining], today: date
) -> list[TrainingNeed]:
    """Everything that the trainings wait for, what is late or due first at the top."""
    if not trainings:
        return []
    found = [*_of_start(session, trainings, today), *_follow_ups(session, person, trainings, today)]
    for provider in _providers:
        found += provider(session, person, trainings, today)
    return sorted(found, key=lambda need: (need.day, need.kind, str(need.training_id)))


def _of_start(
    session: Session, trainings: Sequence[SponsoredTraining], today: date
) -> Iterable[TrainingNeed]:
    settings = settings_of(session)
    referrals = today + timedelta(days=settings.referrals_within_days)
    closing = today + timedelta(days=settings.closing_within_days)
    for one in trainings:
        if not one.is_open:
            continue
        if one.late_since is not None and one.late_since < today:
            yield TrainingNeed(one.id, "late_start", one.late_since)
        # Entry is continuous in a non-stop training, so its places are to be filled all along.
        awaits = not one.has_started or one.form == "nonstop"
        if awaits and one.missing and one.starts <= referrals:
            yield TrainingNeed(one.id, "referrals_missing", one.starts, one.missing)
        if one.counts.to_interview:
            yield TrainingNeed(one.id, "interviews", one.starts, one.counts.to_interview)
        if one.counts.to_decide:
            yield TrainingNeed(one.id, "decisions", one.starts, one.counts.to_decide)
        if one.ends <= closing:
            yield TrainingNeed(one.id, "closing", one.ends, one.counts.going)


def _follow_ups(
    session: Session, person: Person, trainings: Sequence[SponsoredTraining], today: date
) -> Iterable[TrainingNeed]:
    """One query for every month of the setting and every training."""
    months = settings_of(session).follow_up_months
    if not months:
        return
    due = {count: _is_due(count, today) for count in months}
    columns = [
        column
        for condition in due.values()
        for column in (
            func.coalesce(func.sum(case((condition, 1), else_=0)), 0),
            func.min(case((condition, Enrolment.ended_on))),
        )
    ]
    counted = (
        select(Enrolment.training_id, *columns)
        .where(
            Enrolment.training_id.in_([one.id for one in trainings]),
            Enrolment.office_id.in_(offices_of(person)),
            or_(*due.values()),
        )
        .group_by(Enrolment.training_id)
    )
    for training_id, *values in session.execute(counted):
        for n, count in enumerate(due):
            people, earliest = values[2 * n], values[2 * n + 1]
            if people:
                day = months_later(earliest, count)
                yield TrainingNeed(training_id, f"follow_up_{count}", day, int(people))


def _is_due(months: int, today: date) -> ColumnElement[bool]:
    recorded = exists().where(
        and_(FollowUp.enrolment_id == Enrolment.id, FollowUp.months == months)
    )
    return and_(
        Enrolment.state.in_(sorted(ENDED)),
        Enrolment.ended_on <= last_day_ended(months, today),
        ~recorded,
    )
