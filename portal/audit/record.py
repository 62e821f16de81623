"""Writing the audit record, and reading it for whoever verifies it.

`acting` wraps the body of every use-case: the entry is added when the act is done, and when a
rule refuses it the attempt is remembered so that the edge can record the denial.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.audit.guard import READS
from portal.audit.models import AuditChain, AuditEntry, ReadEntry
from portal.audit.verifying import BEGINNING, Entry, Head, entry_hash, faults_of
from portal.database import Database
from portal.shared.canonical import canonical
from portal.shared.errors import Attempt, RuleBroken

ACCOUNTS = "accounts"
_TURN, _SHOWN = "turn", "shown"


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
        head_of(session, str(chain))
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
    # The head stays at hand with the turn: a session forgets what nobody holds.
    head = head_of(session, str(chain))
    session.info[_TURN] = (str(chain), session.get_transaction(), head)


def _has_turn(session: Session, chain: str) -> bool:
    held = session.info.get(_TURN)
    return held is not None and held[:2] == (chain, session.get_transaction())


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
    head = head_of(session, attempt.chain)
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


def head_of(session: Session, chain: str) -> AuditChain:
    """The head of the chain, locked until the transaction ends; a chain begins when asked for."""
    if _has_turn(session, chain):
        return session.get_one(AuditChain, chain)
    found = session.get(AuditChain, chain, with_for_update=True, populate_existing=True)
    if found is not None:
        return found
    add = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        add(AuditChain).values(chain=chain, length=0, head=BEGINNING).on_conflict_do_nothing()
    )
    return session.get_one(AuditChain, chain, with_for_update=True, populate_existing=True)


def faults(session: Session) -> list[str]:
    """Every break found in any chain of acts: a changed, missing or moved entry, a cut tail.

    What `portal audit verify` tells besides, against signed heads, is `heads.found_in`.
    """
    return faults_of(entries_in(session), heads_in(session))


def entries_in(session: Session, chain: str | None = None) -> Iterator[Entry]:
    """The entries of a chain, or of all, in their order and a few at a time."""
    found = select(
        AuditEntry.chain,
        AuditEntry.n,
        AuditEntry.at,
        AuditEntry.by,
        AuditEntry.act,
        AuditEntry.outcome,
        AuditEntry.rule,
        AuditEntry.facts,
        AuditEntry.previous,
        AuditEntry.hash,
    ).order_by(AuditEntry.chain, AuditEntry.n)
    if chain is not None:
        found = found.where(AuditEntry.chain == chain)
    for row in session.execute(found.execution_options(yield_per=500)):
        yield Entry(*row)


def heads_in(session: Session, chain: str | None = None) -> dict[str, Head]:
    """Where each chain of acts, or one of them, says that it ends."""
    found = select(AuditChain.chain, AuditChain.length, AuditChain.head).where(
        AuditChain.chain != READS
    )
    if chain is not None:
        found = found.where(AuditChain.chain == chain)
    return {name: Head(length, head) for name, length, head in session.execute(found)}


def note_shown(session: Session, *subjects: UUID) -> None:
    """Say whom or what a page is about to show by name; for queries, where they read the names.

    The page's edge writes these readings down before it answers (`portal.web.unit`), so that no
    view has to remember it. Whoever asks for an act reads in another session and leaves nothing.
    """
    session.info.setdefault(_SHOWN, {}).update(dict.fromkeys(map(str, subjects)))


def taken_shown(session: Session) -> list[str]:
    """What has been noted as shown, each once; it is forgotten here."""
    return list(session.info.pop(_SHOWN, {}))


class ReadRecord:
    """Who has read what; written on its own connection, so that no reader waits for a writer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, *, by: UUID | None, page: str, subject: str, at: datetime) -> None:
        """Record one reading, durably, before the page is answered."""
        self.note_all(by=by, page=page, subjects=[subject], at=at)

    def note_all(
        self, *, by: UUID | None, page: str, subjects: Iterable[str], at: datetime
    ) -> None:
        """Record a reading of each of these, each once, in one go; nothing where there are none."""
        rows = [
            {"id": uuid4(), "by": by, "page": page, "subject": subject, "at": at}
            for subject in dict.fromkeys(subjects)
        ]
        if rows:
            with self._database.transaction() as session:
                session.execute(insert(ReadEntry), rows)
