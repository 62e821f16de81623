"""Verifying the record: whether each chain is what it was when it was written.

Plain Python over rows, so that the command, the page and a test of thousands of changes ask the
same functions. Nothing here knows a database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from portal.audit.guard import READS
from portal.shared.canonical import canonical, sha256

if TYPE_CHECKING:
    from portal.audit.models import AuditEntry

BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One act done or denied, as it stands in its chain."""

    chain: str
    n: int
    at: datetime
    by: UUID | None
    act: str
    outcome: str
    rule: str | None
    facts: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Read:
    """One reading in its place in the chain of reads; no ``id`` where the reading is gone."""

    n: int
    id: UUID | None
    at: datetime | None
    by: UUID | None
    page: str | None
    subject: str | None
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends: how many entries it has, and the hash of the last."""

    length: int
    head: str


@dataclass
class Against:
    """What signed heads say: by chain, the hash of the entry that each of them ends with."""

    known: dict[str, dict[int, tuple[str, int]]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add(self, number: int, heads: Mapping[str, Head]) -> None:
        """Take in the heads of one export."""
        for chain, head in heads.items():
            there = self.known.setdefault(chain, {})
            kept = there.setdefault(head.length, (head.head, number))
            if kept[0] != head.head:
                self.faults.append(
                    f"{chain}: the signed heads {kept[1]} and {number} tell different records"
                )

    def of(self, chain: str) -> Mapping[int, tuple[str, int]]:
        """What is known of one chain."""
        return self.known.get(chain, {})

    def cut(self, ends: Mapping[str, int]) -> list[str]:
        """The chains that are shorter than a signed head says; ``ends`` is how long each is."""
        found = []
        for chain, there in sorted(self.known.items()):
            longest = max(there)
            length = ends.get(chain, 0)
            if length < longest:
                found.append(
                    f"{chain}: the tail is cut, the signed head {there[longest][1]} knows"
                    f" {longest} entries and the record has {length}"
                )
        return found


def entry_hash(entry: Entry | AuditEntry) -> str:
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


def read_hash(read: Read) -> str:
    """SHA-256 over one reading in its place, the hash before it included."""
    return sha256(
        canonical(
            {
                "n": read.n,
                "id": read.id,
                "at": read.at and read.at.astimezone(UTC),
                "by": read.by,
                "page": read.page,
                "subject": read.subject,
                "previous": read.previous,
            }
        )
    )


def faults_of(
    entries: Iterable[Entry], heads: Mapping[str, Head], against: Against | None = None
) -> list[str]:
    """Every break in chains of acts: a changed, missing or moved entry, a cut tail.

    Entries come chain by chain and in their order. Whoever can write to the database can cut a
    tail and put its head right, or reckon a whole chain anew: only ``against`` signed heads is
    that found.
    """
    against = against or Against()
    found: list[str] = []
    ends: dict[str, Head] = {}
    for entry in entries:
        chain = entry.chain
        before = ends.get(chain)
        n, previous = (before.length, before.head) if before else (0, BEGINNING)
        if entry.n != n + 1:
            found.append(f"{chain}: entry {n + 1} is missing before {entry.n}")
        elif entry.previous != previous:
            found.append(f"{chain}: entry {entry.n} does not follow the one before it")
        if entry_hash(entry) != entry.hash:
            found.append(f"{chain}: entry {entry.n} has been changed")
        found += _other_than_signed(chain, entry.n, entry.hash, against)
        ends[chain] = Head(entry.n, entry.hash)
    found += [
        f"{chain}: the record does not end where its head says"
        for chain in sorted(ends.keys() | heads.keys())
        if ends.get(chain) != heads.get(chain)
    ]
    lengths = {chain: end.length for chain, end in ends.items()}
    # The reads stand in a chain, and perhaps in a database, of their own.
    lengths[READS] = max(against.of(READS), default=0)
    return found + against.cut(lengths)


def read_faults_of(
    reads: Iterable[Read], head: Head | None, against: Against | None = None
) -> list[str]:
    """Every break in the chain of reads, as above. Readings not linked yet are in no chain."""
    against = against or Against()
    found: list[str] = []
    end = Head(0, BEGINNING)
    for read in reads:
        if read.n != end.length + 1:
            found.append(f"{READS}: reading {end.length + 1} is missing before {read.n}")
        elif read.previous != end.head:
            found.append(f"{READS}: reading {read.n} does not follow the one before it")
        if read.id is None:
            found.append(f"{READS}: reading {read.n} has been deleted")
        elif read_hash(read) != read.hash:
            found.append(f"{READS}: reading {read.n} has been changed")
        found += _other_than_signed(READS, read.n, read.hash, against)
        end = Head(read.n, read.hash)
    if end != (head or Head(0, BEGINNING)):
        found.append(f"{READS}: the record does not end where its head says")
    own = Against({READS: dict(against.of(READS))} if against.of(READS) else {})
    return found + own.cut({READS: end.length})


def _other_than_signed(chain: str, n: int, is_hash: str, against: Against) -> list[str]:
    signed = against.of(chain).get(n)
    if signed is None or signed[0] == is_hash:
        return []
    return [f"{chain}: entry {n} is another than the signed head {signed[1]} says"]
