"""A mail server that hangs, refuses and hangs up, and workers that die: no letter is lost.

Each talk with the server goes well or in one of six bad ways, by chance. Where it hangs up after
the end of the message without a word, or the worker dies between sending and marking, nobody can
know whether the letter was taken: it is sent again under the same Message-ID.

    python -m tests.chaos.letters --database both --letters 10000
"""

from __future__ import annotations

import socketserver
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from sqlalchemy import func, select

from portal.config import Settings
from portal.database import Database
from portal.installation import Installation
from portal.jobs import mail, queue
from portal.jobs.mail import mail_task, send_mail
from portal.jobs.models import Job, OutgoingMail
from portal.organisations.models import Person
from tests.cast import assemble
from tests.chaos.command import Asked, Figures, run
from tests.chaos.ground import OPENS, opened_installation

# In the place of twenty seconds.
ANSWERS_WITHIN_S = 0.5
AT_ONCE = 8
WAYS = ("well", "well", "well", "hangs", "hangs in data", "not now", "hangs up", "never")
DIES = 0.05
# So long a letter is tried, hour by hour.
MOST_HOURS = 5 * 24
FACTS = {"path": "/somewhere", "hours": 2}


@dataclass
class BadServer:
    """What it has taken, by Message-ID, and how its talks went."""

    random: Random
    port: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    talks: Counter[str] = field(default_factory=Counter)
    bad_until: float = 0.0
    ends: threading.Event = field(default_factory=threading.Event)

    def way(self) -> str:
        """How the next talk goes: well, once the time of the trial is over."""
        chosen = self.random.choice(WAYS) if time.monotonic() < self.bad_until else "well"
        self.talks[chosen] += 1
        return chosen


class Talk(socketserver.StreamRequestHandler):
    """One talk of the server, well or in a bad way."""

    bad: BadServer

    def handle(self) -> None:
        """Whoever has waited for too long has hung up."""
        way = self.bad.way()
        with suppress(OSError):
            if way == "hangs":
                self.bad.ends.wait(ANSWERS_WITHIN_S * 2)
                return
            self._talk(way)

    def _talk(self, way: str) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            command = line[:4].decode().upper().strip()
            if command == "RCPT" and way in {"not now", "never"}:
                self._say("451 not now" if way == "not now" else "550 nobody of that name")
            elif command == "DATA":
                if not self._take_message(way):
                    return
            else:
                self._say("221 bye" if command == "QUIT" else "250 fine")
            if command == "QUIT":
                return

    def _take_message(self, way: str) -> bool:
        self._say("354 go on")
        key = ""
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            if line.lower().startswith(b"message-id:"):
                key = line.partition(b":")[2].strip().decode()
        if way == "hangs in data":
            self.bad.ends.wait(ANSWERS_WITHIN_S * 2)
            return False
        self.bad.taken[key] += 1
        if way == "hangs up":
            return False
        self._say("250 taken")
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def bad_server(random: Random) -> Iterator[BadServer]:
    """The server, listening until the block ends."""
    server = BadServer(random)
    talk = type("OneTalk", (Talk,), {"bad": server})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), talk) as listening:
        listening.daemon_threads = True
        server.port = listening.server_address[1]
        threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.ends.set()
            listening.shutdown()


def trial(settings: Settings, asked: Asked) -> Figures:
    """Write so many letters, and let workers come by every hour until none waits."""
    random = Random(asked.seed)
    usual, mail.SERVER_ANSWERS_WITHIN_S = mail.SERVER_ANSWERS_WITHIN_S, ANSWERS_WITHIN_S  # type: ignore[misc]
    try:
        with opened_installation(settings) as installation, bad_server(random) as server:
            wrote, server.bad_until = _write(installation.database, asked.times), asked.ends_at
            given = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_security": "none"}
            died, hours = _work(installation, settings.model_copy(update=given), random, asked)
            return _account(installation.database, server, wrote, died, hours)
    finally:
        mail.SERVER_ANSWERS_WITHIN_S = usual  # type: ignore[misc]


def _write(database: Database, times: int) -> float:
    """The slowest of the acts that wrote the letters, in seconds: none of them waits for mail."""
    slowest = 0.0
    with database.transaction() as session:
        roope = session.get_one(Person, assemble(session).roope.id)
        for _time in range(times):
            began = time.monotonic()
            send_mail(session, to=roope, letter="reset_password", facts=FACTS, at=OPENS)
            slowest = max(slowest, time.monotonic() - began)
    return slowest


def _work(
    installation: Installation, settings: Settings, random: Random, asked: Asked
) -> tuple[int, int]:
    """How many workers died, and how many hours it took."""
    database, task = installation.database, mail_task(settings)
    tasks, died, hours = {mail.JOB: task}, 0, 0
    with ThreadPoolExecutor(AT_ONCE) as workers:
        while hours < MOST_HOURS:
            at = OPENS + timedelta(hours=hours)
            with database.reading() as session:
                waiting = session.scalar(select(func.count()).where(Job.state == "waiting"))
                due = queue.due_jobs(session, at, limit=100_000)
            if not waiting:
                break
            dying = {key for key in due if random.random() < DIES}
            died += sum(
                workers.map(
                    lambda key, at=at, dying=dying: (
                        _die(database, task, key, at)
                        if key in dying
                        else _do(database, tasks, key, at)
                    ),
                    due,
                )
            )
            hours += 1
    return died, hours


def _do(database: Database, tasks: dict[str, queue.Task], key: int, at: object) -> bool:
    queue.do(database, tasks, key, at)  # type: ignore[arg-type]
    return False


def _die(database: Database, task: queue.Task, key: int, at: object) -> bool:
    """Send it, if the server lets one, and end before it is marked."""
    if queue.take(database, key, at):  # type: ignore[arg-type]
        with database.reading() as session:
            arguments = dict(session.get_one(Job, key).arguments)
            with suppress(OSError):
                task.prepare(session, arguments, at)  # type: ignore[arg-type]
    return True


def _account(
    database: Database, server: BadServer, slowest: float, died: int, hours: int
) -> Figures:
    with database.reading() as session:
        states = dict(session.execute(select(Job.state, func.count()).group_by(Job.state)).all())
        keys = {f"<{key}@localhost>" for key in session.scalars(select(OutgoingMail.id))}
        unmarked = session.scalar(select(func.count()).where(OutgoingMail.sent_at.is_(None)))
    assert states.keys() <= {"done"}, f"not all letters were sent: {states}"
    assert unmarked == 0
    lost = keys - server.taken.keys()
    assert not lost, f"{len(lost)} letters were marked as sent and never taken"
    again = server.taken.total() - len(keys)
    assert again <= died + server.talks["hangs up"] + server.talks["well"]
    return {
        "letters": len(keys),
        "lost": 0,
        "sent more than once": again,
        "workers that died": died,
        "hours until the last": hours,
        **{f"talks: {way}": server.talks[way] for way in dict.fromkeys(WAYS)},
        "slowest act, ms": round(slowest * 1000, 1),
    }


def main() -> int:
    """The long trial."""
    return run("mail_never_lost", "letters", trial, times=10_000, minutes=8, name="letters")


if __name__ == "__main__":
    sys.exit(main())
