"""The workers as processes: they do what the queue brings, and what a killed one left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.config import Settings
from portal.database import Database
from portal.jobs.mail import send_mail
from portal.jobs.models import Job, OutgoingMail
from portal.jobs.queue import enqueue, take
from portal.organisations.models import Person
from portal.shared.clock import now
from portal.worker import Workers
from tests.cast import Cast
from tests.conftest import KEY, ON_POSTGRESQL

PORTAL = Path(sys.executable).with_name("portal")


@pytest.fixture
def installed(settings: Settings) -> Settings:
    """The test's installation; on PostgreSQL the queue lives in the database too."""
    queue = settings.database_url if ON_POSTGRESQL else settings.jobs_database_url
    return settings.model_copy(update={"jobs_database_url": queue})


@pytest.fixture
def environment(installed: Settings) -> dict[str, str]:
    """What a process of this installation is started with."""
    return {
        **os.environ,
        "PORTAL_DATABASE_URL": installed.database_url,
        "PORTAL_READS_DATABASE_URL": installed.reads_database_url or installed.database_url,
        "PORTAL_JOBS_DATABASE_URL": str(installed.jobs_database_url),
        "PORTAL_SECRET_KEY": installed.secret_key,
        "PORTAL_STORAGE_KEY": KEY,
        "PORTAL_DEVELOPMENT": "true",
        "PORTAL_WORKERS": "1",
    }


@pytest.fixture
def workers(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Workers at work."""
    process = subprocess.Popen(
        [str(PORTAL), "jobs", "work"], env=environment, stdout=subprocess.DEVNULL
    )
    yield process
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def write_a_letter(database: Database, cast: Cast) -> int:
    with database.transaction() as session:
        send_mail(
            session,
            to=session.get_one(Person, cast.roope.id),
            letter="call_answered",
            facts={"reference": "ESIM/1/2026", "path": "/procurements"},
            at=now(),
        )
        return session.scalars(select(Job.id)).one()


def done_within(database: Database, job_id: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with database.reading() as session:
            if session.get_one(Job, job_id).state == "done":
                return True
        time.sleep(0.2)
    return False


@pytest.mark.slow
def test_a_job_is_done_soon_after_the_queue_is_told(
    database: Database, cast: Cast, installed: Settings, workers: subprocess.Popen[bytes]
) -> None:
    job_id = write_a_letter(database, cast)
    told = Workers(installed)
    told.wake(job_id)
    told.queue.storage.close()

    assert done_within(database, job_id, 45)
    with database.reading() as session:
        assert session.scalars(select(OutgoingMail.sent_at)).one() is not None


@pytest.mark.slow
def test_what_a_killed_worker_left_half_done_is_done_once_its_lease_has_run_out(
    database: Database, cast: Cast, environment: dict[str, str]
) -> None:
    job_id = write_a_letter(database, cast)
    assert take(database, job_id, now() - timedelta(hours=1))
    assert not take(database, job_id, now() - timedelta(hours=1))

    for told in ("1 done", "0 done"):
        ran = subprocess.run(
            [str(PORTAL), "jobs", "run"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ran.stdout.strip() == told, ran.stderr


def test_asking_twice_for_the_same_thing_is_asking_once(database: Database) -> None:
    for _ in range(2):
        with database.transaction() as session:
            enqueue(session, "send_mail", {}, at=now(), once="the reminder of today")
    with database.reading() as session:
        assert len(session.scalars(select(Job)).all()) == 1
