"""kill -9 while letters are made: another worker goes on, and each is there and counted once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from portal.database import Database
from portal.documents import store
from portal.documents.catalogue import preview
from portal.documents.models import StoredDocument
from portal.jobs.models import Job, Work
from portal.jobs.queue import LEASE, Task, do_all
from portal.jobs.work import WorkState, follow
from portal.shared.clock import now
from portal.storage.models import SealedBlob
from tests.cast import Cast
from tests.chaos.processes import Tell, fork
from tests.documents.reading import printed

LETTERS = 6
Tasks = Callable[[Tell], dict[str, Task]]


@pytest.fixture(autouse=True)
def letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "KINDS", {"bidder_letter": _context})
    # What is forked is warm: it is killed while it lays out, and not while it loads.
    printed("bidder_letter", "fi")


def _context(_session: Any, _subject: UUID, language: str) -> dict[str, Any]:
    return preview("bidder_letter", language)


def ask(database: Database, cast: Cast, at: datetime) -> UUID:
    """Ask for a letter to each bidder, as a decision does; the key of what follows them."""
    procurement = uuid4()
    with database.transaction() as session:
        work = follow(
            session,
            "award_documents",
            person_id=cast.paula.id,
            subject=procurement,
            language="fi",
            at=at,
        )
        work.total = LETTERS
        for _letter in range(LETTERS):
            store.request(
                session,
                "bidder_letter",
                subject=uuid4(),
                owner=procurement,
                language="fi",
                at=at,
                part_of=work.id,
            )
        return work.id


def killed_while_laying_out(nth: int) -> Tasks:
    """Tasks that tell when the nth letter is about to be laid out."""

    def tasks(tell: Tell) -> dict[str, Task]:
        begun = 0

        def prepare(session: Any, arguments: dict[str, Any], at: datetime) -> Any:
            nonlocal begun
            begun += 1
            if begun == nth:
                tell(begun=begun)
            return store.TASK.prepare(session, arguments, at)

        return {store.JOB: Task(prepare, store.TASK.finish)}

    return tasks


def killed_before_the_commit(tell: Tell) -> dict[str, Task]:
    """Tasks that tell when all of a letter is written and not yet there for anybody else."""

    def finish(session: Any, arguments: dict[str, Any], made: Any, at: datetime) -> None:
        store.TASK.finish(session, arguments, made, at)
        tell(written=True)
        time.sleep(60)

    return {store.JOB: Task(store.TASK.prepare, finish)}


def test_letters_whose_workers_are_killed_are_each_made_and_counted_once(
    database: Database, cast: Cast
) -> None:
    at = now()
    with database.reading() as session:
        blobs = session.scalar(select(func.count()).select_from(SealedBlob)) or 0
    followed = ask(database, cast, at)
    rounds: list[Tasks] = [
        killed_while_laying_out(1),
        killed_while_laying_out(3),
        killed_before_the_commit,
    ]
    for tasks in rounds:

        def work(tell: Tell, tasks: Tasks = tasks, at: datetime = at) -> None:
            # The connections are those of the process that this one is forked from.
            database.engine.dispose(close=False)
            do_all(database, tasks(tell), at)

        worker = fork(work)
        worker.first()
        worker.kill()
        at += LEASE * 2

    with database.reading() as session:
        stands = session.get_one(Work, followed)
        assert (stands.done, stands.state) == (2, WorkState.UNDER_WAY)
    assert do_all(database, {store.JOB: store.TASK}, at) == LETTERS - 2
    assert do_all(database, {store.JOB: store.TASK}, at + LEASE * 2) == 0
    with database.reading() as session:
        made = session.scalars(select(StoredDocument.subject)).all()
        assert len(made) == len(set(made)) == LETTERS
        stands = session.get_one(Work, followed)
        assert (stands.done, stands.state) == (LETTERS, WorkState.READY)
        attempts = session.scalars(select(Job.attempts).where(Job.kind == store.JOB)).all()
        assert sum(attempts) == LETTERS + len(rounds)
        kept = session.scalar(select(func.count()).select_from(SealedBlob))
        assert kept == blobs + LETTERS
