"""Asking for work, and doing it once.

A job has two halves: ``prepare`` reads and does what takes long (laying out a PDF, talking to a
mail server) without holding the right to write; ``finish`` keeps the result in the transaction
that also marks the job done. A worker killed in between leaves a lease behind; when it runs out,
the job is taken again, and only one ``finish`` can ever be committed.

A lease or a delay further ahead than any is ever given, and work that was asked for later than now,
were written by a clock that has been set right since, and bind nobody.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from portal.database import Database
from portal.jobs.models import Job
from portal.shared.references import referenced

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 12
LONGEST_WAIT = timedelta(hours=1)
# As long as mail servers keep trying (RFC 5321, 4.5.4.1: four to five days).
PASSES_WITHIN = timedelta(days=5)

log = logging.getLogger("portal.jobs")


@dataclass(frozen=True)
class Task:
    """How one kind of job is done.

    ``passes`` tells of a fault whether it passes by itself: the job is then tried for
    ``PASSES_WITHIN``, otherwise ``MOST_ATTEMPTS`` times.
    """

    prepare: Callable[[Session, dict[str, Any], datetime], Any]
    finish: Callable[[Session, dict[str, Any], Any, datetime], None]
    passes: Callable[[Exception], bool] = lambda _fault: False


def enqueue(
    session: Session,
    kind: str,
    arguments: dict[str, Any],
    *,
    at: datetime,
    due: datetime | None = None,
    once: str | None = None,
) -> None:
    """Ask for work in the caller's transaction; with ``once``, asking again changes nothing."""
    if once is not None and session.scalar(select(Job.id).where(Job.once == once)) is not None:
        return
    job = Job(kind=kind, arguments=arguments, once=once, created_at=at, due_at=due or at)
    session.add(job)
    session.flush()
    wake: Callable[[int], None] | None = session.info.get("wake")
    if wake is not None and job.due_at <= at:
        session.info.setdefault("after_commit", []).append(partial(wake, job.id))


def _is_due(at: datetime) -> ColumnElement[bool]:
    return or_(
        Job.due_at <= at,
        and_(Job.attempts > 0, Job.due_at > at + LONGEST_WAIT),
        and_(Job.created_at > at, Job.due_at == Job.created_at),
    )


def _is_free(at: datetime) -> ColumnElement[bool]:
    return or_(Job.leased_until.is_(None), Job.leased_until < at, Job.leased_until > at + 2 * LEASE)


def due_jobs(session: Session, at: datetime, limit: int = 100) -> list[int]:
    """Keys of the jobs that wait for a worker now, oldest first."""
    return list(
        session.scalars(
            select(Job.id)
            .where(Job.state == "waiting", _is_due(at), _is_free(at))
            .order_by(Job.due_at, Job.id)
            .limit(limit)
        )
    )


def take(database: Database, job_id: int, at: datetime) -> bool:
    """Lease a job for this worker; false when another has it or it is done."""
    with database.transaction() as session:
        taken = session.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == "waiting", _is_free(at))
            .values(leased_until=at + LEASE, attempts=Job.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        return bool(taken.rowcount == 1)  # type: ignore[attr-defined]  # an UPDATE has one


def do(database: Database, tasks: dict[str, Task], job_id: int, at: datetime) -> bool:
    """Take a job and do it; true when it was finished by this call.

    What fails is told in the log under one reference for this try. What fails in ``finish`` is
    raised again, and the job taken anew once its lease is over.
    """
    with referenced():
        if not take(database, job_id, at):
            return False
        with database.reading() as session:
            job = session.get_one(Job, job_id)
            kind, arguments = job.kind, dict(job.arguments)
            try:
                task = tasks[kind]
                result = task.prepare(session, arguments, at)
            except Exception as fault:
                log.exception("job failed", extra={"job": job_id, "kind": kind})
                _postpone(database, tasks.get(kind), job_id, fault, at)
                return False
        try:
            return _finish(database, task, job_id, arguments, result, at)
        except Exception:
            log.exception("job not finished", extra={"job": job_id, "kind": kind})
            raise


def _finish(
    database: Database,
    task: Task,
    job_id: int,
    arguments: dict[str, Any],
    result: object,
    at: datetime,
) -> bool:
    with database.transaction() as session:
        job = session.get_one(Job, job_id, with_for_update=True)
        if job.state != "waiting":
            return False
        task.finish(session, arguments, result, at)
        job.state, job.done_at, job.leased_until = "done", at, None
    return True


def do_all(database: Database, tasks: dict[str, Task], at: datetime) -> int:
    """Do everything that is due, and what that in turn asks for; returns how many were done."""
    done = 0
    while True:
        with database.reading() as session:
            waiting = due_jobs(session, at)
        finished = sum(do(database, tasks, job_id, at) for job_id in waiting)
        if not finished:
            return done
        done += finished


def _postpone(
    database: Database, task: Task | None, job_id: int, fault: Exception, at: datetime
) -> None:
    with database.transaction() as session:
        job = session.get_one(Job, job_id, with_for_update=True)
        job.fault = type(fault).__name__
        job.leased_until = None
        if task is not None and task.passes(fault):
            gives_up = at - job.created_at >= PASSES_WITHIN
        else:
            gives_up = job.attempts >= MOST_ATTEMPTS
        if gives_up:
            job.state = "failed"
        else:
            # The power of a number of attempts that has no end would not fit.
            wait = timedelta(seconds=2 ** min(job.attempts, 12))
            job.due_at = at + min(wait, LONGEST_WAIT)
