"""Writing and verifying the audit record.

`acting` wraps the body of every use-case: the entry is added when the act is done, and when a
rule refuses it the attempt is remembered so that the edge can record the denial.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.audit.models import AuditChain, AuditEntry, ReadEntry
from portal.database import Database
from portal.shared.canonical import canonical, sha256
from portal.shared.errors import Attempt, RuleBroken

ACCOUNTS = "accounts"
BEGINNING = "0" * 64
_TURN = "turn"


@dataclass
class Facts:
    """What a use-case wishes to have on record: keys, numbers and hashes, no name, no text."""

    values: dict[str, Any] = field(default_factory=dict)

    def note(self, **values: Any) -> None:
        """Add facts to the entry."""
        self.values.update(values)


@contextmanager
def acting(
    session: Session, act: str, *, chain: UUID | str, by: UUID | None, at: datetime
) -> Iterator[Facts]:
    """Do an act on the record of a procurement (its key) or of the accounts.

    The acts of one chain take turns: whoever comes second sees what the first has done.
    """
    facts = Facts()
    if not _has_turn(session, str(chain)):
        session.flush()
        _head(session, str(chain))
        session.expire_all()
    try:
        yield facts
    except RuleBroken as broken:
        if broken.attempt is None:
            broken.attempt = Attempt(str(chain), act, by, at)
        raise
    session.flush()
    append(session, Attempt(str(chain), act, by, at), "done", facts=facts.values)


def take_turn(session: Session, chain: UUID | str) -> None:
    """Take the chain's turn before anything has been read, until the transaction ends.

    What is read after it is as the one before has left it, so that `acting` on the same chain has
    nothing to read anew. For whoever plays thousands of acts one after the other.
    """
    _head(session, str(chain))
    session.info[_TURN] = (str(chain), session.get_transaction())


def _has_turn(session: Session, chain: str) -> bool:
    held = session.info.get(_TURN)
    return held is not None and held == (chain, session.get_transaction())


def record_denial(session: Session, broken: RuleBroken) -> None:
    """Write a refused attempt; the act itself has been rolled back."""
    # The turn was taken within what has been rolled back.
    session.info.pop(_TURN, None)
    if broken.attempt is not None:
        append(session, broken.attempt, "denied", rule=broken.rule, facts={})


def append(
    session: Session,
    attempt: Attempt,
    outcome: str,
    *,
    facts: dict[str, Any],
    rule: str | None = None,
) -> None:
    """Add an entry to its chain; the chain's head is locked until the transaction ends."""
    head = _head(session, attempt.chain)
    entry = AuditEntry(
        chain=attempt.chain,
        n=head.length + 1,
        at=attempt.at,
        by=attempt.by,
        act=attempt.act,
        outcome=outcome,
        rule=rule,
        facts=json.loads(canonical(facts)),
        previous=head.head,
    )
    entry.hash = entry_hash(entry)
    session.add(entry)
    head.length, head.head = entry.n, entry.hash
    session.flush()


def _head(session: Session, chain: str) -> AuditChain:
    if _has_turn(session, chain):
        return session.get_one(AuditChain, chain)
    found = session.get(AuditChain, chain, with_for_update=True, populate_existing=True)
    if found is not None:
        return found
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(AuditChain).values(chain=chain, length=0, head=BEGINNING).on_conflict_do_nothing()
    )
    return session.get_one(AuditChain, chain, with_for_update=True, populate_existing=True)


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 over the canonical entry, the hash before it included."""
    return sha256(
        canonical(
            {
                "chain": entry.chain,
                "n": entry.n,
                "at": entry.at.astimezone(UTC),
                "by": entry.by,
                "act": entry.act,
                "outcome": entry.outcome,
                "rule": entry.rule,
                "facts": entry.facts,
                "previous": entry.previous,
            }
        )
    )


def faults(session: Session) -> list[str]:
    """Every break found in any chain: a changed, missing or moved entry, a cut tail."""
    found: list[str] = []
    expected: dict[str, tuple[int, str]] = {}
    entries = select(AuditEntry).order_by(AuditEntry.chain, AuditEntry.n)
    for entry in session.scalars(entries.execution_options(yield_per=500)):
        n, previous = expected.get(entry.chain, (0, BEGINNING))
        if entry.n != n + 1:
            found.append(f"{entry.chain}: entry {n + 1} is missing before {entry.n}")
        elif entry.previous != previous:
            found.append(f"{entry.chain}: entry {entry.n} does not follow the one before it")
        if entry_hash(entry) != entry.hash:
            found.append(f"{entry.chain}: entry {entry.n} has been changed")
        expected[entry.chain] = (entry.n, entry.hash)
    heads = {head.chain: (head.length, head.head) for head in session.scalars(select(AuditChain))}
    return found + [
        f"{chain}: the record does not end where its head says"
        for chain in sorted(expected.keys() | heads.keys())
        if expected.get(chain) != heads.get(chain)
    ]


class ReadRecord:
    """Who has read what; written on its own connection, so that no reader waits for a writer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, *, by: UUID | None, page: str, subject: str, at: datetime) -> None:
        """Record one reading, durably, before the page is answered."""
        with self._database.transaction() as session:
            session.add(ReadEntry(by=by, page=page, subject=subject, at=at))
