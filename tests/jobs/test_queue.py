"""Work that follows an act is done, and done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.database import Database
from portal.jobs.models import Job
from portal.jobs.queue import (
    LEASE,
    MOST_ATTEMPTS,
    PASSES_WITHIN,
    Task,
    do,
    do_all,
    due_jobs,
    enqueue,
    take,
)

AT = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)


class Work:
    """Remembers how often each half was done; can fail first."""

    def __init__(self, failures: int = 0) -> None:
        self.prepared = 0
        self.finished = 0
        self.failures = failures

    @property
    def tasks(self) -> dict[str, Task]:
        return {"work": Task(self.prepare, self.finish)}

    def prepare(self, session: Session, arguments: dict[str, Any], at: datetime) -> int:
        self.prepared += 1
        if self.prepared <= self.failures:
            raise RuntimeError
        return self.prepared

    def finish(
        self, session: Session, arguments: dict[str, Any], result: int, at: datetime
    ) -> None:
        self.finished += 1


def asked(database: Database, **more: Any) -> int:
    with database.transaction() as session:
        enqueue(session, "work", {}, at=AT, **more)
    with database.reading() as session:
        return session.scalars(select(Job.id).order_by(Job.id.desc())).first() or 0


def test_work_is_done_once(database: Database) -> None:
    work = Work()
    asked(database)
    assert [do_all(database, work.tasks, AT) for _ in range(3)] == [1, 0, 0]
    assert (work.prepared, work.finished) == (1, 1)


def test_work_asked_for_in_an_act_that_fails_is_not_done(database: Database) -> None:
    def act() -> None:
        with database.transaction() as session:
            enqueue(session, "work", {}, at=AT)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        act()
    assert do_all(database, Work().tasks, AT) == 0


def test_work_of_one_name_is_asked_for_once(database: Database) -> None:
    for _ in range(3):
        asked(database, once="reminder of 12 January")
    assert do_all(database, Work().tasks, AT) == 1


def test_work_waits_for_its_time(database: Database) -> None:
    work = Work()
    asked(database, due=AT + timedelta(days=1))
    assert do_all(database, work.tasks, AT) == 0
    assert do_all(database, work.tasks, AT + timedelta(days=1)) == 1


def test_a_leased_job_is_nobody_elses_until_the_lease_runs_out(database: Database) -> None:
    work = Work()
    job_id = asked(database)
    assert take(database, job_id, AT)
    assert not take(database, job_id, AT + LEASE)
    with database.reading() as session:
        assert due_jobs(session, AT + LEASE) == []
    assert do_all(database, work.tasks, AT + LEASE + timedelta(seconds=1)) == 1
    assert not do(database, work.tasks, job_id, AT + LEASE * 3)


def test_a_worker_that_wakes_up_after_another_did_the_job_finishes_nothing(
    database: Database,
) -> None:
    slow, quick = Work(), Work()
    job_id = asked(database)

    def overtaken(session: Session, arguments: dict[str, Any], at: datetime) -> int:
        session.rollback()
        assert do(database, quick.tasks, job_id, AT + LEASE * 2)
        return 0

    assert not do(database, {"work": Task(overtaken, slow.finish)}, job_id, AT)
    assert (quick.finished, slow.finished) == (1, 0)


def test_many_workers_at_once_do_each_job_once(database: Database) -> None:
    work = Work()
    for _ in range(5):
        asked(database)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _n: do_all(database, work.tasks, AT), range(4)))
    assert sum(done) == work.finished == 5


def test_what_fails_is_tried_again_later(database: Database) -> None:
    work = Work(failures=2)
    asked(database)
    at = AT
    for _ in range(2):
        assert do_all(database, work.tasks, at) == 0
        with database.reading() as session:
            job = session.scalars(select(Job)).one()
        assert job.fault == "RuntimeError"
        assert job.due_at > at
        at = job.due_at
    assert do_all(database, work.tasks, at) == 1


def test_what_a_clock_set_right_since_has_put_off_is_done_now(database: Database) -> None:
    ahead = AT + timedelta(days=1)
    with database.transaction() as session:
        enqueue(session, "work", {}, at=ahead)
    key = asked(database)
    assert take(database, key, ahead)
    work = Work()
    assert do_all(database, work.tasks, AT) == 2
    assert work.finished == 2


def test_what_failed_under_a_clock_set_right_since_is_tried_again_now(database: Database) -> None:
    work = Work(failures=1)
    asked(database)
    assert do_all(database, work.tasks, AT + timedelta(days=1)) == 0
    assert do_all(database, work.tasks, AT) == 1


def test_a_fault_that_passes_by_itself_is_borne_for_days(database: Database) -> None:
    work = Work(failures=3 * MOST_ATTEMPTS)
    tasks = {"work": Task(work.prepare, work.finish, lambda fault: isinstance(fault, RuntimeError))}
    asked(database)
    at = AT
    while work.prepared < 3 * MOST_ATTEMPTS:
        do_all(database, tasks, at)
        at += timedelta(hours=1)
    assert at < AT + PASSES_WITHIN
    assert do_all(database, tasks, at) == 1


def test_a_fault_that_should_pass_and_does_not_is_given_up_in_the_end(database: Database) -> None:
    work = Work(failures=1_000)
    tasks = {"work": Task(work.prepare, work.finish, lambda _fault: True)}
    key = asked(database)
    for days in range(6):
        do_all(database, tasks, AT + timedelta(days=days))
    with database.reading() as session:
        assert session.get_one(Job, key).state == "failed"
