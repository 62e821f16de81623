"""kill -9 at random moments: what was acknowledged is there whole, nothing is there by half.

Four processes act at once through the edge of the pages (`unit_of_work`), one of them a worker of
jobs with a real mail server: one submits offers, one calls off, one accepts workdays. Each is
killed after a random time and another takes its place. What each was told to be done is noted
outside, by a process that is never killed.

    python -m tests.chaos.kills --database sqlite|postgresql|both --kills 1000 --minutes 10
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from portal.audit.models import AuditEntry
from portal.audit.record import faults
from portal.capacity.ledger import balance_of
from portal.capacity.models import CallOff, LedgerEntry, Training
from portal.capacity.rules import EntryKind, replayed
from portal.capacity.usecases import call_off
from portal.config import Settings
from portal.contracts.models import Contract
from portal.database import Database
from portal.documents.models import StoredDocument
from portal.installation import Installation
from portal.jobs import queue
from portal.jobs.models import Job, OutgoingMail
from portal.offers.models import Offer, OfferVersion
from portal.organisations.models import Organisation, Person
from portal.shared.canonical import sha256
from portal.storage.vault import vault_of
from portal.unit_of_work import unit_of_work
from portal.workdays.models import WorkdayRecord
from portal.workdays.usecases import accept_workdays, correct_workdays, record_workdays
from tests.chaos import ground as grounds
from tests.chaos.command import Asked, Figures, run
from tests.chaos.ground import ACCEPTED, PERIOD, Ground
from tests.chaos.processes import Forked, Tell, fork
from tests.jobs.mail_server import mail_server
from tests.underway import CALLED

# The jobs' clock runs faster than ours, so that the lease of a killed worker ends within a second.
FASTER = 600
ALONE = [lazyload("*")]


@dataclass
class Outside:
    """What was acknowledged, noted outside of what is killed."""

    acts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)

    def note(self, kind: str, told: list[dict[str, Any]]) -> None:
        """Add what a process told before it was killed."""
        self.acts.setdefault(kind, []).extend(told)
        self.kills[kind] += 1

    def keys(self, kind: str) -> list[UUID]:
        """The keys of what was acknowledged."""
        return [UUID(one["key"]) for one in self.acts.get(kind, ())]


def _submit(ground: Ground, installation: Installation, random: Random, tell: Tell) -> None:
    database = installation.database
    grounds.keep_draft(database, ground, grounds.content_of(str(random.random())))
    key, digest = grounds.submit_draft(database, ground)
    tell(key=key, sha256=digest)


def draw(ground: Ground, installation: Installation, random: Random, tell: Tell) -> None:
    """Call off a place, and tell of it once it has been answered."""
    amount = Decimal(random.randrange(1, 41)) / 2
    with unit_of_work(installation.database) as session:
        called = call_off(
            session,
            contract=session.get_one(Contract, ground.contract, options=ALONE),
            office=session.get_one(Organisation, ground.cast.office.id),
            form="unit_toppis",
            field="kiinteistöpalvelut",
            workdays=amount,
            places=1,
            by=session.get_one(Person, ground.cast.kaisa.id),
            at=CALLED,
        )
        key = called.id
    tell(key=key, amount=amount)


def _accept(ground: Ground, installation: Installation, random: Random, tell: Tell) -> None:
    """Record a month, later on correct it, and accept that."""
    days = grounds.days_of(ground, random)
    with unit_of_work(installation.database) as session:
        by = session.get_one(Person, ground.cast.tuula.id)
        training = session.get_one(Training, ground.training)
        how: dict[str, Any] = {"training": training, "period": PERIOD, "by": by, "at": ACCEPTED}
        accepted = select(WorkdayRecord.id).where(WorkdayRecord.state == "accepted").limit(1)
        if session.scalar(accepted) is None:
            record_workdays(session, days=days, **how)
        else:
            days[ground.people[0]] += Decimal(random.randrange(1, 1000)) / 1000
            correct_workdays(session, days=days, reason="Tarkistettu.", **how)
    with unit_of_work(installation.database) as session:
        record = accept_workdays(
            session,
            training=session.get_one(Training, ground.training),
            period=PERIOD,
            by=session.get_one(Person, ground.cast.kaisa.id),
            at=ACCEPTED,
        )
        key = record.id
    tell(key=key)


ACTS = {"submissions": _submit, "call-offs": draw, "acceptances": _accept}


def _work(ground: Ground, installation: Installation, began: float, tell: Tell) -> None:
    tasks = grounds.quick_tasks(installation.tasks)
    with installation.database.reading() as session:
        waiting = queue.due_jobs(session, jobs_clock(began), limit=20)
    for key in waiting:
        if queue.do(installation.database, tasks, key, jobs_clock(began)):
            tell(key=key)
    time.sleep(0.005)


def jobs_clock(began: float) -> datetime:
    """The workers' time; later than every act."""
    return ACCEPTED + timedelta(seconds=(time.monotonic() - began) * FASTER)


def _serve_mail(file: Path, tell: Tell) -> None:
    with mail_server() as server, file.open("a") as kept:
        tell(port=server.port)
        while True:
            while server.received:
                kept.write(f"{server.received.pop(0)['Message-ID']}\n")
            kept.flush()
            time.sleep(0.02)


def trial(empty: Settings, asked: Asked) -> Figures:
    """Kill as often as asked or as there is time for; then hold everything to account."""
    random = Random(asked.seed)
    with TemporaryDirectory(prefix="portal-chaos-") as folder:
        mail = Path(folder) / "mail"
        server = fork(lambda tell: _serve_mail(mail, tell))
        try:
            settings = empty.model_copy(
                update={
                    "smtp_host": "127.0.0.1",
                    "smtp_port": server.first()["port"],
                    "smtp_security": "none",
                }
            )
            ground, outside, began = grounds.lay_ground(settings), Outside(), time.monotonic()
            _kill_until(asked, random, ground, outside, began)
            return _account(ground, outside, began, mail)
        finally:
            server.kill()


def _kill_until(
    asked: Asked, random: Random, ground: Ground, outside: Outside, began: float
) -> None:
    """Fork from a process in which everything has been done once, so that it is warm."""
    installation, looked_at = ground.install(), dict.fromkeys(ACTS, 0)
    warming = time.monotonic()
    for kind, act in ACTS.items():
        told: list[dict[str, Any]] = []
        for _time in range(2):
            act(ground, installation, random, lambda told=told, **facts: told.append(facts))
        outside.acts[kind] = [{name: str(value) for name, value in one.items()} for one in told]
    # As long as a few acts take on this machine just now.
    lives = min(max(1.5 * (time.monotonic() - warming), 0.1), 1.5)
    # A part of the time is left for the account.
    ends_at = time.monotonic() + (asked.ends_at - time.monotonic()) * 0.7
    while not outside.kills or (outside.kills.total() < asked.times and time.monotonic() < ends_at):
        # No connection is shared by two processes.
        installation.close()
        begun, living = time.monotonic(), []
        for kind in (*ACTS, "jobs"):
            process = _forked(kind, ground, installation, random.randrange(2**32), began)
            living.append((begun + random.uniform(0.01, lives), kind, process))
        for dies_at, kind, process in sorted(living, key=lambda one: one[0]):
            time.sleep(max(0.0, dies_at - time.monotonic()))
            outside.note(kind, process.kill())
        _look(installation, outside, looked_at)
    installation.close()


def _forked(
    kind: str, ground: Ground, installation: Installation, seed: int, began: float
) -> Forked:
    def go_on(tell: Tell) -> None:
        random = Random(seed)
        while True:
            if kind == "jobs":
                _work(ground, installation, began, tell)
            else:
                ACTS[kind](ground, installation, random, tell)

    return fork(go_on)


def _look(installation: Installation, outside: Outside, looked_at: dict[str, int]) -> None:
    """What has been acknowledged since the last look is there."""
    with installation.database.reading() as session:
        for kind, table in (
            ("submissions", OfferVersion),
            ("call-offs", CallOff),
            ("acceptances", WorkdayRecord),
        ):
            new = outside.acts.get(kind, [])[looked_at[kind] :]
            looked_at[kind] += len(new)
            for one in new:
                row = session.get(table, UUID(one["key"]))
                assert row is not None, f"{kind}: {one} was acknowledged and is lost"
                if isinstance(row, OfferVersion):
                    assert row.sha256 == one["sha256"]


def _account(ground: Ground, outside: Outside, began: float, mail: Path) -> Figures:
    installation = ground.install()
    database = installation.database
    tasks = grounds.quick_tasks(installation.tasks)
    with database.reading() as session:
        left_running = session.scalar(
            select(func.count()).where(Job.state == "waiting", Job.leased_until.is_not(None))
        )
    # Every lease has ended by then.
    queue.do_all(database, tasks, jobs_clock(began) + 2 * queue.LEASE)
    time.sleep(0.1)
    with database.reading() as session:
        _whole_submissions(session, outside)
        whole_call_offs(session, ground, [one["key"] for one in outside.acts["call-offs"]])
        _whole_acceptances(session, ground, outside)
        letters, again = _whole_jobs(session, mail)
        assert faults(session) == []
        found = {
            "kills": outside.kills.total(),
            "acknowledged": sum(len(outside.acts[kind]) for kind in ACTS),
            "lost": 0,
            "half": 0,
            "offers": len(outside.keys("submissions")),
            "call-offs": len(outside.keys("call-offs")),
            "acceptances": len(outside.keys("acceptances")),
            "letters": letters,
            "letters sent twice": again,
            "jobs left running by a kill": left_running or 0,
        }
    _is_sound(database)
    installation.close()
    return found


def _entries(session: Session, act: str) -> list[dict[str, Any]]:
    return list(
        session.scalars(
            select(AuditEntry.facts).where(AuditEntry.act == act, AuditEntry.outcome == "done")
        )
    )


def _jobs(session: Session, begins: str) -> int:
    return session.scalar(select(func.count()).where(Job.once.startswith(begins))) or 0


def _whole_submissions(session: Session, outside: Outside) -> None:
    """Each version has its content, its entry, its receipt's job and its letter; none is alone."""
    rows = session.execute(
        select(OfferVersion.id, OfferVersion.sha256, OfferVersion.blob_id, Offer.provider_id).join(
            Offer, Offer.id == OfferVersion.offer_id
        )
    ).all()
    versions = {row.id: row for row in rows}
    assert set(outside.keys("submissions")) <= versions.keys()
    for row in rows:
        own = vault_of(session).unseal_own(session, row.blob_id, holder=row.provider_id)
        assert sha256(own) == row.sha256
    entries = Counter(facts["version"] for facts in _entries(session, "submit_offer"))
    assert entries == Counter(map(str, versions))
    assert _jobs(session, "offer_receipt:") == len(versions)
    assert _jobs(session, "mail:offer_submitted:") == len(versions)


def whole_call_offs(session: Session, ground: Ground, acknowledged: Collection[str]) -> set[UUID]:
    """Each has its number, entry in the ledger, entry of record and order; their keys."""
    here = CallOff.contract_id == ground.contract
    rows = session.execute(
        select(CallOff.id, CallOff.n, CallOff.amount).where(here).order_by(CallOff.n)
    ).all()
    keys = {row.id for row in rows}
    assert set(map(UUID, acknowledged)) <= keys
    assert [row.n for row in rows] == list(range(1, len(rows) + 1))
    reserved = select(LedgerEntry.call_off_id, LedgerEntry.amount).where(
        LedgerEntry.kind == EntryKind.RESERVED
    )
    amounts = Counter((row.call_off_id, row.amount) for row in session.execute(reserved))
    assert amounts == Counter((row.id, row.amount) for row in rows)
    entries = Counter(facts["call_off"] for facts in _entries(session, "call_off"))
    assert entries == Counter(str(row.id) for row in rows)
    assert _jobs(session, "order:") == len(rows)
    entered = session.execute(
        select(LedgerEntry.n, LedgerEntry.kind, LedgerEntry.amount).order_by(LedgerEntry.n)
    ).all()
    assert [row.n for row in entered] == list(range(1, len(entered) + 1))
    balance = balance_of(session, session.get_one(Contract, ground.contract))
    assert replayed((EntryKind(row.kind), row.amount) for row in entered) == balance
    return keys


def _whole_acceptances(session: Session, ground: Ground, outside: Outside) -> None:
    """The days accepted last are those delivered, to the thousandth."""
    records = session.scalars(select(WorkdayRecord).where(WorkdayRecord.state == "accepted")).all()
    assert set(outside.keys("acceptances")) <= {one.id for one in records}
    assert len(_entries(session, "accept_workdays")) == len(records)
    accepted = sum((line.days for one in records for line in one.lines), Decimal(0))
    contract = session.get_one(Contract, ground.contract)
    assert balance_of(session, contract).delivered == accepted


def _whole_jobs(session: Session, mail: Path) -> tuple[int, int]:
    """All are done, each with one effect in the database; a letter may have gone twice."""
    states = dict(session.execute(select(Job.state, func.count()).group_by(Job.state)).all())
    assert states.keys() <= {"done"}, states
    documents = session.execute(
        select(func.count())
        .select_from(StoredDocument)
        .group_by(StoredDocument.kind, StoredDocument.subject, StoredDocument.language)
    ).all()
    assert {row[0] for row in documents} <= {1}
    made = session.scalar(select(func.count()).where(Job.kind == "make_document"))
    assert made == len(documents)
    sent = {f"<{key}@localhost>" for key in session.scalars(select(OutgoingMail.id))}
    unsent = select(func.count()).where(OutgoingMail.sent_at.is_(None))
    assert session.scalar(unsent) == 0
    received = Counter(mail.read_text().split())
    assert received.keys() == sent, f"{len(sent - received.keys())} letters never came"
    return len(sent), received.total() - len(received)


def _is_sound(database: Database) -> None:
    if database.url.startswith("sqlite"):
        with database.engine.connect() as connection:
            told = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            assert told == ["ok"]
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def main() -> int:
    """The long trial."""
    return run("acknowledged_means_durable", "kills", trial, times=1000, minutes=10, name="kills")


if __name__ == "__main__":
    sys.exit(main())
