"""Long work that somebody begins, leaves, and finds again: how it is begun, done, kept, removed.

It is done as a job, so a worker that dies costs nothing but time: the work is taken up again, and
only one result is ever kept. Whoever began it, and nobody else, has the result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from time import monotonic
from typing import IO, Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from portal.audit.record import record_denial
from portal.config import settings_of
from portal.database import beside_for_writing
from portal.jobs.models import Job, Work, WorkPart
from portal.jobs.queue import LEASE, PASSES_WITHIN, Task, enqueue
from portal.shared.errors import NotFound, RuleBroken
from portal.storage.vault import vault_of

JOB = "work"
PIECE = 4 * 1024 * 1024
"""A kept file is sealed in pieces of so many bytes, so that none is ever in memory whole."""
_TOLD_EVERY_S = 1.0


class WorkState(StrEnum):
    """How a piece of work stands."""

    UNDER_WAY = "under_way"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


MOVES = frozenset(
    (WorkState.UNDER_WAY, to) for to in (WorkState.READY, WorkState.FAILED, WorkState.CANCELLED)
)
"""What may become of a piece of work; what has ended stays as it is."""


class Cancelled(Exception):
    """Whoever began the work has called it off."""


@dataclass(frozen=True)
class Made:
    """What came of a piece of work: a file read from its beginning, and what it is called."""

    file: IO[bytes]
    name: str
    media_type: str
    facts: dict[str, Any] = field(default_factory=dict)


class Progress:
    """How far the work is, told in a transaction of its own; so the lease lasts as long as it."""

    def __init__(self, session: Session, work_id: UUID, at: datetime) -> None:
        self._session, self._work_id = session, work_id
        self._at, self._began, self._told = at, monotonic(), -_TOLD_EVERY_S

    def __call__(self, done: int, total: int) -> None:
        """``done`` steps of ``total`` are made. Raises Cancelled."""
        passed = monotonic() - self._began
        if passed - self._told < _TOLD_EVERY_S and done < total:
            return
        self._told = passed
        with beside_for_writing(self._session) as session:
            told = session.execute(
                update(Work)
                .where(Work.id == self._work_id, Work.state == WorkState.UNDER_WAY)
                .values(done=done, total=total)
            )
            leased = self._at + timedelta(seconds=passed) + LEASE
            session.execute(
                update(Job).where(Job.once == once_of(self._work_id)).values(leased_until=leased)
            )
            session.commit()
            if told.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE has one
                raise Cancelled


@dataclass(frozen=True)
class Kind:
    """How one kind of work is done.

    ``make`` reads and takes its time; ``keep`` writes, in the transaction in which the result is
    kept, what goes with it; ``allow`` refuses whoever may no longer have the result. Each refuses
    as verbs do.
    """

    make: Callable[[Session, Work, Progress], Made]
    keep: Callable[[Session, Work, Made, datetime], None] = lambda *_given: None
    allow: Callable[[Session, Work], None] = lambda *_given: None


KINDS: dict[str, Kind] = {}


def register(kind: str, how: Kind) -> None:
    """Say, at wiring, how work of a kind is done."""
    KINDS[kind] = how


def begin(
    session: Session,
    kind: str,
    *,
    person_id: UUID,
    subject: UUID | None = None,
    arguments: dict[str, Any] | None = None,
    language: str,
    at: datetime,
) -> Work:
    """Begin a piece of work in the caller's transaction.

    What the same person has begun already and is still under way is not begun again.
    """
    same = session.scalars(
        select(Work).where(
            Work.by_id == person_id,
            Work.kind == kind,
            Work.subject == subject if subject is not None else Work.subject.is_(None),
            Work.state == WorkState.UNDER_WAY,
        )
    )
    for one in same:
        if one.arguments == (arguments or {}):
            return one
    work = _written(session, kind, person_id, subject, arguments or {}, language, at)
    enqueue(session, JOB, {"work": str(work.id)}, at=at, once=once_of(work.id))
    return work


def follow(
    session: Session,
    kind: str,
    *,
    person_id: UUID,
    subject: UUID,
    language: str,
    at: datetime,
) -> Work:
    """Follow work that other jobs do step by step; each tells of itself by `advance`.

    Whoever asks for the steps sets the ``total`` before their transaction ends.
    """
    return _written(session, kind, person_id, subject, {}, language, at)


def _written(
    session: Session,
    kind: str,
    person_id: UUID,
    subject: UUID | None,
    arguments: dict[str, Any],
    language: str,
    at: datetime,
) -> Work:
    work = Work(
        kind=kind,
        by_id=person_id,
        subject=subject,
        arguments=arguments,
        language=language,
        facts={},
        asked_at=at,
    )
    session.add(work)
    session.flush()
    return work


def advance(session: Session, work_id: UUID, at: datetime) -> None:
    """One step more of what is followed is done, in the transaction that did it."""
    work = session.get(Work, work_id, with_for_update=True)
    if work is None or work.state != WorkState.UNDER_WAY:
        return
    work.done += 1
    if work.done == work.total:
        _end(session, work, WorkState.READY, at)


def cancel(session: Session, work: Work, at: datetime) -> None:
    """Call it off; its worker stops at the next step. Raises ``wrong_state`` once it has ended."""
    _end(session, work, WorkState.CANCELLED, at)


def remove(session: Session, work: Work) -> None:
    """Take an ended piece of work off the list, with its file. Raises ``wrong_state``."""
    if work.state == WorkState.UNDER_WAY:
        raise RuleBroken("wrong_state")
    _remove(session, work)


def remove_old(session: Session, at: datetime) -> int:
    """Remove what has been kept for its time; returns how many pieces of work they were."""
    given_up = at - PASSES_WITHIN - timedelta(days=settings_of(session).work_kept_days)
    old = session.scalars(
        select(Work).where(
            or_(
                Work.kept_until <= at,
                (Work.state == WorkState.UNDER_WAY) & (Work.asked_at <= given_up),
            )
        )
    ).all()
    for work in old:
        _remove(session, work)
    return len(old)


def pieces(session: Session, work: Work) -> Iterator[bytes]:
    """The kept file, piece by piece. Raises Unreadable when it has been tampered with."""
    for blob_id in session.scalars(
        select(WorkPart.blob_id).where(WorkPart.work_id == work.id).order_by(WorkPart.n)
    ).all():
        yield vault_of(session).unseal(session, blob_id)
        session.expunge_all()


def once_of(work_id: UUID) -> str:
    """The name of its job."""
    return f"work:{work_id}"


def _end(session: Session, work: Work, state: WorkState, at: datetime) -> None:
    if (work.state, state) not in MOVES:
        raise RuleBroken("wrong_state")
    work.state, work.ended_at, work.arguments = state, at, {}
    work.kept_until = at + timedelta(days=settings_of(session).work_kept_days)
    session.flush()


def _remove(session: Session, work: Work) -> None:
    parts = session.scalars(select(WorkPart).where(WorkPart.work_id == work.id)).all()
    blobs = [part.blob_id for part in parts]
    session.execute(delete(WorkPart).where(WorkPart.work_id == work.id))
    for blob_id in blobs:
        vault_of(session).discard(session, blob_id)
    session.delete(work)
    session.flush()


@dataclass(frozen=True)
class _Refused:
    rule: str


def _prepare(session: Session, arguments: dict[str, Any], at: datetime) -> Made | _Refused | None:
    work = session.get(Work, UUID(arguments["work"]))
    if work is None or work.state != WorkState.UNDER_WAY:
        return None
    try:
        return KINDS[work.kind].make(session, work, Progress(session, work.id, at))
    except Cancelled:
        return None
    except RuleBroken as broken:
        return _Refused(broken.rule)
    except NotFound:
        return _Refused("not_found")


def _finish(
    session: Session, arguments: dict[str, Any], outcome: Made | _Refused | None, at: datetime
) -> None:
    """Keep the result, once: what was cancelled or removed meanwhile is not kept."""
    work = session.get(Work, UUID(arguments["work"]), with_for_update=True)
    open_still = work is not None and work.state == WorkState.UNDER_WAY
    if isinstance(outcome, Made):
        with outcome.file:
            if work is not None and open_still:
                _keep(session, work, outcome, at)
    elif isinstance(outcome, _Refused) and work is not None and open_still:
        work.fault = outcome.rule
        _end(session, work, WorkState.FAILED, at)


def _keep(session: Session, work: Work, made: Made, at: datetime) -> None:
    try:
        with session.begin_nested():
            KINDS[work.kind].keep(session, work, made, at)
            _seal(session, work, made, at)
            _end(session, work, WorkState.READY, at)
    except RuleBroken as broken:
        record_denial(session, broken)
        work.fault = broken.rule
        _end(session, work, WorkState.FAILED, at)


def _seal(session: Session, work: Work, made: Made, at: datetime) -> None:
    hashed, size, n = hashlib.sha256(), 0, 0
    made.file.seek(0)
    while piece := made.file.read(PIECE):
        blob_id = vault_of(session).seal(session, piece, owner=work.by_id, at=at)
        session.add(WorkPart(work_id=work.id, n=n, blob_id=blob_id))
        hashed.update(piece)
        size, n = size + len(piece), n + 1
    work.name, work.media_type, work.facts = made.name, made.media_type, dict(made.facts)
    work.size, work.sha256, work.total = size, hashed.hexdigest(), work.total or 1
    work.done = work.total


TASK = Task(prepare=_prepare, finish=_finish)
