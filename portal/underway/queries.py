"""What somebody has begun that takes long, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.jobs.models import Job, Work
from portal.jobs.work import KINDS, WorkState, once_of
from portal.organisations.models import Person
from portal.procurement.models import Procurement
from portal.shared.errors import NotFound

MOST_SHOWN = 50
STEPS_TOLD = 25
"""A screen reader is told of every so many percent, not of every step."""


@dataclass(frozen=True)
class WorkShown:
    """One piece of work; ``about`` is the reference of what it is about, ``percent`` how far it is.

    ``followed`` is work that other jobs do: it cannot be called off, and no file comes of it.
    """

    id: UUID
    kind: str
    subject: UUID | None
    about: str | None
    state: str
    done: int
    total: int | None
    asked_at: datetime
    ended_at: datetime | None
    kept_until: datetime | None
    rule: str | None
    name: str | None
    size: int | None
    followed: bool

    @property
    def under_way(self) -> bool:
        """Whether it goes on."""
        return self.state == WorkState.UNDER_WAY

    @property
    def percent(self) -> int | None:
        """How far it is; None while nobody knows."""
        return None if not self.total else min(100, self.done * 100 // self.total)

    @property
    def told_percent(self) -> int | None:
        """The same in steps wide enough to be read aloud."""
        return None if self.percent is None else self.percent // STEPS_TOLD * STEPS_TOLD


@dataclass(frozen=True)
class WorkList:
    """Somebody's work, the newest first."""

    rows: list[WorkShown]

    @property
    def under_way(self) -> bool:
        """Whether any of it goes on, so that the page asks again."""
        return any(row.under_way for row in self.rows)


def work_page(session: Session, person: Person, work_id: UUID | None = None) -> WorkList:
    """The person's own work, or one piece of it. Raises NotFound where that is not theirs."""
    query = (
        select(Work, Procurement.reference)
        .outerjoin(Procurement, Procurement.id == Work.subject)
        .where(Work.by_id == person.id)
        .order_by(Work.asked_at.desc(), Work.id)
        .limit(MOST_SHOWN)
    )
    if work_id is not None:
        query = query.where(Work.id == work_id)
    found = session.execute(query).all()
    if work_id is not None and not found:
        raise NotFound
    once = [once_of(one.id) for one, _reference in found]
    told = session.execute(select(Job.once, Job.state).where(Job.once.in_(once)))
    jobs = {row.once: row.state for row in told}
    return WorkList([_shown(one, about, jobs.get(once_of(one.id))) for one, about in found])


def own_work(session: Session, person: Person, work_id: UUID) -> Work:
    """A piece of one's own work. Raises NotFound for anybody else's, as for none."""
    found = session.get(Work, work_id)
    if found is None or found.by_id != person.id:
        raise NotFound
    return found


def _shown(work: Work, about: str | None, job: str | None) -> WorkShown:
    # What was given up after a dozen tries has failed, though nothing came of it to say so.
    given_up = work.state == WorkState.UNDER_WAY and job == "failed"
    return WorkShown(
        id=work.id,
        kind=work.kind,
        subject=work.subject,
        about=about,
        state=WorkState.FAILED if given_up else WorkState(work.state),
        done=work.done,
        total=work.total,
        asked_at=work.asked_at,
        ended_at=work.ended_at,
        kept_until=work.kept_until,
        rule=work.fault,
        name=work.name,
        size=work.size,
        followed=work.kind not in KINDS,
    )
