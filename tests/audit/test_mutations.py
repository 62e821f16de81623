"""Random changes of the record, one at a time: every one is found against a signed head."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import pytest

from portal.audit.verifying import (
    BEGINNING,
    Against,
    Entry,
    Head,
    Read,
    entry_hash,
    faults_of,
    read_faults_of,
    read_hash,
)
from tests.promises.figures import leave, times

AT = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
CHAINS = ("accounts", str(UUID(int=1)), str(UUID(int=2)))
SIGNED, LATER = 16, 4
READS = "reads"


@dataclass
class Record:
    """The whole record as rows: chains of acts, the chain of reads, and where each ends."""

    chains: dict[str, list[Entry]]
    reads: list[Read]
    heads: dict[str, Head]

    def faults(self, against: Against) -> list[str]:
        """What the command finds, by the command's own functions."""
        entries = (entry for chain in sorted(self.chains) for entry in self.chains[chain])
        of_acts = {chain: head for chain, head in self.heads.items() if chain != READS}
        return [
            *faults_of(entries, of_acts, against),
            *read_faults_of(self.reads, self.heads.get(READS), against),
        ]

    def rows(self, chain: str) -> list[Any]:
        return self.reads if chain == READS else self.chains[chain]

    def put(self, chain: str, rows: list[Any]) -> None:
        if chain == READS:
            self.reads = rows
        else:
            self.chains[chain] = rows

    def put_head_right(self, chain: str) -> None:
        rows = self.rows(chain)
        if rows:
            self.heads[chain] = Head(rows[-1].n, rows[-1].hash)
        else:
            self.heads.pop(chain)


def rehashed(row: Any) -> Any:
    return replace(row, hash=read_hash(row) if isinstance(row, Read) else entry_hash(row))


def chained(rows: list[Any]) -> list[Any]:
    """The same rows with numbers and hashes that fit each other."""
    made: list[Any] = []
    for n, row in enumerate(rows, 1):
        previous = made[-1].hash if made else BEGINNING
        made.append(rehashed(replace(row, n=n, previous=previous)))
    return made


def whole() -> Record:
    """Twenty entries in each chain, of which sixteen stand in the signed head."""
    record = Record({}, [], {})
    for c, chain in enumerate(CHAINS):
        record.chains[chain] = chained(
            [
                Entry(
                    chain=chain,
                    n=0,
                    at=AT + timedelta(minutes=n),
                    by=UUID(int=n % 5) if n % 5 else None,
                    act=("submit_offer", "publish", "ask")[n % 3],
                    outcome="denied" if n % 4 == 0 else "done",
                    rule="deadline_passed" if n % 4 == 0 else None,
                    facts={} if n % 4 == 0 else {"n": n, "version": str(UUID(int=n + c))},
                    previous="",
                    hash="",
                )
                for n in range(SIGNED + LATER)
            ]
        )
    record.reads = chained(
        [
            Read(
                0, UUID(int=n), AT + timedelta(seconds=n), UUID(int=7), "a.page", f"key {n}", "", ""
            )
            for n in range(SIGNED + LATER)
        ]
    )
    for chain in (*CHAINS, READS):
        record.put_head_right(chain)
    return record


def signed(record: Record) -> Against:
    """What a head that was exported after sixteen entries says."""
    against = Against()
    ends = {chain: record.rows(chain)[SIGNED - 1] for chain in (*CHAINS, READS)}
    against.add(1, {chain: Head(row.n, row.hash) for chain, row in ends.items()})
    return against


def another(value: Any, chance: random.Random) -> Any:
    if isinstance(value, datetime):
        return value + timedelta(microseconds=chance.choice((-1, 1)) * chance.randint(1, 10**9))
    if isinstance(value, UUID):
        return UUID(int=value.int ^ (1 << chance.randrange(128)))
    if isinstance(value, int):
        return value + chance.choice((-1, 1)) * chance.randint(1, 50)
    if isinstance(value, dict):
        return {**value, chance.choice(("n", "version", "x")): chance.getrandbits(40)}
    if value is None:
        return chance.choice((None, "x")) or UUID(int=9)
    at = chance.randrange(len(value))
    return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]


def changed(row: Any, chance: random.Random, *, names: tuple[str, ...] = ()) -> Any:
    known = [one.name for one in fields(row) if not names or one.name in names]
    name = chance.choice(known)
    return replace(row, **{name: another(getattr(row, name), chance)})


CONTENT = ("at", "by", "act", "outcome", "facts", "page", "subject")


def change_a_field(record: Record, chain: str, chance: random.Random) -> None:
    rows = list(record.rows(chain))
    at = chance.randrange(len(rows))
    rows[at] = changed(rows[at], chance)
    record.put(chain, rows)


def change_and_hash_anew(record: Record, chain: str, chance: random.Random) -> None:
    rows = list(record.rows(chain))
    at = chance.randrange(len(rows) - 1)
    rows[at] = rehashed(changed(rows[at], chance, names=CONTENT))
    record.put(chain, rows)


def delete_one(record: Record, chain: str, chance: random.Random) -> None:
    rows = list(record.rows(chain))
    del rows[chance.randrange(len(rows))]
    record.put(chain, rows)


def delete_and_close_the_gap(record: Record, chain: str, chance: random.Random) -> None:
    rows = list(record.rows(chain))
    del rows[chance.randrange(len(rows) - 1)]
    record.put(chain, [replace(row, n=n) for n, row in enumerate(rows, 1)])
    record.put_head_right(chain)


def reorder(record: Record, chain: str, chance: random.Random) -> None:
    rows = list(record.rows(chain))
    one, other = chance.sample(range(len(rows)), 2)
    rows[one], rows[other] = replace(rows[other], n=one + 1), replace(rows[one], n=other + 1)
    record.put(chain, rows)


def insert_one(record: Record, chain: str, chance: random.Random) -> None:
    rows = list(record.rows(chain))
    at = chance.randrange(1, len(rows))
    extra = rehashed(changed(rows[at], chance, names=CONTENT))
    rows = [*rows[:at], extra, *(replace(row, n=row.n + 1) for row in rows[at:])]
    record.put(chain, rows)
    record.put_head_right(chain)


def cut_the_tail(record: Record, chain: str, chance: random.Random) -> None:
    rows = record.rows(chain)
    record.put(chain, rows[: -chance.randint(1, len(rows))])


def cut_the_tail_and_put_the_head_right(record: Record, chain: str, chance: random.Random) -> None:
    record.put(chain, record.rows(chain)[: chance.randrange(SIGNED)])
    record.put_head_right(chain)


def reckon_the_chain_anew(record: Record, chain: str, chance: random.Random) -> None:
    """With right numbers and hashes all through, and the head put right."""
    rows = list(record.rows(chain))
    at = chance.randrange(SIGNED)
    how = chance.choice(("change", "delete", "insert", "reorder"))
    if how == "change":
        rows[at] = changed(rows[at], chance, names=CONTENT)
    elif how == "delete":
        del rows[at]
    elif how == "insert":
        rows.insert(at, changed(rows[at], chance, names=CONTENT))
    else:
        other = (at + chance.randint(1, SIGNED - 1)) % SIGNED
        rows[at], rows[other] = rows[other], rows[at]
    record.put(chain, chained(rows))
    record.put_head_right(chain)


MUTATIONS: list[Callable[[Record, str, random.Random], None]] = [
    change_a_field,
    change_and_hash_anew,
    delete_one,
    delete_and_close_the_gap,
    reorder,
    insert_one,
    cut_the_tail,
    cut_the_tail_and_put_the_head_right,
    reckon_the_chain_anew,
]


def test_what_nobody_touched_has_no_faults() -> None:
    record = whole()
    assert record.faults(Against()) == []
    assert record.faults(signed(record)) == []


@pytest.mark.trust
def test_every_random_change_of_the_record_is_found() -> None:
    first = whole()
    against = signed(first)
    tried: Counter[str] = Counter()
    missed = []
    began = monotonic()
    chance = random.Random(20260112)
    for n in range(times(150, 10_000)):
        record = Record(dict(first.chains), first.reads, dict(first.heads))
        mutate = MUTATIONS[n % len(MUTATIONS)]
        chain = chance.choice((*CHAINS, READS))
        mutate(record, chain, chance)
        tried[mutate.__name__] += 1
        if not record.faults(against):
            missed.append((n, mutate.__name__, chain))
    leave(
        "audit_tamper_evident",
        "random_changes",
        {
            "changes tried": sum(tried.values()),
            "kinds of change": len(tried),
            "not found": len(missed),
            "seconds": round(monotonic() - began, 1),
        },
    )
    assert missed == []


@pytest.mark.parametrize("chain", [CHAINS[0], READS])
def test_without_a_signed_head_a_cut_tail_with_its_head_put_right_is_not_found(chain: str) -> None:
    """What the promise says plainly: only a head kept elsewhere shows it."""
    record = whole()
    cut_the_tail_and_put_the_head_right(record, chain, random.Random(1))
    assert record.faults(Against()) == []
    assert any("the tail is cut" in line for line in record.faults(signed(whole())))


def test_signed_heads_that_contradict_each_other_are_told() -> None:
    against = signed(whole())
    against.add(2, {CHAINS[0]: Head(SIGNED, "f" * 64)})
    assert against.faults == ["accounts: the signed heads 1 and 2 tell different records"]
