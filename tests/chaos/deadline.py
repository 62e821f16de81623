"""Submissions around the deadline, from many processes: each is in time or late, by one rule.

Each of a number of providers submits at an instant within a second or so of the deadline, to the
microsecond; the second of the deadline itself is in time. What a sender's clock says counts for
nothing.

    python -m tests.chaos.deadline --database both --submissions 2000 --workers 16
"""

from __future__ import annotations

import sys
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.audit.record import faults
from portal.config import Settings
from portal.offers.models import Offer, OfferVersion
from portal.organisations.models import Person
from tests.chaos import ground as grounds
from tests.chaos.command import Asked, Figures, run
from tests.chaos.ground import DUE, OPENS, Ground
from tests.chaos.pages import Reader, let_go, portal_on, services_of
from tests.chaos.processes import Tell, fork

EXACT = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
# The moments that a rule may get wrong.
EDGES = (-EXACT, timedelta(0), EXACT, SECOND - EXACT, SECOND, SECOND + EXACT)


class Arrival(threading.local):
    """The server's clock, as each thread of a trial has it."""

    at = OPENS

    def __call__(self) -> datetime:
        return self.at


def trial(settings: Settings, asked: Asked, app: Flask | None = None) -> Figures:
    """Everybody submits once; then what was answered is held against what is kept."""
    random, clock = Random(asked.seed), Arrival()
    app = app or portal_on(settings, clock)
    services_of(app).clock = clock
    ground = grounds.lay_ground(settings, drafts=asked.times)
    arrivals = [DUE + _around(n, random) for n in range(asked.times)]
    let_go(app)
    processes = [
        fork(lambda tell, w=w: _submit(app, ground, clock, arrivals, w, asked.workers, tell))
        for w in range(asked.workers)
    ]
    told = [one for process in processes for one in process.wait()]
    assert len(told) == asked.times
    installation = ground.install()
    with installation.database.reading() as session:
        rows = session.execute(
            select(Offer.provider_id, OfferVersion.submitted_at).join(
                OfferVersion, OfferVersion.offer_id == Offer.id
            )
        ).all()
        kept = {row.provider_id: row.submitted_at for row in rows}
        assert len(kept) == len(rows)
        wrong = inexact = 0
        for one in told:
            arrived, in_time = arrivals[one["draft"]], arrivals[one["draft"]] < DUE + SECOND
            stored = kept.get(ground.drafts[one["draft"]][0])
            wrong += (one["status"] == 303) is not in_time or (stored is not None) is not in_time
            inexact += stored is not None and stored != arrived
        assert (wrong, inexact) == (0, 0)
        denied = session.scalar(
            select(func.count()).where(
                AuditEntry.rule == "deadline_passed", AuditEntry.act == "submit_offer"
            )
        )
        assert denied == asked.times - len(kept)
        assert faults(session) == []
    installation.close()
    statuses = Counter(one["status"] for one in told)
    return {
        "submissions": len(told),
        "workers": asked.workers,
        "in time": statuses[303],
        "late": statuses[422],
        "misclassified": wrong,
        "receipt times not exact": inexact,
    }


def _around(n: int, random: Random) -> timedelta:
    if n < len(EDGES):
        return EDGES[n]
    # Half of the time around the deadline, half around the end of its second.
    return random.choice((timedelta(0), SECOND)) + random.randrange(-(10**6), 10**6) * EXACT


def _submit(
    app: Flask,
    ground: Ground,
    clock: Arrival,
    arrivals: list[datetime],
    worker: int,
    workers: int,
    tell: Tell,
) -> None:
    database, random = services_of(app).database, Random(worker)
    for n in range(worker, len(arrivals), workers):
        clock.at = arrivals[n]
        with database.reading() as session:
            writer = session.get_one(Person, UUID(str(ground.drafts[n][1])))
        reader = Reader(app, database, writer, OPENS)
        content = grounds.content_of(str(n))
        skewed = datetime.now(UTC) + timedelta(days=random.randrange(-400, 400))
        reader.browser.client.environ_base["HTTP_DATE"] = format_datetime(skewed)
        answer = reader.submit(ground, content.hash())
        tell(draft=n, status=answer.status_code)


def main() -> int:
    """The long trial."""
    return run("one_deadline_rule", "deadline", trial, times=2000, name="submissions", workers=16)


if __name__ == "__main__":
    sys.exit(main())
