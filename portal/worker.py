"""The workers: huey brings them the jobs' keys, the jobs' own table decides what is done.

A key lost with a killed worker or queue costs nothing: every minute the table is searched for
what is due and not leased.
"""

from __future__ import annotations

import logging
from datetime import datetime
from functools import cache
from pathlib import Path

from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from sqlalchemy.engine import make_url

from portal.audit.reads import LOOKED_BACK, link_reads
from portal.config import Settings
from portal.database import Database
from portal.installation import Installation, beside, open_installation
from portal.jobs.queue import do, due_jobs
from portal.shared.clock import now
from portal.waiting.daily import EVERY_MINUTE

QUEUE = "portal"
log = logging.getLogger("portal.jobs")


def make_queue(settings: Settings) -> Huey:
    """The queue of the jobs' keys, beside the database."""
    url = make_url(settings.jobs_database_url or beside(settings.database_url, "jobs"))
    if url.drivername.startswith("sqlite"):
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(QUEUE, filename=url.database, results=False)
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return PostgresHuey(QUEUE, dsn=dsn, results=False)


def do_every_minute(database: Database, at: datetime) -> None:
    """Each thing of the minute in a transaction of its own; one that fails is tried again."""
    for one in EVERY_MINUTE:
        try:
            with database.transaction() as session:
                one(session, at)
        except Exception:
            log.exception("work of the minute failed", extra={"kind": one.__name__})


class Workers:
    """Huey's tasks of one installation."""

    def __init__(self, settings: Settings) -> None:
        self.queue = make_queue(settings)

        @cache
        def installation() -> Installation:
            # Opened by the first job, after the worker's process has been forked.
            return open_installation(settings, wake=self.wake)

        @self.queue.task(name="do_job")  # type: ignore[untyped-decorator]  # huey has no types
        def do_job(job_id: int) -> None:
            mine = installation()
            do(mine.database, mine.tasks, job_id, now())

        @self.queue.periodic_task(crontab(minute="*"), name="sweep")  # type: ignore[untyped-decorator]  # as above
        def sweep() -> None:
            mine = installation()
            with mine.database.reading() as session:
                waiting = due_jobs(session, now())
            for job_id in waiting:
                do(mine.database, mine.tasks, job_id, now())

        @self.queue.periodic_task(crontab(minute="*"), name="link_reads")  # type: ignore[untyped-decorator]  # as above
        def link() -> None:
            link_reads(installation().reads_database, since=now() - LOOKED_BACK)

        @self.queue.periodic_task(crontab(minute="*"), name="every_minute")  # type: ignore[untyped-decorator]  # as above
        def every_minute() -> None:
            do_every_minute(installation().database, now())

        self._do_job = do_job

    def wake(self, job_id: int) -> None:
        """Bring a job to a worker now; when the queue does not answer, the sweep will."""
        try:
            self._do_job(job_id)
        except Exception:
            log.exception("queue did not answer", extra={"job": job_id})

    def run(self, workers: int) -> None:
        """Work until told to stop."""
        Consumer(
            self.queue, workers=workers, worker_type="process", initial_delay=0.05, max_delay=1.0
        ).run()
