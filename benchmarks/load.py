"""Several web processes and workers on one PostgreSQL, under load: what grows and what holds.

Course sponsors read pages and call capacity off from one contract, each request at another of the
processes. One process, two and three take turns, once each has answered for a while, since its
first answer of each page costs more; two workers do what follows. Whose the processor was is
measured beside it: once the cores are taken, more processes bring no more answers. Afterwards it
is held that

- every call-off that was acknowledged is in the ledger, once, and none that was not,
- the contract is drawn to its maximum and not a place beyond,
- no request was sent back to log in, although each went to another process than the one before,
- every job is done, at its first try, and the audit record is whole.

    python -m benchmarks.load --seconds 20 --clients 8
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import requests
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import func, select

from benchmarks.measuring import Family
from portal.app import build_app, open_services
from portal.audit.record import faults
from portal.capacity.ledger import balance_of
from portal.capacity.models import CallOff
from portal.config import PREFIX, Settings
from portal.contracts.models import Contract
from portal.installation import open_installation
from portal.jobs.models import Job
from portal.organisations.models import Person
from portal.web.unit import TOKEN
from tests.chaos.ground import Ground, lay_ground, opened
from tests.conftest import KEY, log_in
from tests.inspection import words
from tests.page import form_values
from tests.postgres import Cluster, free_port, running_cluster

RESULTS = Path(__file__).parent / "results"
PAGE = Path("docs/scale-measured.md")
HEAD = """\
# Several processes on one PostgreSQL

Written by `python -m benchmarks.load`; changes by hand are lost. Clients, web processes, workers
and the database share the cores, so that throughput can grow only until these are taken: what each
of them takes stands beside it.
"""
SERVERS, WORKERS = 3, 2
# Of the ground's own training.
TAKEN = Decimal(3000)
ROOM = Decimal(400)
EACH = Decimal(2)
# One act for so many readings.
READINGS = 4
TURNS = 3
WARM_S = 10.0
SETTLED_WITHIN_S = 120


@dataclass
class Told:
    """What the clients were answered."""

    answers: Counter[int] = field(default_factory=Counter)
    acknowledged: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    sent_to_log_in: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def environment(settings: Settings, port: int) -> dict[str, str]:
    """The settings as the variables of another process, which is one of several."""
    given = {
        "DATABASE_URL": settings.database_url,
        "JOBS_DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "STORAGE_KEY": KEY,
        "SECURE_COOKIES": "false",
        "SECOND_FACTOR": "offered",
        "SEALING_OPENERS": "2",
        "BASE_URL": "http://127.0.0.1",
        "WORKERS": "1",
        "DATABASE_CONNECTIONS": "20",
        "PORT": str(port),
    }
    return os.environ | {PREFIX + name: value for name, value in given.items()}


@contextmanager
def running(command: list[str], env: dict[str, str]) -> Iterator[Family]:
    """Another process for as long as it is needed; yields what it takes of the processor."""
    process = subprocess.Popen(  # our own commands
        command, env=env, stdout=subprocess.DEVNULL
    )
    try:
        yield Family(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def served(settings: Settings, n: int) -> Iterator[tuple[str, Family]]:
    """One more web process; yields its address and what it takes, once it is ready."""
    port = free_port()
    gunicorn = "gunicorn --workers 1 --threads 8 --worker-class gthread --no-control-socket"
    command = [sys.executable, "-m", *gunicorn.split(), "--bind", f"127.0.0.1:{port}"]
    with running([*command, "portal.serving:app"], environment(settings, port)) as taken:
        address, ends = f"http://127.0.0.1:{port}", time.monotonic() + 60
        while not _answers(f"{address}/healthz"):
            assert time.monotonic() < ends, "a web process does not answer"
            time.sleep(0.2)
        print(f"web process {n} is ready", flush=True)
        yield address, taken


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False


def cookie_for(app: Flask, ground: Ground) -> str:
    """A log-in of the course sponsor, as the browser keeps it."""
    services = app.extensions["portal"]
    with services.database.reading() as session:
        person = session.get_one(Person, ground.cast.kaisa.id)
    token = log_in(services.database, person, datetime.now(UTC))
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    kept = serializer.dumps({TOKEN: token, "csrf_token": secrets.token_hex(20)})
    return f"{app.config['SESSION_COOKIE_NAME']}={kept}"


def client(
    told: Told, ground: Ground, cookie: str, addresses: list[str], first: int, ends: float
) -> None:
    """One sponsor's browser: readings and call-offs, each at the next process."""
    browser = requests.Session()
    browser.headers["Cookie"] = cookie
    turns = cycle(addresses[first % len(addresses) :] + addresses[: first % len(addresses)])
    form = f"/contracts/{ground.contract}/call-off/unit_toppis"
    pages = ["/", "/call-offs", "/my-trainings", "/work"]
    n = first
    while time.monotonic() < ends:
        n += 1
        if n % (READINGS + 1):
            ask(told, browser, "GET", next(turns) + pages[n % len(pages)])
            continue
        shown = ask(told, browser, "GET", next(turns) + form)
        values = typed(BeautifulSoup(shown.text, "html.parser"), form)
        made = ask(told, browser, "POST", next(turns) + form, data=values)
        with told.lock:
            if made.status_code == 303:
                told.acknowledged.append(made.headers["Location"].rpartition("/")[2])
            elif made.status_code == 422:
                told.refused.update(errors_of(made.text))


def typed(page: BeautifulSoup, form: str) -> dict[str, Any]:
    """The form as it is shown, with an order of one place."""
    shown = next(one for one in page.select("form") if str(one.get("action")).endswith(form))
    assert isinstance(shown, Tag)
    values = form_values(shown)
    return values | {
        "field": "kiinteistöpalvelut",
        "places": "1",
        "workdays": str(EACH),
        "workplaces_confirmed": "1",
        "gain": "Työ, josta osallistuja saa palkkaa",
    }


def errors_of(html: str) -> list[str]:
    """What the summary of a refused form says."""
    summary = BeautifulSoup(html, "html.parser").select("#error-summary li a")
    return [words(one) for one in summary]


def ask(told: Told, browser: requests.Session, method: str, url: str, **how: Any) -> Any:
    """One request, counted by how it ended."""
    answer = browser.request(method, url, allow_redirects=False, timeout=60, **how)
    with told.lock:
        told.answers[answer.status_code] += 1
        told.sent_to_log_in += "/login" in answer.headers.get("Location", "")
    return answer


@dataclass
class Measured:
    """What so many web processes have answered, in how long, and whose the processor was."""

    answers: int = 0
    seconds: float = 0
    taken: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def rows(self, n: int) -> dict[str, float]:
        """Answers a second, and of how many cores each has had the whole time."""
        cores = {f"cores taken by {who}": seconds for who, seconds in self.taken.items()}
        return {
            f"{what}, web processes: {n}": round(figure / self.seconds, 2)
            for what, figure in ({"answers a second": self.answers} | cores).items()
        }


def measure(
    told: Told,
    ground: Ground,
    cookies: list[str],
    addresses: list[str],
    seconds: float,
    families: dict[str, list[Family]],
    into: Measured,
) -> None:
    """Ask these processes for so long, and add what came of it."""
    before, began, own = told.answers.total(), time.monotonic(), time.process_time()
    taken = {who: sum(one.look() for one in some) for who, some in families.items()}
    clients = [
        threading.Thread(target=client, args=(told, ground, cookie, addresses, n, began + seconds))
        for n, cookie in enumerate(cookies)
    ]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    into.answers += told.answers.total() - before
    into.seconds += time.monotonic() - began
    into.taken["clients"] += time.process_time() - own
    for who, some in families.items():
        into.taken[who] += sum(one.look() for one in some) - taken[who]


def held(settings: Settings, ground: Ground, told: Told) -> dict[str, Any]:
    """Hold what was answered against what is kept. Raises AssertionError."""
    installation = open_installation(settings)
    ends = time.monotonic() + SETTLED_WITHIN_S
    while True:
        with installation.database.reading() as session:
            waiting = session.scalar(
                select(func.count()).where(Job.state == "waiting", Job.due_at <= func.now())
            )
        if not waiting or time.monotonic() > ends:
            break
        time.sleep(0.5)
    with installation.database.reading() as session:
        contract = session.get_one(Contract, ground.contract)
        kept = {str(key) for key in session.scalars(select(CallOff.id))}
        # The ground's own training was called off before.
        own = len(kept - set(told.acknowledged))
        balance = balance_of(session, contract)
        tries = Counter(session.scalars(select(Job.attempts).where(Job.state == "done")))
        undone = session.scalar(select(func.count()).where(Job.state != "done")) or 0
        broken = faults(session)
    installation.close()
    assert len(told.acknowledged) == len(set(told.acknowledged)), "one act was told twice"
    assert set(told.acknowledged) <= kept, "an acknowledged call-off is lost"
    assert own == 1, "there is a call-off of which nobody was told"
    assert balance.remaining >= 0, "the contract is overdrawn"
    assert told.sent_to_log_in == 0, "a session was bound to one process"
    assert not {code for code in told.answers if code >= 500}, told.answers
    assert undone == 0, f"{undone} jobs are not done"
    assert broken == []
    return {
        "call-offs acknowledged": len(told.acknowledged),
        "lost": 0,
        **{f"refused: {reason}": n for reason, n in told.refused.items()},
        "overdrawn": 0,
        "left of the contract": str(balance.remaining),
        "jobs done": tries.total(),
        "of them at the first try": tries[1],
        "sent to log in again": told.sent_to_log_in,
        "answers": {str(code): n for code, n in sorted(told.answers.items())},
    }


def postmaster(cluster: Cluster) -> int:
    """The process that all of the database's are children of."""
    return int((cluster.folder / "data" / "postmaster.pid").read_text().splitlines()[0])


@contextmanager
def running_workers(settings: Settings) -> Iterator[list[Family]]:
    """The workers, each with a process of its own."""
    portal = str(Path(sys.executable).with_name("portal"))
    with ExitStack() as stack:
        command = [portal, "jobs", "work"]
        yield [
            stack.enter_context(running(command, environment(settings, 8000)))
            for _worker in range(WORKERS)
        ]


def write(measured: dict[int, Measured], found: dict[str, Any], asked: argparse.Namespace) -> None:
    """The last results, and the page of the documentation that shows them."""
    kept = {
        "measured at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": len(os.sched_getaffinity(0)),
        "clients": asked.clients,
        "seconds for each": asked.seconds,
        **{name: figure for n, one in measured.items() for name, figure in one.rows(n).items()},
        **{name: value for name, value in found.items() if name != "answers"},
        **{f"answers with {code}": n for code, n in found["answers"].items()},
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(kept, ensure_ascii=False, indent=1) + "\n"
    (RESULTS / "load.json").write_text(text, encoding="utf-8")
    rows = "\n".join(f"| {name} | {value} |" for name, value in kept.items())
    PAGE.write_text(f"{HEAD}\n| what | figure |\n|---|---|\n{rows}\n", encoding="utf-8")
    print(rows)


def main() -> int:
    """Measure, hold, and write what came of it."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20, help="for each number of processes")
    parser.add_argument("--clients", type=int, default=8)
    asked = parser.parse_args()
    with running_cluster(durable=True) as cluster, opened(cluster.url) as settings:
        ground = lay_ground(settings, capacity=int(TAKEN + ROOM))
        app = build_app(open_services(settings))
        cookies = [cookie_for(app, ground) for _client in range(asked.clients)]
        told, measured = Told(), {n: Measured() for n in range(1, SERVERS + 1)}
        with (
            served(settings, 1) as one,
            served(settings, 2) as two,
            served(settings, 3) as three,
            running_workers(settings) as workers,
        ):
            servers = [one, two, three]
            addresses = [address for address, _ in servers]
            families = {
                "web processes": [taken for _, taken in servers],
                "workers": workers,
                "the database": [Family(postmaster(cluster))],
            }
            ask = partial(measure, told, ground, cookies)
            ask(addresses, WARM_S, families, Measured())
            for n in [*measured] * TURNS:
                ask(addresses[:n], asked.seconds / TURNS, families, measured[n])
                print(n, measured[n].rows(n), flush=True)
            found = held(settings, ground, told)
        app.extensions["portal"].database.engine.dispose()
    write(measured, found, asked)
    return 0


if __name__ == "__main__":
    sys.exit(main())
