"""Long work: done once, told of, called off, kept for who began it, removed in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.database import Database
from portal.jobs import work
from portal.jobs.models import Job, Work, WorkPart
from portal.jobs.queue import LEASE, do, do_all, due_jobs, take
from portal.jobs.work import WorkState
from portal.shared.errors import RuleBroken
from portal.storage.models import SealedBlob
from tests.cast import Cast

AT = datetime(2026, 4, 1, 7, 0, tzinfo=UTC)
CONTENT = b"rivi\n" * 3
SUBJECT = UUID("00000000-0000-4000-8000-000000000001")
TASKS = {work.JOB: work.TASK}

made: list[str] = []


def _make(session: object, asked: Work, progress: work.Progress) -> work.Made:
    progress(1, 4)
    made.append(asked.kind)
    progress(4, 4)
    return work.Made(BytesIO(CONTENT), "rivit.csv", "text/csv", {"rows": 3})


def _refuse(*_given: object) -> None:
    raise RuleBroken("changed_meanwhile")


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    made.clear()
    monkeypatch.setattr(work, "PIECE", 4)
    monkeypatch.setitem(work.KINDS, "rows", work.Kind(_make))
    monkeypatch.setitem(work.KINDS, "unkept", work.Kind(_make, keep=_refuse))


def begun(database: Database, cast: Cast, kind: str = "rows") -> UUID:
    with database.transaction() as session:
        one = work.begin(
            session, kind, person_id=cast.olli.id, arguments={"q": "x"}, language="fi", at=AT
        )
        return one.id


def kept(database: Database, key: UUID) -> Work:
    with database.reading() as session:
        return session.get_one(Work, key)


def test_work_is_made_once_and_kept_sealed_in_pieces(database: Database, cast: Cast) -> None:
    key = begun(database, cast)
    assert begun(database, cast) == key
    assert do_all(database, TASKS, AT) == 1
    found = kept(database, key)
    assert (found.state, found.done, found.total, found.size) == ("ready", 4, 4, 15)
    assert found.arguments == {}
    assert found.kept_until == AT + timedelta(days=7)
    with database.reading() as session:
        assert b"".join(work.pieces(session, found)) == CONTENT
        sealed = list(session.scalars(select(SealedBlob.ciphertext)))
        assert len(sealed) == 4
        assert not any(blob and b"rivi" in blob for blob in sealed)
    assert made == ["rows"]
    assert begun(database, cast) != key


def test_a_worker_that_dies_leaves_its_work_to_another_and_one_result_is_kept(
    database: Database, cast: Cast
) -> None:
    key = begun(database, cast)
    with database.reading() as session:
        [job] = due_jobs(session, AT)
    assert take(database, job, AT)
    with database.reading() as session:
        outcome = work.TASK.prepare(session, {"work": str(key)}, AT)
    assert not do(database, TASKS, job, AT + timedelta(minutes=1))
    later = AT + LEASE + timedelta(minutes=1)
    assert do(database, TASKS, job, later)
    # The one that was taken for dead comes back with its own result.
    with database.transaction() as session:
        work.TASK.finish(session, {"work": str(key)}, outcome, later)
    assert not do(database, TASKS, job, later + LEASE)
    with database.reading() as session:
        assert len(list(session.scalars(select(WorkPart).where(WorkPart.work_id == key)))) == 4


def test_the_lease_lasts_as_long_as_the_work_tells_of_itself(
    database: Database, cast: Cast
) -> None:
    key = begun(database, cast)
    with database.reading() as session:
        work.Progress(session, key, AT)(1, 2)
    with database.reading() as session:
        leased = session.scalar(select(Job.leased_until))
        assert leased is not None
        assert leased >= AT + LEASE
    assert kept(database, key).done == 1


def test_cancelled_work_stops_at_its_next_step_and_leaves_nothing(
    database: Database, cast: Cast
) -> None:
    key = begun(database, cast)
    with database.reading() as session:
        progress = work.Progress(session, key, AT)
        with database.transaction() as writing:
            work.cancel(writing, writing.get_one(Work, key), AT)
        with pytest.raises(work.Cancelled):
            progress(1, 2)
    do_all(database, TASKS, AT)
    assert made == []
    assert kept(database, key).state == WorkState.CANCELLED
    with database.transaction() as session, pytest.raises(RuleBroken, match="wrong_state"):
        work.cancel(session, session.get_one(Work, key), AT)


def test_what_a_rule_refuses_in_the_end_is_kept_neither_in_part_nor_whole(
    database: Database, cast: Cast
) -> None:
    key = begun(database, cast, "unkept")
    assert do_all(database, TASKS, AT) == 1
    found = kept(database, key)
    assert (found.state, found.fault, found.name) == ("failed", "changed_meanwhile", None)
    with database.reading() as session:
        assert not session.scalars(select(WorkPart)).all()
        assert not session.scalars(select(AuditEntry).where(AuditEntry.act == "make_bundle")).all()


def test_results_are_removed_when_their_time_is_over(database: Database, cast: Cast) -> None:
    key = begun(database, cast)
    do_all(database, TASKS, AT)
    with database.transaction() as session:
        assert work.remove_old(session, AT + timedelta(days=6)) == 0
        assert work.remove_old(session, AT + timedelta(days=7)) == 1
        assert work.remove_old(session, AT + timedelta(days=7)) == 0
    with database.reading() as session:
        assert session.get(Work, key) is None
        assert not session.scalars(select(SealedBlob)).all()


def test_followed_work_is_ready_when_each_of_its_steps_has_told_of_itself(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        one = work.follow(
            session, "letters", person_id=cast.paula.id, subject=SUBJECT, language="fi", at=AT
        )
        one.total = 2
        key = one.id
    for state in (WorkState.UNDER_WAY, WorkState.READY, WorkState.READY):
        with database.transaction() as session:
            work.advance(session, key, AT)
        assert kept(database, key).state == state
    assert kept(database, key).done == 2
