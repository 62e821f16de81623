"""The database goes away under load again and again: nothing acknowledged is lost.

PostgreSQL is stopped, by turns in order and as by a power cut, and started again every few seconds
while several processes submit offers through the pages. SQLite has no server: there another process
holds the right to write for longer than anybody waits, and is killed holding it. Whoever is turned
away gets a page that says so, with ``Retry-After``, and never a fault.

    python -m tests.chaos.restarts --database both --restarts 100 --minutes 10
"""

from __future__ import annotations

import argparse
import logging
import os
import select
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import sqlalchemy
from flask import Flask
from sqlalchemy.engine import make_url

from portal import database as databases
from portal.audit.record import faults
from portal.config import Settings
from portal.offers.models import OfferVersion
from portal.organisations.models import Person
from portal.shared.errors import RuleBroken
from tests.chaos import ground as grounds
from tests.chaos.command import Asked, Figures
from tests.chaos.ground import OPENS, Ground
from tests.chaos.pages import Reader, let_go, portal_on, services_of
from tests.chaos.processes import Forked, Tell, fork
from tests.postgres import running_cluster
from tests.promises.figures import leave

HEALTHY_WITHIN_S = 10.0
EVERY_S = 5.0
# In the place of a minute, so that a lock lasts longer than that.
BUSY_MS = 300


def trial(settings: Settings, asked: Asked, take_away: Callable[[int], None]) -> Figures:
    """Take the database away and give it back again; ``take_away`` returns once it is back."""
    app = portal_on(settings, lambda: OPENS)
    ground = grounds.lay_ground(settings, drafts=asked.workers)
    let_go(app)
    # One byte for each client says that the database has gone away for the last time.
    ending = os.pipe()
    clients = [
        fork(lambda tell, n=n: _submit(app, ground, n, ending[0], tell))
        for n in range(asked.workers)
    ]
    back: list[float] = []
    while not back or (len(back) < asked.times and time.monotonic() < asked.ends_at):
        time.sleep(min(EVERY_S, max(0.1, (asked.ends_at - time.monotonic()) / 10)))
        gone = time.monotonic()
        take_away(len(back))
        back.append(gone)
    os.write(ending[1], b"." * asked.workers)
    return _account(ground, clients, back)


def _submit(app: Flask, ground: Ground, n: int, ending: int, tell: Tell) -> None:
    """Change the draft and submit it, over and over, and once more after the last time."""
    database, provider = services_of(app).database, ground.drafts[n]
    reader: Reader | None = None
    tries, last = 0, False
    while True:
        tries += 1
        last = last or bool(select.select([ending], [], [], 0)[0] and os.read(ending, 1))
        content = grounds.content_of(f"{n} {tries}")
        try:
            if reader is None:
                with database.reading() as session:
                    writer = session.get_one(Person, provider[1])
                reader = Reader(app, database, writer, OPENS)
            grounds.keep_draft(database, ground, content, draft=n)
        except RuleBroken:
            raise
        except Exception as fault:
            # The draft is not what is tried here; its page would have said the same.
            tell(draft=type(fault).__name__)
            time.sleep(0.05)
            continue
        answer = reader.submit(ground, content.hash())
        tell(
            status=answer.status_code,
            sha256=content.hash(),
            at=time.monotonic(),
            after=answer.headers.get("Retry-After"),
        )
        if answer.status_code != 303:
            time.sleep(0.05)
        elif last:
            return


def _account(ground: Ground, clients: list[Forked], back: list[float]) -> Figures:
    told = [client.wait() for client in clients]
    answers: list[dict[str, Any]] = [one for each in told for one in each if "status" in one]
    statuses = Counter(one["status"] for one in answers)
    assert statuses.keys() <= {303, 503}, statuses
    assert all(one["after"] for one in answers if one["status"] == 503)
    slowest = 0.0
    for gone in back:
        for each in told:
            healthy = [one["at"] for one in each if one.get("status") == 303 and one["at"] > gone]
            assert healthy, "a client never got through again"
            slowest = max(slowest, min(healthy) - gone)
    assert slowest <= HEALTHY_WITHIN_S, f"healthy only after {slowest:.1f} s"
    installation = ground.install()
    with installation.database.reading() as session:
        kept = Counter(session.scalars(sqlalchemy.select(OfferVersion.sha256)))
        acknowledged = {one["sha256"] for one in answers if one["status"] == 303}
        lost = acknowledged - kept.keys()
        assert not lost, f"{len(lost)} acknowledged submissions are lost"
        assert set(kept.values()) <= {1}
        assert faults(session) == []
    installation.close()
    return {
        "restarts": len(back),
        "clients": len(clients),
        "acknowledged": len(acknowledged),
        "lost": 0,
        "turned away with a page": statuses[503],
        "drafts turned away": sum("draft" in one for each in told for one in each),
        "faults": 0,
        "healthy after at most, s": round(slowest, 1),
    }


def on_postgresql(asked: Asked) -> Figures:
    """Restarts of a private cluster, every other one as by a power cut."""
    with running_cluster(durable=True) as cluster, grounds.opened(cluster.url) as settings:

        def restart(n: int) -> None:
            cluster.control("stop", "-m", "immediate" if n % 2 else "fast")
            cluster.control("start")

        return trial(settings, asked, restart)


def on_sqlite(asked: Asked, settings: Settings) -> Figures:
    """Locks that last longer than anybody waits; every other one is held by who is killed."""
    usual, databases.BUSY_TIMEOUT_MS = databases.BUSY_TIMEOUT_MS, BUSY_MS
    try:
        return trial(settings, asked, lambda n: _lock(settings, n))
    finally:
        databases.BUSY_TIMEOUT_MS = usual


def _lock(settings: Settings, n: int) -> None:
    file = str(make_url(settings.database_url).database)

    def hold(tell: Tell) -> None:
        connection = sqlite3.connect(file, isolation_level=None, timeout=10)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE audit_chain SET length = length + 1")
        tell(held=True)
        time.sleep(4 * BUSY_MS / 1000)
        if n % 2:
            time.sleep(60)
        connection.execute("ROLLBACK")
        connection.close()

    holder = fork(hold)
    holder.first()
    time.sleep(4 * BUSY_MS / 1000)
    holder.kill() if n % 2 else holder.wait()


def main() -> int:
    """The long trial."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.restarts")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--restarts", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--workers", type=int, default=4)
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    for database in ("sqlite", "postgresql") if given.database == "both" else (given.database,):
        os.environ["PORTAL_TEST_DATABASE"] = database
        began = time.monotonic()
        asked = Asked(given.restarts, began + given.minutes * 60, 0, given.workers)
        if database == "postgresql":
            figures = on_postgresql(asked)
        else:
            with grounds.opened() as settings:
                figures = on_sqlite(asked, settings)
        figures["seconds"] = round(time.monotonic() - began, 1)
        told = " | ".join(f"{key} {value}" for key, value in figures.items())
        sys.stdout.write(f"| restarts | {database} | {told} |\n")
        leave("database_restart_survivable", "restarts", figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
